"""PlateauCallback: a learning rate that falls where validation no longer gets better, with a memory that survives."""

from collections.abc import Mapping
from typing import Any

import keras

from models.schedules.adjustable import ADJUSTABLE_RATE
from pipelines.comparison.measure import higher_is_better
from pipelines.schedules import base_rate
from pipelines.schedules.kinds import value
from pipelines.spec import TrainSpec
from pipelines.training.clock import Clock
from pipelines.training.log import logger


class PlateauCallback(keras.callbacks.Callback):
    """As `keras.callbacks.ReduceLROnPlateau`, also behind a warm-up, its state kept in checkpoints.

    Keras's own sets the optimizer's rate, which it cannot where that is a schedule, and forgets when training begins.
    The rate itself is a variable of the optimizer, and in checkpoints with it.

    Args:
        train: its schedule is a plateau.
        clock: knows of what was cut short, and of the warm-up, which count for nothing here.
    """

    def __init__(self, train: TrainSpec, clock: Clock) -> None:
        super().__init__()
        schedule = train.schedule
        if schedule is None or schedule.kind != "plateau":
            raise ValueError(f"the schedule must be a plateau. Received: schedule={schedule!r}")
        own = {name: value(schedule.config, "plateau", name) for name in ("monitor", "factor", "patience", "cooldown")}
        self._monitor, self._factor = own["monitor"], own["factor"]
        self._patience, self._cooldown = own["patience"], own["cooldown"]
        self._higher = higher_is_better(self._monitor)
        self._min_delta = abs(value(schedule.config, "plateau", "min_delta"))
        self._least = value(schedule.config, "plateau", "least") * base_rate(train)
        self._warmup = round(schedule.warmup * clock.steps)
        self._clock = clock
        self._best: float | None = None
        self._wait = 0
        self._cooling = 0

    def on_epoch_end(self, epoch: int, logs: Mapping[str, float] | None = None) -> None:
        """Count an evaluation, and lower the rate where the patience is at an end."""
        current = (logs or {}).get(f"val_{self._monitor}")
        if current is None or self._clock.cut_short or self._clock.own_step <= self._warmup:
            return
        if self._cooling:
            self._cooling -= 1
            self._wait = 0
        if self._is_better(current):
            self._best = current
            self._wait = 0
        elif not self._cooling:
            self._wait += 1
            if self._wait >= self._patience:
                self._lower()

    def counters(self) -> dict[str, Any]:
        """What a checkpoint keeps, as JSON."""
        return {"best": self._best, "wait": self._wait, "cooling": self._cooling}

    def restore(self, counters: Mapping[str, Any]) -> None:
        """Go on from `counters()` of then."""
        self._best, self._wait, self._cooling = counters["best"], counters["wait"], counters["cooling"]

    def _is_better(self, current: float) -> bool:
        if self._best is None:
            return True
        # In Keras's order, so that a gain of just min_delta is rounded as there.
        if self._higher:
            return current - self._min_delta > self._best
        return current + self._min_delta < self._best

    def _lower(self) -> None:
        before = self._rate()
        after = max(before * self._factor, self._least)
        if after >= before:
            return
        self._set_rate(after)
        self._cooling = self._cooldown
        self._wait = 0
        logger.info("learning rate %.6g from now on: validation %s no longer gets better", after, self._monitor)

    def _variable(self) -> keras.Variable | None:
        """Of the rate, where a warm-up stands in front of it."""
        return next((v for v in self.model.optimizer.variables if v.name == ADJUSTABLE_RATE), None)

    def _rate(self) -> float:
        variable = self._variable()
        return float(keras.ops.convert_to_numpy(self.model.optimizer.learning_rate if variable is None else variable))

    def _set_rate(self, rate: float) -> None:
        variable = self._variable()
        if variable is None:
            self.model.optimizer.learning_rate = rate
        else:
            variable.assign(rate)
