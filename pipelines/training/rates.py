"""The learning rate of a run as its optimizer is given it: a number, or a schedule of Keras's or of ours."""

from collections.abc import Mapping
from typing import Any

import keras
from keras.optimizers.schedules import LearningRateSchedule

from models.arguments import to_keras
from models.errors import NetloomError
from models.schedules.adjustable import ADJUSTABLE_RATE, Adjustable
from models.schedules.one_cycle import OneCycle
from models.schedules.shifted import Shifted
from models.schedules.triangular import Triangular
from models.schedules.warm_up import WarmUp
from pipelines.schedules import kind_of, planned
from pipelines.spec import TrainSpec

OWN = {own.__name__: own for own in (Adjustable, OneCycle, Shifted, Triangular, WarmUp)}


def learning_rate(train: TrainSpec, steps_per_epoch: int) -> float | LearningRateSchedule:
    """What the optimizer of `train` takes as its `learning_rate`; `pipelines.schedules.rates` draws the same.

    Args:
        train: its schedule's lengths are in epochs.
        steps_per_epoch: batches in one.

    Raises:
        NetloomError: there is no schedule of that kind, or Keras refuses its settings.
    """
    rate = planned(train, steps_per_epoch)
    try:
        return schedule(rate) if isinstance(rate, Mapping) else rate
    except (ValueError, TypeError) as error:
        raise NetloomError(
            f"The learning-rate schedule {kind_of(train)} cannot be made: {str(error).splitlines()[0]}",
            "Check its settings.",
        ) from error


def adjustable(rate: object) -> Adjustable | None:
    """The part of a schedule that can be set while training goes on, or None."""
    while isinstance(rate, WarmUp):
        rate = rate.after
    return rate if isinstance(rate, Adjustable) else None


def schedule(given: Mapping[str, Any]) -> LearningRateSchedule:
    """The schedule that `{"class_name": ..., "config": {...}}` means. Raises: whatever Keras raises."""
    name, config = given["class_name"], dict(given.get("config", {}))
    if isinstance(after := config.get("after"), Mapping):
        config["after"] = schedule(after)
    made = OWN.get(name) or getattr(keras.optimizers.schedules, name)
    return made(**to_keras(config))


def inner(optimizer: keras.optimizers.Optimizer) -> Any:
    """The optimizer that has the rate and counts the updates: under mixed float16 it lies within a loss scale."""
    return getattr(optimizer, "inner_optimizer", optimizer)


def leave_plain(model: keras.Model) -> None:
    """Give a model that is trained an optimizer that Keras alone can read: its last rate in place of our schedule.

    Else a file of it could be loaded only where this project is. What the optimizer has gathered stays. A schedule of
    Keras's own stays too, and a model that is not compiled as it is.
    """
    compiled: Any = model.get_compile_config()
    rate = compiled["optimizer"]["config"].get("learning_rate") if compiled else None
    if not isinstance(rate, Mapping) or rate["class_name"] not in OWN:
        return
    compiled["optimizer"]["config"]["learning_rate"] = float(keras.ops.convert_to_numpy(model.optimizer.learning_rate))
    gathered = _gathered(model.optimizer)
    model.compile_from_config(compiled)
    for variable, value in zip(_gathered(model.optimizer), gathered, strict=True):
        variable.assign(value)


def _gathered(optimizer: keras.optimizers.Optimizer) -> list[keras.Variable]:
    """All variables of an optimizer but its rate."""
    return [variable for variable in optimizer.variables if variable.name not in ("learning_rate", ADJUSTABLE_RATE)]
