"""What a run was asked to do, in words: one setting a line, the same lines for every run, so that runs compare."""

from collections.abc import Sequence

import pandas as pd

from models.errors import NetloomError
from models.spec import ModelSpec, Node
from pages.ui.charts.style import metric_label
from pages.ui.data_words import call, data_words
from pages.ui.train_words import device_words, knob_words, train_words
from pipelines.data.facts import facts
from pipelines.spec import RunSpec
from pipelines.tasks import loss_and_metrics, metric_names, named_settings

LONGEST = 12  # nodes of a network that is told layer by layer
# The argument that says most of a layer: it is shown without its name.
_MAIN = ("units", "filters", "pool_size", "rate", "activation", "shape")


def settings(spec: RunSpec) -> dict[str, str]:
    """Every setting of a run that applies: its name -> its value in words. The data may be gone."""
    usual = _usual()
    return {
        **data_words(spec.data),
        "Network": network_words(spec.model, LONGEST),
        **_goal_words(spec),
        **train_words(spec.train),
        **{name: words for name, words in knob_words(spec).items() if words != usual[name]},
        "Seed": f"{spec.seed}",
        "Device": device_words(spec.train.device),
    }


def differing(specs: Sequence[RunSpec]) -> pd.DataFrame:
    """The settings that are not the same in all of `specs`: one row a setting, one column a spec (by position)."""
    usual = _usual()
    table = pd.DataFrame([settings(spec) for spec in specs]).T
    table = table.apply(lambda row: row.fillna(usual.get(row.name, "None")), axis=1)
    if specs and table.loc["Network"].nunique() == 1:  # where the ends alone do not tell them apart
        table.loc["Network"] = [network_words(spec.model) for spec in specs]
    return table[table.nunique(axis=1) > 1]


def network_words(model: ModelSpec, longest: int | None = None) -> str:
    """A network in one line, each layer by its kind and its arguments.

    Args:
        longest: a network of more nodes is told by its name, its ends and how many are between.

    >>> network_words(ModelSpec(nodes=(Node(name="x", kind="Input", config={"shape": [4]}),
    ...                                Node(name="y", kind="Dense", config={"units": 3, "activation": "softmax"}))))
    'Input(4) → Dense(3, softmax)'
    """
    if longest is not None and len(model.nodes) > longest:
        first, last = _layer_words(model.nodes[0]), _layer_words(model.nodes[-1])
        return f"{model.name}: {first} → {len(model.nodes) - 2} layers → {last}"
    return " → ".join(_layer_words(node) for node in model.nodes) or "Empty"


def _goal_words(spec: RunSpec) -> dict[str, str]:
    """Loss and metrics: what the task asks for is known where the data are."""
    try:
        loss, metrics = loss_and_metrics(spec.train, facts(spec.data))
    except NetloomError:
        loss, _ = named_settings("losses", spec.train.loss or "")
        metrics = None if spec.train.metrics is None else metric_names(spec.train.metrics)
    return {
        "Loss": metric_label(loss) or "As the task asks",
        "Metrics": "As the task asks" if metrics is None else ", ".join(map(metric_label, metrics)) or "None",
    }


def _usual() -> dict[str, str]:
    """Knobs that nobody has touched."""
    return knob_words(RunSpec(model=ModelSpec()))


def _layer_words(node: Node) -> str:
    inputs = f" of {', '.join(node.inputs)}" if node.inputs and len(node.inputs) > 1 else ""
    return call(node.kind, node.config, _MAIN) + inputs
