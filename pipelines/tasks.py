"""What a task asks of a network: the end of it, its loss and its metrics, unless the user says otherwise."""

import math
from collections.abc import Iterable
from dataclasses import dataclass

from models.catalogue import Entry, catalogue
from models.errors import NetloomError
from models.spec import Config, fresh
from pipelines.data.facts import DataFacts
from pipelines.data.spec import Task
from pipelines.spec import Objective, TrainSpec

# Where labels are shares of the classes instead of class ids, the same loss and metrics go by another name.
_OF_SHARES = {
    "sparse_categorical_crossentropy": "categorical_crossentropy",
    "sparse_categorical_accuracy": "categorical_accuracy",
    "sparse_top_k_categorical_accuracy": "top_k_categorical_accuracy",
}

_OF_OVERLAP = ("mean_io_u", "io_u")


@dataclass(frozen=True, slots=True)
class Head:
    """The end of a network that fits a task.

    Attributes:
        units: width of a Dense layer that ends the network: one number for each value of `output_shape` where those
            are reconstructed, else for each channel of it.
        activation: of the output, by its Keras name.
        loss: Keras loss by name, for targets as `pipelines.data` gives them.
        metrics: Keras metrics by name.
        output_shape: of the output for one row.
    """

    units: int
    activation: str
    loss: str
    metrics: tuple[str, ...]
    output_shape: tuple[int, ...]


def head_for(known: DataFacts) -> Head:
    """The end of a network, the loss and the metrics that the task of `known` asks for.

    - binary: the probability of the second class.
    - multiclass: a probability a class.
    - multilabel: a probability a label, each by itself.
    - regression: a number a target.
    - reconstruction: what was fed, in its own shape.
    - segmentation: a probability a class for every pixel.

    Raises:
        NetloomError: classes to tell apart, but fewer than two; or token ids to reconstruct.
    """
    loss, metrics = loss_and_metrics(TrainSpec(), known)
    task = known.task
    if task == "binary":
        return Head(1, "sigmoid", loss, metrics, (1,))
    if task == "regression":
        units = math.prod(known.target_shape)
        return Head(units, "linear", loss, metrics, (units,))
    if task == "reconstruction":
        return input_head(known)
    classes = known.num_classes
    if task == "multilabel":
        return Head(classes, "sigmoid", loss, metrics, (classes,))
    if classes < 2:
        raise NetloomError(f"A {task} task has at least two classes. Received: num_classes={classes}.")
    pixels = known.target_shape if task == "segmentation" else ()
    return Head(classes, "softmax", loss, metrics, (*pixels, classes))


def input_head(known: DataFacts) -> Head:
    """The end of a network that gives back what it was fed. Raises: NetloomError for token ids."""
    if known.vocabulary_size:
        raise NetloomError(
            f"{known.title} is fed as token ids, which cannot be reconstructed.",
            "Choose another task, or feed the texts as vectors (multi-hot) on the Data page.",
        )
    activation = "sigmoid" if known.unit_range else "linear"
    return Head(math.prod(known.input_shape), activation, *_COMPILED["reconstruction"], known.input_shape)


def loss_and_metrics(train: TrainSpec, known: DataFacts) -> tuple[str, tuple[str, ...]]:
    """The loss and metrics to compile with, by name: what `train` names, else (None) what the task asks for.

    A metric's name is the one that it is measured under; of two with different settings the second is called `auc_1`.
    """
    loss, metrics = objectives_of(train, known)
    return named_settings("losses", loss)[0], tuple(metric_names(metrics))


def objectives_of(train: TrainSpec, known: DataFacts) -> tuple[Objective, tuple[Objective, ...]]:
    """The same as they are compiled: with their settings, what the data add to them, and a metric's name among them."""
    loss, metrics = _COMPILED[known.task]
    loss, metrics = train.loss or loss, metrics if train.metrics is None else train.metrics
    measured = [_fed("metrics", metric, known) for metric in metrics]
    named = [
        metric
        if isinstance(metric, str)
        else {**metric, "config": {**named_settings("metrics", metric)[1], "name": name}}
        for metric, name in zip(measured, metric_names(measured), strict=True)
    ]
    return _fed("losses", loss, known), tuple(named)


def objective(part: str, name: str) -> Objective:
    """A loss or metric as it is when it is chosen: its name, with start values for what must be given.

    >>> objective("metrics", "auc"), objective("metrics", "precision_at_recall")
    ('auc', {'class_name': 'PrecisionAtRecall', 'config': {'recall': 0.9}})
    """
    entry = catalogue().find(part, name)
    return {"class_name": entry.class_name, "config": entry.start_config} if entry and entry.start_config else name


def named_settings(part: str, objective: Objective) -> tuple[str, Config]:
    """The name of a loss or metric, and its settings. A name is given as it is written.

    >>> named_settings("losses", "mse"), named_settings("losses", {"class_name": "Huber", "config": {"delta": 2.0}})
    (('mse', {}), ('huber', {'delta': 2.0}))
    """
    if isinstance(objective, str):
        return objective, {}
    kind, config = str(objective.get("class_name", "")), objective.get("config")
    entry = catalogue().find(part, kind)
    return entry.kind if entry else kind, config if isinstance(config, dict) else {}


def metric_names(metrics: Iterable[Objective]) -> list[str]:
    """The names that metrics are measured under: each once.

    >>> metric_names(["auc", {"class_name": "AUC", "config": {"curve": "PR"}}])
    ['auc', 'auc_1']
    """
    metrics = tuple(metrics)
    names: list[str] = []
    # What has no settings goes by the name that it is given: Keras is told nothing else.
    taken = {metric for metric in metrics if isinstance(metric, str)}
    for metric in metrics:
        name, config = named_settings("metrics", metric)
        names.append(name if isinstance(metric, str) else fresh(str(config.get("name", name)), taken | set(names)))
    return names


def _fed(part: str, objective: Objective, known: DataFacts) -> Objective:
    """`objective` as it judges the targets that are fed, with the settings that it cannot do without."""
    name, config = named_settings(part, objective)
    name = _OF_SHARES.get(name, name) if known.mixed_labels else name
    entry = catalogue().find(part, name)
    if entry is None:
        return objective
    config = {key: value for key, value in config.items() if key == "name" or entry.param(key)} or dict(entry.starts)
    ignored = {"ignore_class": known.ignore_class} if known.ignore_class is not None else {}
    if entry.kind in _OF_OVERLAP:
        # A name given in another of Keras's spellings is what people expect to see measured.
        config = {"num_classes": known.num_classes, **ignored, "sparse_y_pred": False, "name": name} | config
    elif known.task == "segmentation" and (part, entry.kind) == ("losses", "sparse_categorical_crossentropy"):
        config = ignored | config
    return {"class_name": entry.class_name, "config": config} if config else name


def suits(entry: Entry | None, task: Task) -> bool:
    """Whether a loss or metric of the catalogue (None: it is not there) can judge what `task` asks for."""
    return entry is not None and task in entry.tasks


def smooths(loss: Objective) -> bool:
    """Whether a loss compares shares of classes, so that labels can be smoothed in it.

    >>> smooths("sparse_categorical_crossentropy"), smooths("mse")
    (True, False)
    """
    entry = catalogue().find("losses", named_settings("losses", loss)[0])
    return entry is not None and (
        entry.kind == "sparse_categorical_crossentropy" or entry.param("label_smoothing") is not None
    )


def choices(part: str, known: DataFacts) -> list[str]:
    """Names of the `losses` or `metrics` that suit `known`, in the catalogue's order."""
    return [name for name, entry in getattr(catalogue(), part).items() if suits(entry, known.task)]


_COMPILED: dict[str, tuple[str, tuple[str, ...]]] = {
    "binary": ("binary_crossentropy", ("accuracy",)),
    "multiclass": ("sparse_categorical_crossentropy", ("accuracy",)),
    "multilabel": ("binary_crossentropy", ("binary_accuracy",)),
    "regression": ("mse", ("mae",)),
    "reconstruction": ("mse", ("mae",)),
    "segmentation": ("sparse_categorical_crossentropy", ("accuracy", "mean_io_u")),
}
