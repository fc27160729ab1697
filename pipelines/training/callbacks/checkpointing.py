"""Checkpointing: after each finished epoch, all that a resumed run needs."""

from collections.abc import Mapping
from pathlib import Path

import keras

from pipelines.training import checkpoint
from pipelines.training.callbacks.early_stopping import EarlyStopping
from pipelines.training.clock import Clock


class Checkpointing(keras.callbacks.Callback):
    """Writes a checkpoint an epoch. It comes last: metrics are stored and early stopping has counted before.

    A run killed between the two finds metrics later than its checkpoint; they are forgotten and measured anew.
    """

    def __init__(self, folder: Path, clock: Clock, early_stopping: EarlyStopping | None) -> None:
        super().__init__()
        self._folder = folder
        self._clock = clock
        self._early_stopping = early_stopping

    def on_epoch_end(self, epoch: int, logs: Mapping[str, float] | None = None) -> None:
        """Write the state after a whole epoch."""
        if self._clock.cut_short:
            return
        stopping = self._early_stopping
        variables, names = checkpoint.state_of(self.model)
        checkpoint.write(
            self._folder,
            checkpoint.Checkpoint(
                epoch=epoch + 1,
                epochs=self._clock.epochs,
                steps=self._clock.steps,
                variables=variables,
                names=names,
                early_stopping=stopping and stopping.counters(),
                best_weights=(stopping and stopping.best_weights) or (),
            ),
        )
