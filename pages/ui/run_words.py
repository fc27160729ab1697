"""What a run was asked to do, in words: one setting a line, the same lines for every run, so that runs compare."""

from collections.abc import Sequence

import pandas as pd
from pydantic import ValidationError

from models.errors import NetloomError, SpecError
from models.spec import ModelSpec, Node
from pages.ui.charts.style import metric_label
from pages.ui.data_words import call, data_words
from pipelines.comparison.measure import metric_words
from pipelines.data.facts import facts
from pipelines.runs.facts import Run
from pipelines.spec import RunSpec, TrainSpec
from pipelines.tasks import loss_and_metrics, metric_names, named_settings

LONGEST = 12  # nodes of a network that is told layer by layer
_DEVICE = {"auto": "A free GPU, else the CPU", "cpu": "CPU"}
# The argument that says most of a layer: it is shown without its name.
_MAIN = ("units", "filters", "pool_size", "rate", "activation", "shape")


def spec_of(run: Run) -> RunSpec:
    """The RunSpec of a run. Raises: SpecError where it cannot be read."""
    try:
        return RunSpec.model_validate_json(run.spec_json)
    except ValidationError as error:
        raise SpecError.from_validation(error, f"The spec of run {run.name}") from error


def settings(spec: RunSpec) -> dict[str, str]:
    """Every setting of a run that applies: its name -> its value in words. The data may be gone."""
    train = spec.train
    return {
        **data_words(spec.data),
        "Network": network_words(spec.model, LONGEST),
        **_goal_words(spec),
        "Optimizer": call(train.optimizer.kind, train.optimizer.config),
        "Batch size": f"{train.batch_size}",
        "Epochs": f"{train.epochs}",
        "Early stopping": _stopping_words(train),
        "Seed": f"{spec.seed}",
        "Device": _DEVICE.get(train.device, train.device.upper()),
    }


def differing(specs: Sequence[RunSpec]) -> pd.DataFrame:
    """The settings that are not the same in all of `specs`: one row a setting, one column a spec (by position)."""
    table = pd.DataFrame([settings(spec) for spec in specs]).T.fillna("None")
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


def _stopping_words(train: TrainSpec) -> str:
    stop = train.early_stopping
    if stop is None:
        return "Off"
    least = f" by more than {stop.min_delta:g}" if stop.min_delta else ""
    kept = "best weights kept" if stop.restore_best else "last weights kept"
    watched = metric_words(stop.monitor)
    return f"When validation {watched} has not improved{least} for {stop.patience} epochs; {kept}"


def _layer_words(node: Node) -> str:
    inputs = f" of {', '.join(node.inputs)}" if node.inputs and len(node.inputs) > 1 else ""
    return call(node.kind, node.config, _MAIN) + inputs
