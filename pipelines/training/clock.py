"""Where a run is: counted by its training, read by its heartbeat."""

import time

from pipelines.runs.facts import Progress


class Clock:
    """Counts epochs and steps. One thread counts; others may read at any moment.

    Args:
        epochs: planned.
        steps: optimizer updates in an epoch.
        rows: training rows in an epoch.
        resumed_from: epochs that an earlier attempt had finished.

    Attributes:
        finished_epochs: whole ones, earlier attempts included.
        steps_done: updates in the epoch that has not ended.
        cut_short: the epoch that ended last was stopped before its last batch.
    """

    def __init__(self, epochs: int, steps: int, rows: int, resumed_from: int = 0) -> None:
        self.epochs = epochs
        self.steps = steps
        self.rows = rows
        self.resumed_from = resumed_from
        self.finished_epochs = resumed_from
        self.steps_done = 0
        self.cut_short = False
        self._examples_per_s = 0.0
        self._began = time.perf_counter()

    @property
    def step(self) -> int:
        """Optimizer updates since the run began."""
        return self.finished_epochs * self.steps + self.steps_done

    def begin_epoch(self) -> None:
        """An epoch begins."""
        self.steps_done = 0
        self._began = time.perf_counter()

    def begin_step(self, index: int) -> None:
        """Batch `index` of this epoch begins, so `index` updates are done."""
        self.steps_done = index

    def end_epoch(self) -> None:
        """The batch that began last has ended, and no other follows in this epoch."""
        self.steps_done += 1
        self._examples_per_s = self._speed()
        self.cut_short = self.steps_done < self.steps
        if not self.cut_short:
            self.finished_epochs += 1
            self.steps_done = 0

    def progress(self) -> Progress:
        """As the run store keeps it."""
        speed = self._speed() if self.steps_done else self._examples_per_s
        return Progress(self.finished_epochs, self.epochs, self.steps_done, self.steps, speed, self.resumed_from)

    def _speed(self) -> float:
        seconds = time.perf_counter() - self._began
        return self.rows * self.steps_done / self.steps / seconds if seconds > 0 else 0.0
