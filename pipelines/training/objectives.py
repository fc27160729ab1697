"""The losses and metrics that a run is compiled with: by name where that is enough, else Keras's own objects."""

from collections.abc import Mapping, Sequence
from typing import Any

import keras
from keras import ops

from models.arguments import to_keras
from models.catalogue import catalogue
from pipelines.data.facts import DataFacts
from pipelines.outputs import Judged
from pipelines.spec import Objective, TrainSpec
from pipelines.tasks import named_settings, objectives_of
from pipelines.training.smoothed_crossentropy import SmoothedCrossentropy


@keras.saving.register_keras_serializable(package="netloom")
class PixelAccuracy(keras.metrics.SparseCategoricalAccuracy):
    """Share of the pixels whose class is predicted right, of those that count.

    Args:
        ignore_class: class id of the pixels that do not.
    """

    def __init__(self, ignore_class: int, name: str = "accuracy", dtype: Any = None) -> None:
        super().__init__(name=name, dtype=dtype)
        self.ignore_class = ignore_class

    def update_state(self, y_true: Any, y_pred: Any, sample_weight: Any = None) -> None:
        """As Keras's: y_true of shape `(batch, height, width)`, y_pred `(batch, height, width, classes)`."""
        y_true = ops.cast(y_true, "int32")
        counts = ops.cast(ops.not_equal(y_true, self.ignore_class), self.dtype)
        super().update_state(y_true, y_pred, counts if sample_weight is None else counts * sample_weight)

    def get_config(self) -> dict[str, Any]:
        """Its arguments."""
        return {"name": self.name, "dtype": self.dtype, "ignore_class": self.ignore_class}


@keras.saving.register_keras_serializable(package="netloom")
class SharesAccuracy(keras.metrics.BinaryAccuracy):
    """Share of the rows whose larger class is predicted, where targets are shares of two classes (MixUp, CutMix).

    Keras's own finds a target of 0.7 neither right nor wrong: it is equal to no class.
    """

    def update_state(self, y_true: Any, y_pred: Any, sample_weight: Any = None) -> None:
        """As Keras's: y_true in [0, 1]."""
        super().update_state(ops.cast(ops.greater(y_true, 0.5), self.dtype), y_pred, sample_weight)


_OWN = (PixelAccuracy, SharesAccuracy, SmoothedCrossentropy)


def objectives(train: TrainSpec, known: DataFacts, *, portable: bool = False) -> tuple[Any, list[Any]]:
    """The loss and the metrics for `keras.Model.compile`, in the order and under the names of `loss_and_metrics`.

    Args:
        train: names them, or lets them follow the task.
        known: the data: classes, and the one that is ignored.
        portable: leave out what Keras alone could not load again.
    """
    objective, metrics = objectives_of(train, known)
    made = [_metric(metric, known) for metric in metrics]
    loss = loss_of(objective, train.label_smoothing)
    if portable and isinstance(loss, _OWN):
        loss = loss_of(objective)
    return loss, [metric for metric in made if not (portable and isinstance(metric, _OWN))]


def losses_of(outputs: Sequence[Judged], label_smoothing: float = 0.0) -> tuple[dict[str, Any], dict[str, float]]:
    """The losses of several outputs for `compile`, and their weights, by the names of the outputs."""
    losses = {each.name: loss_of(each.loss, label_smoothing if each.target == "label" else 0.0) for each in outputs}
    return losses, {each.name: each.weight for each in outputs}


def loss_of(objective: Objective, label_smoothing: float = 0.0) -> Any:
    """One loss for `compile`: its name where that is enough, else Keras's own object.

    Args:
        objective: the loss.
        label_smoothing: share of each label that is spread over all classes, where the loss compares shares of classes
            and does not say its own.
    """
    name, config = named_settings("losses", objective)
    entry = catalogue().find("losses", name)
    if label_smoothing and entry:
        if entry.kind == "sparse_categorical_crossentropy":
            return SmoothedCrossentropy(label_smoothing, **to_keras(config))
        if entry.param("label_smoothing"):
            smoothed = {"label_smoothing": label_smoothing, **config}
            return _made("losses", {"class_name": entry.class_name, "config": smoothed})
    return objective if isinstance(objective, str) else _made("losses", objective)


def _metric(objective: Objective, known: DataFacts) -> Any:
    if not isinstance(objective, str):
        return _made("metrics", objective)
    entry = catalogue().find("metrics", objective)
    kind = entry.kind if entry else objective
    if kind == "accuracy" and known.task == "segmentation" and known.ignore_class is not None:
        return PixelAccuracy(known.ignore_class, name=objective)
    if kind in ("accuracy", "binary_accuracy") and known.mixed_labels and known.task == "binary":
        return SharesAccuracy(name=objective)
    return objective


def _made(part: str, objective: Mapping[str, Any]) -> Any:
    return getattr(getattr(keras, part), objective["class_name"])(**to_keras(objective["config"]))
