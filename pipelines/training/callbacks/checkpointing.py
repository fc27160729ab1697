"""Checkpointing: after each interval, all that a resumed run needs; and the snapshots, which are checkpoints kept."""

from collections.abc import Callable, Mapping
from pathlib import Path

import keras

from pipelines.training import checkpoint
from pipelines.training.clock import Clock
from pipelines.training.snapshots import Snapshots


class Checkpointing(keras.callbacks.Callback):
    """Writes a checkpoint an interval. It comes last: metrics are stored and early stopping has counted before.

    A run killed between the two finds metrics later than its checkpoint; they are forgotten and measured anew.

    Args:
        folder: of the checkpoints.
        clock: where the run is.
        state: makes a checkpoint of now.
        snapshots: that are kept of them; None: none.
    """

    def __init__(
        self,
        folder: Path,
        clock: Clock,
        state: Callable[[], checkpoint.Checkpoint],
        snapshots: Snapshots | None = None,
    ) -> None:
        super().__init__()
        self._folder = folder
        self._clock = clock
        self._state = state
        self._snapshots = snapshots

    def on_train_begin(self, logs: Mapping[str, float] | None = None) -> None:
        """Keep the state before training, or that which a fork begins with."""
        clock = self._clock
        if self._snapshots and not clock.steps_done and self._snapshots.wants(clock.finished_epochs):
            self._write()

    def on_epoch_end(self, epoch: int, logs: Mapping[str, float] | None = None) -> None:
        """Write the state after a whole interval."""
        if not self._clock.cut_short:
            self._write()

    def _write(self) -> None:
        path = checkpoint.write(self._folder, self._state())
        clock = self._clock
        if self._snapshots and not clock.steps_done and self._snapshots.wants(clock.finished_epochs):
            self._snapshots.keep(path)
