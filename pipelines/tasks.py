"""What a task asks of a network: its last layer, its loss and its metrics, unless the user says otherwise."""

from dataclasses import dataclass

from models.errors import NetloomError
from pipelines.data.spec import Task
from pipelines.spec import TrainSpec


@dataclass(frozen=True, slots=True)
class Head:
    """The end of a network that fits a task.

    Attributes:
        units: width of the last layer; its output has the shape `(batch, units)`.
        activation: of the last layer, by its Keras name.
        loss: Keras loss by name, for targets of shape `(batch,)` as `pipelines.data` gives them.
        metrics: Keras metrics by name.
    """

    units: int
    activation: str
    loss: str
    metrics: tuple[str, ...]


def head_for(task: Task, num_classes: int) -> Head:
    """The last layer, loss and metrics that `task` asks for.

    Args:
        task: `binary` (two classes, one probability), `multiclass` (a probability a class) or `regression`.
        num_classes: read for `multiclass` only.

    Raises:
        NetloomError: a multiclass task with fewer than two classes.

    >>> head_for("multiclass", 10).units
    10
    """
    if task == "binary":
        return Head(1, "sigmoid", *_COMPILED[task])
    if task == "regression":
        return Head(1, "linear", *_COMPILED[task])
    if num_classes < 2:
        raise NetloomError(f"A multiclass task has at least two classes. Received: num_classes={num_classes}.")
    return Head(num_classes, "softmax", *_COMPILED[task])


def loss_and_metrics(train: TrainSpec, task: Task) -> tuple[str, tuple[str, ...]]:
    """The loss and metrics to compile with: what `train` names, else (None) what `task` asks for.

    >>> loss_and_metrics(TrainSpec(metrics=()), "regression")
    ('mse', ())
    """
    loss, metrics = _COMPILED[task]
    return train.loss or loss, metrics if train.metrics is None else train.metrics


_COMPILED: dict[Task, tuple[str, tuple[str, ...]]] = {
    "binary": ("binary_crossentropy", ("accuracy",)),
    "multiclass": ("sparse_categorical_crossentropy", ("accuracy",)),
    "regression": ("mse", ("mae",)),
}
