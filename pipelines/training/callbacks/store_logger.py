"""StoreLogger: each finished interval reaches the run store in one transaction; requests of users reach Keras."""

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
from pipelines.training.rate_in_use import RateInUse


class StoreLogger(keras.callbacks.Callback):
    """Counts, logs, listens. It comes before all that reads the clock or relies on the interval's points being stored.

    Args:
        store: where it logs.
        uid: of the run.
        clock: that counts.
        heartbeat: hears what users ask.
        guard: knows the execution at which a loss stopped being finite.
        rate: tells the learning rate; it is logged where it varies.
    """

    def __init__(
        self, store: RunStore, uid: str, clock: Clock, heartbeat: Heartbeat, guard: FiniteGuard, rate: RateInUse
    ) -> None:
        super().__init__()
        self._store = store
        self._uid = uid
        self._clock = clock
        self._heartbeat = heartbeat
        self._guard = guard
        self._rate = rate
        self._began = 0.0

    def on_epoch_begin(self, epoch: int, logs: Mapping[str, float] | None = None) -> None:
        """Start counting."""
        self._began = time.perf_counter()
        self._clock.begin_interval()
        self._rate.begin_interval()

    def on_train_batch_begin(self, batch: int, logs: Mapping[str, float] | None = None) -> None:
        """Count, and after this batch stop where a user asked for it."""
        # Counted here and not in on_train_batch_end, which would have Keras wait for every batch to be computed.
        self._clock.begin_execution(batch)
        if self._heartbeat.stop_requested:
            self.model.stop_training = True

    def on_epoch_end(self, epoch: int, logs: Mapping[str, float] | None = None) -> None:
        """Write what was measured. An interval that was cut short by a stop is as if it had not begun."""
        logs = dict(logs or {})
        clock, bad_batch = self._clock, self._guard.bad_batch
        step = clock.end_of(epoch)
        if bad_batch is not None:
            step = clock.began + clock.after(bad_batch + 1)
            # The rest was measured over as many batches as happened to be seen.
            logs = {"loss": math.nan}
        else:
            rate = self._rate.after_interval()
            logs |= {"learning_rate": rate} if self._rate.varies else {}
        clock.end_interval()
        if clock.cut_short and bad_batch is None:
            return
        number = clock.epoch_of(epoch)
        points = [MetricPoint(*_name_and_split(key), number, step, value) for key, value in logs.items()]
        self._heartbeat.heard(self._store.log_epoch(self._uid, points, self._heartbeat.progress(), pid=os.getpid()))
        if self._heartbeat.stop_requested or self._heartbeat.pause_requested:
            self.model.stop_training = True
        shown = "  ".join(f"{key} {value:.6g}" for key, value in logs.items())
        place = f" step {step}" if clock.intervals_in_epoch > 1 else ""
        seconds = time.perf_counter() - self._began
        logger.info("epoch %d/%d%s  %s  %.2f s", number + 1, clock.epochs, place, shown, seconds)


def _name_and_split(key: str) -> tuple[str, Split]:
    """Keras's key as the store's name and split."""
    name = key.removeprefix("val_")
    return (name, "train") if name == key else (name, "val")
