"""StoreLogger: each finished epoch reaches the run store in one transaction; a request to stop reaches Keras."""

import math
import os
import time
from collections.abc import Mapping

import keras

from pipelines.runs.facts import MetricPoint, Split
from pipelines.runs.store import RunStore
from pipelines.training.callbacks.finite_guard import FiniteGuard
from pipelines.training.clock import Clock
from pipelines.training.heartbeat import Heartbeat
from pipelines.training.log import logger


class StoreLogger(keras.callbacks.Callback):
    """Counts, logs, listens. It comes first: whoever follows may rely on the epoch's points being stored.

    Args:
        guard: knows the batch at which a loss stopped being finite.
    """

    def __init__(self, store: RunStore, uid: str, clock: Clock, heartbeat: Heartbeat, guard: FiniteGuard) -> None:
        super().__init__()
        self._store = store
        self._uid = uid
        self._clock = clock
        self._heartbeat = heartbeat
        self._guard = guard
        self._began = 0.0

    def on_epoch_begin(self, epoch: int, logs: Mapping[str, float] | None = None) -> None:
        """Start counting."""
        self._began = time.perf_counter()
        self._clock.begin_epoch()

    def on_train_batch_begin(self, batch: int, logs: Mapping[str, float] | None = None) -> None:
        """Count, and after this batch stop where a user asked for it."""
        # Counted here and not in on_train_batch_end, which would have Keras wait for every batch to be computed.
        self._clock.begin_step(batch)
        if self._heartbeat.stop_requested:
            self.model.stop_training = True

    def on_epoch_end(self, epoch: int, logs: Mapping[str, float] | None = None) -> None:
        """Write what was measured. An epoch that was cut short by a stop is as if it had not begun."""
        logs = dict(logs or {})
        step = self._clock.finished_epochs * self._clock.steps
        if self._guard.bad_batch is not None:
            step += self._guard.bad_batch + 1
            # The rest was measured over as many batches as happened to be seen.
            logs = {"loss": math.nan}
        self._clock.end_epoch()
        if self._clock.cut_short and self._guard.bad_batch is None:
            return
        if self._guard.bad_batch is None:
            step = self._clock.step
        points = [MetricPoint(*_name_and_split(key), epoch, step, value) for key, value in logs.items()]
        self._heartbeat.heard(self._store.log_epoch(self._uid, points, self._clock.progress(), pid=os.getpid()))
        if self._heartbeat.stop_requested:
            self.model.stop_training = True
        shown = "  ".join(f"{key} {value:.6g}" for key, value in logs.items())
        seconds = time.perf_counter() - self._began
        logger.info("epoch %d/%d  %s  %.2f s", epoch + 1, self._clock.epochs, shown, seconds)


def _name_and_split(key: str) -> tuple[str, Split]:
    """Keras's key as the store's name and split."""
    name = key.removeprefix("val_")
    return (name, "train") if name == key else (name, "val")
