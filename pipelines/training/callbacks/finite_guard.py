"""FiniteGuard: a loss, or a weight, that is no number ends the run, with its likely cause."""

import math
from collections.abc import Callable, Mapping

import keras
import numpy as np

from models.errors import NetloomError
from pipelines.training.clock import Clock


class Diverged(NetloomError):
    """A loss or a weight became NaN or infinite."""


class FiniteGuard(keras.callbacks.Callback):
    """Stops at the first batch after which the training loss is NaN or infinite, and fails at the interval's end.

    The loss that Keras reports is the mean since the interval began, so one bad batch shows in every later one.

    Args:
        clock: knows the epoch.
        hint: gives the likely cause of such a loss, once it is asked for.

    Attributes:
        bad_batch: index in its interval of the first execution after which the loss was not finite, or None.
    """

    # Keras may call on_train_batch_end from its own threads: nothing but the least index is kept, under one reader.
    async_safe = True

    def __init__(self, clock: Clock, hint: Callable[[], str]) -> None:
        super().__init__()
        self._clock = clock
        self.bad_batch: int | None = None
        self._hint = hint

    def on_train_batch_begin(self, batch: int, logs: Mapping[str, float] | None = None) -> None:
        """No use in going on: weights that are NaN stay NaN."""
        if self.bad_batch is not None:
            self.model.stop_training = True

    def on_train_batch_end(self, batch: int, logs: Mapping[str, float] | None = None) -> None:
        """Look at the mean loss so far."""
        if logs and not math.isfinite(logs["loss"]) and (self.bad_batch is None or batch < self.bad_batch):
            self.bad_batch = batch

    def on_epoch_end(self, epoch: int, logs: Mapping[str, float] | None = None) -> None:
        """Raises: Diverged, where a loss of this interval, or a weight after it, is not finite."""
        logs = logs or {}
        number = self._clock.epoch_of(epoch) + 1
        for name, words in (("loss", "The loss"), ("val_loss", "The validation loss")):
            value = logs.get(name, 0.0)
            if not math.isfinite(value):
                became = "NaN (not a number)" if math.isnan(value) else "infinite"
                raise Diverged(f"{words} became {became} in epoch {number}.", self._hint())
        # A loss may hide them: on a CPU TensorFlow's ReLU makes 0 of NaN, so that the layers behind go on learning.
        for variable in self.model.trainable_variables:
            if not np.isfinite(keras.ops.convert_to_numpy(variable)).all():
                raise Diverged(f"Weights of {variable.path} are no numbers any more in epoch {number}.", self._hint())
