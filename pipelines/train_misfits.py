"""What keeps a TrainSpec from training a network on some data. No keras."""

import importlib.util
from dataclasses import replace
from typing import Any

from models.arguments import config_problems
from models.catalogue import catalogue
from models.errors import did_you_mean
from models.facts import Problem
from models.spec import Output, node_of
from pipelines.data.facts import DataFacts
from pipelines.data.spec import Task
from pipelines.outputs import judged, loss_names
from pipelines.schedules.misfits import schedule_problems
from pipelines.spec import Objective, RunSpec
from pipelines.tasks import loss_and_metrics, named_settings, smooths, suits

WEIGHED = ("binary", "multiclass")
"""Tasks in which an example has one class, so that classes can be weighed."""

_CLASSES = ("binary", "multiclass", "multilabel", "segmentation")
_LISTED = 12  # class names in a hint
_CLIPS = ("clipnorm", "clipvalue", "global_clipnorm")


def train_problems(spec: RunSpec, known: DataFacts) -> list[Problem]:
    """Settings of `spec.train` that do not go together, or with the data, by the names of the fields."""
    return [
        *_optimizer_problems(spec),
        *_length_problems(spec, known),
        *_measured_problems(spec, known),
        *schedule_problems(spec.train, watched_names(spec, known)),
        *_objectives_problems(spec, known),
        *_label_problems(spec, known),
        *_precision_problems(spec),
        *_backend_problems(spec),
    ]


def watched_names(spec: RunSpec, known: DataFacts) -> tuple[str, ...]:
    """What a run measures on its validation rows: the names that early stopping and plateaus may watch."""
    return (*loss_names(spec), *loss_and_metrics(spec.train, known)[1])


def _optimizer_problems(spec: RunSpec) -> list[Problem]:
    optimizer = spec.train.optimizer
    entry = catalogue().find("optimizers", optimizer.kind)
    if entry is None:
        hint = did_you_mean(optimizer.kind, catalogue().optimizers)
        return [Problem(None, "optimizer", f"Keras has no optimizer {optimizer.kind}.", hint)]
    found = config_problems(entry, optimizer.config)
    clips = [name for name in _CLIPS if optimizer.config.get(name) is not None]
    if len(clips) > 1:
        message = f"Gradients can be clipped in one way only. Received: {' and '.join(clips)}."
        found.append(Problem(None, clips[1], message, f"Keep one of them: {', '.join(_CLIPS)}."))
    return found


def _length_problems(spec: RunSpec, known: DataFacts) -> list[Problem]:
    """What would never happen, since the run is over before."""
    train, found = spec.train, []
    steps = train.steps_in_epoch(known.rows["train"]) * train.epochs
    accumulated = train.optimizer.config.get("gradient_accumulation_steps")
    if isinstance(accumulated, int) and accumulated > steps:
        message = f"Gradients are added up over {accumulated:,} batches, but the run has {steps:,} batches in all."
        hint = "Add up fewer, take smaller batches, or train for more epochs: no weight would change."
        found.append(Problem(None, "gradient_accumulation_steps", message, hint))
    early = train.early_stopping
    in_epoch = train.steps_in_epoch(known.rows["train"])
    if early is not None and early.every_steps is not None and early.every_steps > in_epoch:
        message = f"Early stopping looks every {early.every_steps:,} steps, but an epoch has {in_epoch:,}."
        hint = "Look more often, or once an epoch: it always looks at the end of one."
        found.append(Problem(None, "every_steps", message, hint))
    if spec.start is not None and spec.start.epoch >= train.epochs:
        message = f"The run goes on after epoch {spec.start.epoch} of another, and plans {train.epochs} epochs in all."
        found.append(Problem(None, "epochs", message, f"Plan at least {spec.start.epoch + 1} epochs."))
    return found


def _measured_problems(spec: RunSpec, known: DataFacts) -> list[Problem]:
    early = spec.train.early_stopping
    if early is None:
        return []
    monitor, watched = early.monitor, watched_names(spec, known)
    if monitor in watched:
        return []
    hint = did_you_mean(monitor, watched) or f"Choose one of: {', '.join(watched)}."
    return [Problem(None, "monitor", f"Early stopping watches {monitor!r}, which this run does not measure.", hint)]


def _objectives_problems(spec: RunSpec, known: DataFacts) -> list[Problem]:
    train, found = spec.train, []
    for index, metric in enumerate(train.metrics or ()):
        found += _objective_problems("metrics", f"metrics.{index}.", metric, known.task)
    if train.loss is not None:
        found += _objective_problems("losses", "loss.", train.loss, known.task)
    return found + [problem for output in spec.model.outputs for problem in own_loss_problems(output, known)]


def own_loss_problems(output: Output, known: DataFacts) -> list[Problem]:
    """What is wrong with the loss of its own that an output has."""
    if output.loss is None or output.target == "none":
        return []
    task: Task = "reconstruction" if output.target == "input" else known.task
    found = _objective_problems("losses", "loss.", output.loss, task)
    return [replace(problem, node=node_of(output.node), field="outputs") for problem in found]


def _objective_problems(part: str, path: str, objective: Objective, task: Task) -> list[Problem]:
    """What is wrong with a loss or metric: it does not suit the task, or its settings are not right."""
    name, config = named_settings(part, objective)
    entry = catalogue().find(part, name)
    if entry is None or not suits(entry, task):
        one, field, other = ("loss", "loss", "another") if part == "losses" else ("metric", "metrics", "others")
        hint = f"Let the {field} follow the task, or choose {other}."
        return [Problem(None, field, f"The {one} {name!r} does not suit {task} targets.", hint)]
    return config_problems(entry, config or entry.starts, None, path)


def _label_problems(spec: RunSpec, known: DataFacts) -> list[Problem]:
    return [*_smoothing_problems(spec, known), *_weight_problems(spec, known)]


def _smoothing_problems(spec: RunSpec, known: DataFacts) -> list[Problem]:
    if not spec.train.label_smoothing:
        return []
    losses = [output.loss for output in judged(spec, known) if output.target == "label"]
    if known.task in _CLASSES and any(smooths(loss) for loss in losses):
        return []
    hint = "Set it to 0, or choose a crossentropy as the loss."
    if known.task not in _CLASSES:
        message = f"Label smoothing spreads a label over the classes; a {known.task} task has none."
        return [Problem(None, "label_smoothing", message, "Set it to 0.")]
    names = ", ".join(dict.fromkeys(named_settings("losses", loss)[0] for loss in losses))
    message = f"Label smoothing needs a loss that compares shares of classes. Received: {names}."
    return [Problem(None, "label_smoothing", message, hint)]


def _weight_problems(spec: RunSpec, known: DataFacts) -> list[Problem]:
    weights = spec.train.class_weights
    if not weights:
        return []
    off = "Turn class weights off."
    if known.task not in WEIGHED:
        message = f"Class weights need one class for each example; in a {known.task} task there is none."
        return [Problem(None, "class_weights", message, off)]
    if known.mixed_labels:
        message = "Class weights need one class for each example; MixUp and CutMix make mixtures of two."
        return [Problem(None, "class_weights", message, f"{off} Or leave out MixUp and CutMix on the Data page.")]
    if weights == "balanced":
        return []
    names = known.class_names
    found = []
    for name in weights:
        if name not in names:
            listed = ", ".join(names[:_LISTED]) + (", ..." if len(names) > _LISTED else "")
            hint = did_you_mean(name, names) or f"The classes are: {listed}."
            found.append(Problem(None, "class_weights", f"There is no class {name!r} to weigh.", hint))
    if not found and all(weights.get(name, 1.0) == 0 for name in names):
        message = "Every class has the weight 0, so there is nothing to learn."
        found.append(Problem(None, "class_weights", message, "Give one of them a weight above 0."))
    return found


def _precision_problems(spec: RunSpec) -> list[Problem]:
    """Keras sums losses of unlike types, which fails: layers that compute in half precision may add none."""
    if spec.train.precision == "float32":
        return []
    ends = {node_of(output.node) for output in spec.model.given}  # these compute in float32
    return [
        Problem(
            node.name, "activity_regularizer",
            "Keras cannot add the penalty of an activity regularizer to the loss in half precision.",
            "Choose the precision float32, or give this layer the dtype float32.",
        )
        for node in spec.model.nodes
        if node.name not in ends and node.config.get("dtype") != "float32" and _is_penalised(node.kind, node.config)
    ]  # fmt: skip


def _is_penalised(kind: Any, config: Any) -> bool:
    """Whether a layer, or one that it wraps, adds to the loss what its outputs cost."""
    if not isinstance(config, dict):
        return False
    inner = config.get("layer") or config.get("cell")
    if isinstance(inner, dict) and _is_penalised(inner.get("class_name"), inner.get("config")):
        return True
    return kind == "ActivityRegularization" or config.get("activity_regularizer") is not None


def _backend_problems(spec: RunSpec) -> list[Problem]:
    train = spec.train
    if train.backend == "jax" and importlib.util.find_spec("jax") is None:
        message = "The backend is jax, which is not installed here."
        return [Problem(None, "backend", message, "Choose tensorflow, or install jax: `pip install jax`.")]
    return []
