"""Where a run is: counted by its training, read by its heartbeat.

An epoch is trained in intervals, each of which ends with an evaluation and a checkpoint. As a rule it is one interval;
early stopping by steps cuts it into several, of which the last may be shorter. Keras's `fit` knows intervals alone, and
calls them epochs.
"""

import time
from collections.abc import Iterator
from dataclasses import dataclass

from pipelines.runs.facts import Progress


@dataclass(frozen=True, slots=True)
class Position:
    """A moment between two intervals.

    Attributes:
        epoch: finished epochs.
        step: optimizer updates done in the epoch after those.
        updates: since the run began. A fork may have other batches than its parent had, so this counts by itself.
    """

    epoch: int = 0
    step: int = 0
    updates: int = 0


@dataclass(frozen=True, slots=True)
class Stretch:
    """Intervals of one length in a row: what one call of `fit` trains.

    Attributes:
        first, end: of the intervals `first`, ..., `end - 1`.
        steps: optimizer updates in each.
        epoch, step: where in the training set the first begins: `step` batches into the 0-based `epoch`.
    """

    first: int
    end: int
    steps: int
    epoch: int
    step: int


class Clock:
    """Counts epochs and steps. One thread counts; others may read at any moment.

    Args:
        epochs: planned.
        steps: optimizer updates in an epoch.
        rows: training rows in an epoch.
        every: optimizer updates in an interval; None: those of an epoch.
        start: where an earlier attempt, or the run that this one is a fork of, was.

    Attributes:
        intervals_in_epoch: evaluations in an epoch.
        finished_epochs: whole ones, earlier attempts included.
        steps_done: updates in the epoch that has not ended.
        steps_per_execution: updates between two words with Keras, which takes them for one step (see `pace`).
        cut_short: the interval that ended last was stopped before its last batch.
    """

    def __init__(
        self, epochs: int, steps: int, rows: int, every: int | None = None, start: Position | None = None
    ) -> None:
        start = start or Position()
        self.epochs = epochs
        self.steps = steps
        self.rows = rows
        self.every = min(every or steps, steps)
        self.intervals_in_epoch = -(-steps // self.every)
        self.start = start
        self.finished_epochs = start.epoch
        self.steps_done = start.step
        self.steps_per_execution = 1
        self.cut_short = False
        self._before = start.updates - start.epoch * steps - start.step  # updates that this training set knows not of
        self._interval_began = start.step
        self._examples_per_s = 0.0
        self._began = time.perf_counter()

    @property
    def step(self) -> int:
        """Optimizer updates since the run began."""
        return self._before + self.own_step

    @property
    def own_step(self) -> int:
        """The same, as schedules count: in epochs of this run's own size, whatever batches a parent had."""
        return self.finished_epochs * self.steps + self.steps_done

    @property
    def began(self) -> int:
        """Optimizer updates since the run began, when the interval that is under way did."""
        return self._before + self.finished_epochs * self.steps + self._interval_began

    @property
    def position(self) -> Position:
        """Now, between two intervals."""
        return Position(self.finished_epochs, self.steps_done, self.step)

    @property
    def interval(self) -> int:
        """The 0-based interval, of all since the run began, that is under way or comes next."""
        return self.finished_epochs * self.intervals_in_epoch + self._interval_began // self.every

    @property
    def is_over(self) -> bool:
        """All planned epochs are done."""
        return self.finished_epochs >= self.epochs

    def epoch_of(self, interval: int) -> int:
        """The 0-based epoch that an interval belongs to."""
        return interval // self.intervals_in_epoch

    def end_of(self, interval: int) -> int:
        """Optimizer updates since the run began, once `interval` has ended."""
        epoch, place = divmod(interval, self.intervals_in_epoch)
        return self._before + epoch * self.steps + min((place + 1) * self.every, self.steps)

    def stretches(self) -> Iterator[Stretch]:
        """What is left to train. More than one only where intervals are not all of a length."""
        in_epoch, rest = self.intervals_in_epoch, self.steps % self.every
        while not self.is_over:
            first, step = self.interval, self.steps_done
            if not rest:
                end = self.epochs * in_epoch
            elif first % in_epoch == in_epoch - 1:
                end = first + 1
            else:
                end = (first // in_epoch + 1) * in_epoch - 1
            steps = rest if rest and first % in_epoch == in_epoch - 1 else self.every
            yield Stretch(first, end, steps, self.finished_epochs, step)
            if self.interval != end:  # it was stopped
                return

    def begin_interval(self) -> None:
        """An interval begins."""
        self._interval_began = self.steps_done
        self._began = time.perf_counter()

    def begin_execution(self, index: int) -> None:
        """Execution `index` of this interval begins."""
        self.steps_done = self._interval_began + index * self.steps_per_execution

    def after(self, executions: int) -> int:
        """Updates in the first `executions` of this interval; the last may be shorter."""
        end = min(self.every, self.steps - self._interval_began)
        return min(executions * self.steps_per_execution, end)

    def end_interval(self) -> None:
        """What began last has ended, and no other batch follows in this interval."""
        end = min(self._interval_began + self.every, self.steps)
        self.steps_done = min(self.steps_done + self.steps_per_execution, end)
        self._examples_per_s = self._speed()
        self.cut_short = self.steps_done < end
        if self.cut_short:
            return
        if self.steps_done == self.steps:
            self.finished_epochs += 1
            self.steps_done = 0
        self._interval_began = self.steps_done

    def progress(self) -> Progress:
        """As the run store keeps it, but for what a heartbeat measures."""
        speed = self._speed() if self.steps_done > self._interval_began else self._examples_per_s
        return Progress(self.finished_epochs, self.epochs, self.steps_done, self.steps, speed, self.start.epoch)

    def _speed(self) -> float:
        seconds = time.perf_counter() - self._began
        steps = self.steps_done - self._interval_began
        return self.rows * steps / self.steps / seconds if seconds > 0 else 0.0
