"""The losses and metrics that a run is compiled with: by name where that is enough, else Keras's own objects."""

from typing import Any

import keras
from keras import ops

from models.arguments import to_keras
from models.catalogue import catalogue
from pipelines.data.facts import DataFacts
from pipelines.spec import Objective, TrainSpec
from pipelines.tasks import metric_names, named_settings, objectives_of


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


class SharesAccuracy(keras.metrics.BinaryAccuracy):
    """Share of the rows whose larger class is predicted, where targets are shares of two classes (MixUp, CutMix).

    Keras's own finds a target of 0.7 neither right nor wrong: it is equal to no class.
    """

    def update_state(self, y_true: Any, y_pred: Any, sample_weight: Any = None) -> None:
        """As Keras's: y_true in [0, 1]."""
        super().update_state(ops.cast(ops.greater(y_true, 0.5), self.dtype), y_pred, sample_weight)


_OWN = (PixelAccuracy, SharesAccuracy)
_OF_OVERLAP = ("mean_io_u", "io_u")


def objectives(train: TrainSpec, known: DataFacts, *, portable: bool = False) -> tuple[Any, list[Any]]:
    """The loss and the metrics for `keras.Model.compile`, in the order and under the names of `loss_and_metrics`.

    Args:
        train: names them, or lets them follow the task.
        known: the data: classes, and the one that is ignored.
        portable: leave out what Keras alone could not load again.
    """
    loss, metrics = objectives_of(train, known)
    made = [_metric(metric, name, known) for metric, name in zip(metrics, metric_names(metrics), strict=True)]
    return loss_of(loss, known), [metric for metric in made if not (portable and isinstance(metric, _OWN))]


def loss_of(objective: Objective, known: DataFacts) -> Any:
    """One loss for `compile`: its name where that is enough, else Keras's own object."""
    kind, config = _kind("losses", objective)
    if kind == "sparse_categorical_crossentropy" and _ignored(known) is not None:
        config = {"ignore_class": known.ignore_class, **config}
    if not config:
        return objective if isinstance(objective, str) else kind
    return _made("losses", kind, config)


def _metric(objective: Objective, name: str, known: DataFacts) -> Any:
    kind, config = _kind("metrics", objective)
    if kind in _OF_OVERLAP:
        fixed = {"num_classes": known.num_classes, "ignore_class": _ignored(known), "sparse_y_pred": False}
        return _made("metrics", kind, {**fixed, **config, "name": name})
    if kind == "accuracy" and (ignored := _ignored(known)) is not None:
        return PixelAccuracy(ignored, name=name)
    if kind in ("accuracy", "binary_accuracy") and known.mixed_labels and known.task == "binary":
        return SharesAccuracy(name=name)
    return _made("metrics", kind, {**config, "name": name}) if config else name


def _ignored(known: DataFacts) -> int | None:
    return known.ignore_class if known.task == "segmentation" else None


def _kind(part: str, objective: Objective) -> tuple[str, dict[str, Any]]:
    """Its name in the catalogue, and its settings."""
    name, config = named_settings(part, objective)
    entry = catalogue().find(part, name)
    return entry.kind if entry else name, config


def _made(part: str, kind: str, config: dict[str, Any]) -> Any:
    return getattr(getattr(keras, part), getattr(catalogue(), part)[kind].class_name)(**to_keras(config))
