"""RateInUse: the learning rate that a run's optimizer really uses."""

import keras
import numpy as np

from models.errors import NetloomError
from pipelines.schedules import optimizer_schedule
from pipelines.schedules.rates import rates
from pipelines.spec import TrainSpec
from pipelines.training.clock import Clock
from pipelines.training.rates import inner


class RateInUse:
    """Tells the rate at the ends of intervals, from the optimizer, and at any moment, as it is planned.

    While the network trains nothing of the optimizer may be read: with some backends its variables are away then.

    Args:
        train: how the run trains.
        optimizer: of the compiled model.
        clock: where the run is.

    Attributes:
        varies: there is a schedule, so that the rate belongs to the run's curves.
    """

    def __init__(self, train: TrainSpec, optimizer: keras.optimizers.Optimizer, clock: Clock) -> None:
        schedule = train.schedule
        self.varies = optimizer_schedule(train) is not None or (
            schedule is not None and (schedule.kind != "constant" or schedule.warmup > 0)
        )
        self._train = train
        self._optimizer = inner(optimizer)
        self._clock = clock
        self._lowered = schedule is not None and schedule.kind == "plateau"
        self._share = 1.0
        self._last: float | None = None
        try:
            self._planned(0)
            self._is_known = True
        except (NetloomError, LookupError, TypeError, ValueError):  # a schedule of Keras's that nobody has drawn
            self._is_known = False

    def begin_interval(self) -> None:
        """See what a plateau has left of the planned rate."""
        self._last = None
        if self._lowered:
            planned = self._planned(self._clock.own_step)
            self._share = self._used(0) / planned if planned else 1.0

    def now(self) -> float | None:
        """Of the update that is under way, or was the last; None where only the optimizer knows. For any thread."""
        if self._last is not None or not self._is_known:
            return self._last
        return self._planned(self._clock.own_step) * self._share

    def after_interval(self) -> float:
        """Of the last update."""
        self._last = self._used(1)
        return self._last

    def _planned(self, step: int) -> float:
        return float(rates(self._train, self._clock.steps, np.asarray(step)))

    def _used(self, steps_ago: int) -> float:
        rate = self._optimizer._learning_rate
        if isinstance(rate, keras.optimizers.schedules.LearningRateSchedule):
            rate = rate(self._optimizer._iterations - steps_ago)
        return float(keras.ops.convert_to_numpy(rate))
