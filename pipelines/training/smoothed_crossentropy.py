"""SmoothedCrossentropy: crossentropy with class ids whose labels are smoothed; scripts carry it along."""

from typing import Any

import keras
from keras import ops


@keras.saving.register_keras_serializable(package="netloom")
class SmoothedCrossentropy(keras.losses.SparseCategoricalCrossentropy):
    """Crossentropy with class ids, of whose labels a share is spread over all classes; Keras has it for one-hot labels.

    Source: Szegedy et al., Rethinking the Inception architecture for computer vision (2016), section 7.

    Args:
        label_smoothing: that share.
        others: of Keras's own.
    """

    def __init__(self, label_smoothing: float, **others: Any) -> None:
        super().__init__(**others)
        self.label_smoothing = label_smoothing

    def call(self, y_true: Any, y_pred: Any) -> Any:
        """As Keras's: y_true of shape `(batch, ...)` or `(batch, ..., 1)`, y_pred `(batch, ..., classes)`."""
        if len(y_true.shape) == len(y_pred.shape):
            y_true = ops.squeeze(y_true, axis=-1)
        y_true = ops.cast(y_true, "int32")
        counts = ops.ones_like(y_pred[..., 0])
        if self.ignore_class is not None:
            counts = ops.cast(ops.not_equal(y_true, self.ignore_class), y_pred.dtype)
        losses = keras.losses.categorical_crossentropy(
            ops.one_hot(y_true, y_pred.shape[-1], dtype=y_pred.dtype),
            y_pred,
            from_logits=self.from_logits,
            label_smoothing=self.label_smoothing,
        )
        # The mean that Keras takes of them is one over those that count.
        return losses * counts / ops.maximum(ops.mean(counts), keras.config.epsilon())

    def get_config(self) -> dict[str, Any]:
        """Its arguments."""
        return {**super().get_config(), "label_smoothing": self.label_smoothing}
