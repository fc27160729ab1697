"""The learning rate at any step of a run, before it is trained: what the plot shows."""

import numpy as np

from pipelines.schedules.formulas import rate_at
from pipelines.schedules.planned import planned
from pipelines.spec import TrainSpec


def rates(train: TrainSpec, steps_per_epoch: int, steps: np.ndarray) -> np.ndarray:
    """The learning rate that the optimizer uses in the batches `steps`, as far as it is known beforehand.

    A plateau's drops are not: its rate is the one without them.

    Args:
        train: whose optimizer and schedule it is.
        steps_per_epoch: batches in an epoch.
        steps: batches done before, counted from the run's beginning; any shape.

    Returns:
        float64 of the same shape.

    Raises:
        NetloomError: there is no schedule of that kind.
        KeyError, TypeError, ValueError: its settings are wrong; `schedule_problems` says how.

    >>> from pipelines.spec import ScheduleSpec
    >>> rates(TrainSpec(epochs=2, schedule=ScheduleSpec(kind="polynomial")), 2, np.arange(5)).tolist()
    [0.001, 0.00075, 0.0005, 0.00025, 0.0]
    """
    return rate_at(planned(train, steps_per_epoch), steps)
