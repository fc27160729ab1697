"""BatchLosses: the training loss batch by batch, for the run's curve within an epoch."""

import os
import threading
from collections.abc import Mapping
from typing import Any

import keras
import numpy as np

from pipelines.runs.batch_curve import BatchCurve
from pipelines.runs.store import RunStore
from pipelines.training.clock import Clock


class BatchLosses(keras.callbacks.Callback):
    """Collects what is said of the loss after each update, and tells the store of it when `flush` is called.

    What is said is the mean since the interval began, over rows; the loss of a batch is what it has changed by. Nothing
    is read here while the network trains: that would have Python wait for every batch.

    Args:
        store: where the curve is kept.
        uid: of the run.
        clock: where the run is.
        batch_size: rows in a batch.
        curve: what the run has of it already.
    """

    # Keras may call on_train_batch_end from its own threads, in any order: what they bring is put in order later.
    async_safe = True

    def __init__(self, store: RunStore, uid: str, clock: Clock, batch_size: int, curve: BatchCurve) -> None:
        super().__init__()
        self._store = store
        self._uid = uid
        self._clock = clock
        self._batch_size = batch_size
        self._curve = curve
        self._lock = threading.Lock()
        self._seen: list[tuple[int, Any]] = []
        self._begin()

    def on_epoch_begin(self, epoch: int, logs: Mapping[str, Any] | None = None) -> None:
        """An interval begins, and with it a mean."""
        with self._lock:
            self._begin()

    def on_train_batch_end(self, batch: int, logs: Mapping[str, Any] | None = None) -> None:
        """Take down the mean after update `batch` of the interval, unread, where Keras counts single ones."""
        if logs and self._clock.steps_per_execution == 1:
            self._seen.append((batch, logs["loss"]))

    def hear(self, means: Any) -> None:
        """Take down the means after each update of an execution, unread, as `Pace` tells them: shape `(updates,)`."""
        self._seen.append((self._heard, means))
        self._heard += int(means.shape[0])

    def on_epoch_end(self, epoch: int, logs: Mapping[str, Any] | None = None) -> None:
        """Nobody writes any more: read the rest."""
        with self._lock:
            self._read()

    def flush(self, end: bool = False) -> None:
        """Tell the store what is new. Called by the heartbeat, and with `end` by the session.

        Raises:
            TakenOver: the run is another process's.
        """
        with self._lock:
            self._read()
            points, replace = self._curve.take(end)
            if not points and not replace:
                return
            try:
                self._store.log_batches(self._uid, points, replace, pid=os.getpid())
            except BaseException:
                self._curve.put_back()
                raise

    def _begin(self) -> None:
        self._seen.clear()
        self._began, self._first = self._clock.began, self._clock.steps_done
        self._heard, self._done, self._sum = 0, 0, 0.0

    def _read(self) -> None:
        """Everything that follows on what was read before."""
        count = len(self._seen)
        seen, self._seen[:count] = sorted(self._seen[:count], key=lambda pair: pair[0]), []
        for place, (first, means) in enumerate(seen):
            if first != self._done:  # what is before it is still on its way
                self._seen.extend(seen[place:])
                return
            for mean in np.atleast_1d(keras.ops.convert_to_numpy(means)).astype(float):
                self._done += 1
                before, total = self._sum, mean * self._rows(self._done)
                self._sum = total
                loss = (total - before) / (self._rows(self._done) - self._rows(self._done - 1))
                self._curve.add(self._began + self._done, 1, loss)

    def _rows(self, steps: int) -> int:
        """Rows in the first `steps` batches of the interval; the last of an epoch may be smaller."""
        before, rows = self._first * self._batch_size, self._clock.rows
        return min(before + steps * self._batch_size, rows) - min(before, rows)
