"""What a run was asked to do, in words: one setting a line, the same lines for every run, so that runs compare."""

from collections.abc import Sequence

import pandas as pd
from pydantic import ValidationError

from models.errors import SpecError
from models.spec import ModelSpec, Node
from pages.ui.charts.style import metric_label
from pipelines.comparison.measure import higher_is_better
from pipelines.data.facts import facts
from pipelines.data.spec import DataSpec
from pipelines.runs.facts import Run
from pipelines.spec import RunSpec, TrainSpec
from pipelines.tasks import loss_and_metrics

_DEVICE = {"auto": "A free GPU, else the CPU", "cpu": "CPU"}
_SCALING = {"none": "None", "standardise": "Standardised", "rescale": "Rescaled to 0–1"}
# The argument that says most of a layer: it is shown without its name.
_MAIN = ("units", "filters", "pool_size", "rate", "activation", "shape")


def spec_of(run: Run) -> RunSpec:
    """The RunSpec of a run. Raises: SpecError where it cannot be read."""
    try:
        return RunSpec.model_validate_json(run.spec_json)
    except ValidationError as error:
        raise SpecError.from_validation(error, f"The spec of run {run.name}") from error


def settings(spec: RunSpec) -> dict[str, str]:
    """Every setting of a run: its name -> its value in words."""
    train = spec.train
    task = facts(spec.data).task
    loss, metrics = loss_and_metrics(train, task)
    return {
        **_data_words(spec.data),
        "Network": network_words(spec.model),
        "Loss": metric_label(loss),
        "Metrics": ", ".join(metric_label(name) for name in metrics) or "None",
        "Optimizer": _call(train.optimizer.kind, train.optimizer.config),
        "Batch size": f"{train.batch_size}",
        "Epochs": f"{train.epochs}",
        "Early stopping": _stopping_words(train),
        "Seed": f"{spec.seed}",
        "Device": _DEVICE.get(train.device, train.device.upper()),
    }


def differing(specs: Sequence[RunSpec]) -> pd.DataFrame:
    """The settings that are not the same in all of `specs`: one row a setting, one column a spec (by position)."""
    table = pd.DataFrame([settings(spec) for spec in specs]).T
    return table[table.nunique(axis=1) > 1]


def network_words(model: ModelSpec) -> str:
    """A network in one line, each layer by its kind and its arguments.

    >>> network_words(ModelSpec(nodes=(Node(name="x", kind="Input", config={"shape": [4]}),
    ...                                Node(name="y", kind="Dense", config={"units": 3, "activation": "softmax"}))))
    'Input(4) → Dense(3, softmax)'
    """
    return " → ".join(_layer_words(node) for node in model.nodes) or "Empty"


def best_word(metric: str) -> str:
    """How the best value of a metric is called: `Highest` or `Lowest`."""
    return "Highest" if higher_is_better(metric) else "Lowest"


def _data_words(data: DataSpec) -> dict[str, str]:
    known, split = facts(data), data.split
    test = "its own test rows" if known.own_test else f"{split.test:.0%} for the test"
    same_shares = ", same class shares" if split.stratify and known.task != "regression" else ""
    return {
        "Data": known.title,
        "Split": f"{split.val:.0%} for validation, {test}, seed {split.seed}{same_shares}",
        "Scaling": _SCALING[data.scaling],
    }


def _stopping_words(train: TrainSpec) -> str:
    stop = train.early_stopping
    if stop is None:
        return "Off"
    least = f" by more than {stop.min_delta:g}" if stop.min_delta else ""
    kept = "best weights kept" if stop.restore_best else "last weights kept"
    watched = metric_label(stop.monitor).lower()
    return f"When validation {watched} has not improved{least} for {stop.patience} epochs; {kept}"


def _layer_words(node: Node) -> str:
    inputs = f" of {', '.join(node.inputs)}" if node.inputs and len(node.inputs) > 1 else ""
    return _call(node.kind, node.config) + inputs


def _call(kind: str, config: dict) -> str:
    main = [_value(config[name]) for name in _MAIN if name in config]
    rest = [f"{name.replace('_', ' ')} {_value(value)}" for name, value in config.items() if name not in _MAIN]
    return f"{kind}({', '.join([*main, *rest])})" if config else kind


def _value(value: object) -> str:
    if isinstance(value, list | tuple):
        return " × ".join(_value(part) for part in value)
    if isinstance(value, dict):
        return _call(str(value.get("class_name", "")), dict(value.get("config", {}))) or str(value)
    return f"{value:g}" if isinstance(value, float) else "?" if value is None else str(value)
