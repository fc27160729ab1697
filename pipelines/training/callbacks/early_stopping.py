"""EarlyStopping: Keras's own, with a memory that survives the process."""

from collections.abc import Mapping, Sequence
from typing import Any

import keras
import numpy as np

from pipelines.comparison.measure import higher_is_better
from pipelines.spec import EarlyStoppingSpec
from pipelines.training.clock import Clock


class EarlyStopping(keras.callbacks.EarlyStopping):
    """`keras.callbacks.EarlyStopping` on the validation split, whose state is kept in checkpoints.

    It counts evaluations, of which an epoch may have several: what Keras calls `best_epoch` and `stopped_epoch` are
    intervals of the clock. Unlike Keras's it forgets nothing when training begins and leaves putting the best weights
    back to the session, which has to do so too where a resumed run has nothing left to train.

    Args:
        spec: what to watch.
        clock: knows of intervals that were cut short, which count for nothing here.
    """

    def __init__(self, spec: EarlyStoppingSpec, clock: Clock) -> None:
        super().__init__(
            monitor=f"val_{spec.monitor}",
            # Told, since Keras knows no direction for counts such as false_positives.
            mode="max" if higher_is_better(spec.monitor) else "min",
            min_delta=spec.min_delta,
            patience=spec.patience,
            restore_best_weights=spec.restore_best,
        )
        self._clock = clock
        super().on_train_begin()

    @property
    def has_stopped(self) -> bool:
        """Its patience is at an end."""
        return self.stopped_epoch > 0

    def on_train_begin(self, logs: Mapping[str, float] | None = None) -> None:
        """Keeps what a checkpoint gave."""

    def on_epoch_end(self, epoch: int, logs: Mapping[str, float] | None = None) -> None:
        """As Keras's, for whole intervals."""
        if not self._clock.cut_short:
            super().on_epoch_end(epoch, logs)

    def on_train_end(self, logs: Mapping[str, float] | None = None) -> None:
        """Leaves the weights alone."""

    def counters(self) -> dict[str, Any]:
        """What a checkpoint keeps beside `best_weights`, as JSON."""
        best = None if self.best is None else float(self.best)
        return {"best": best, "best_epoch": self.best_epoch, "wait": self.wait, "stopped_epoch": self.stopped_epoch}

    def restore(self, counters: dict[str, Any], best_weights: Sequence[np.ndarray]) -> None:
        """Go on from `counters()` and the best weights of then."""
        self.best = counters["best"]
        self.best_epoch = counters["best_epoch"]
        self.wait = counters["wait"]
        self.stopped_epoch = counters["stopped_epoch"]
        self.best_weights = list(best_weights) or None

    def renew(self) -> None:
        """A user wants more epochs: have patience again, remembering the best so far."""
        self.wait = 0
        self.stopped_epoch = 0
