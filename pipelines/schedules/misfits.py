"""What keeps the schedule of a TrainSpec from being used. No keras."""

from collections.abc import Mapping, Sequence
from typing import Any

from models.arguments import config_problems
from models.errors import did_you_mean
from models.facts import Problem
from pipelines.schedules.kinds import KINDS, value
from pipelines.schedules.planned import optimizer_schedule
from pipelines.spec import TrainSpec

_PLACE = "schedule."


def schedule_problems(train: TrainSpec, watched: Sequence[str]) -> list[Problem]:
    """Settings of `train.schedule` that are wrong or do not go together; empty: it can be used.

    Args:
        train: may have no schedule.
        watched: what the run measures on its validation rows, which a plateau may watch.
    """
    schedule = train.schedule
    if schedule is None:
        return []
    entry = KINDS.get(schedule.kind)
    if entry is None:
        hint = did_you_mean(schedule.kind, KINDS) or f"Choose one of: {', '.join(KINDS)}."
        return [Problem(None, "schedule", f"There is no learning-rate schedule {schedule.kind!r}.", hint)]
    found = config_problems(entry, schedule.config, None, _PLACE)
    if optimizer_schedule(train):
        message = "The optimizer's learning rate is a schedule already, so the run cannot have another."
        found.append(Problem(None, "schedule", message, "Set the learning rate to a number, or the schedule to none."))
    if schedule.warmup >= train.epochs:
        message = f"The warm-up takes {schedule.warmup:g} epochs, but the run has {train.epochs}."
        found.append(Problem(None, "warmup", message, f"Warm up for fewer than {train.epochs} epochs."))
    if not found and schedule.kind == "piecewise":
        found = _piece_problems(schedule.config)
    if not found and schedule.kind == "plateau":
        found = _plateau_problems(schedule.config, watched)
    return found


def _piece_problems(config: Mapping[str, Any]) -> list[Problem]:
    at, shares = value(config, "piecewise", "at"), value(config, "piecewise", "shares")
    if at is not None and not (_numbers(at, 0, above=True) and sorted(set(at)) == list(at)):
        message = f"schedule.at must be a list of epochs, each later than the one before. Received: {at!r}."
        return [Problem(None, "schedule.at", message, "For example [10, 15].")]
    if not _numbers(shares, 0):
        message = f"schedule.shares must be a list of shares of the learning rate, 0 or more. Received: {shares!r}."
        return [Problem(None, "schedule.shares", message, "For example [0.1, 0.01].")]
    changes = 2 if at is None else len(at)
    if len(shares) != changes:
        message = f"The rate changes {_times(changes)}, but schedule.shares gives {_times(len(shares), 'rate')}."
        return [Problem(None, "schedule.shares", message, "Give one share for each epoch of schedule.at.")]
    return []


def _plateau_problems(config: Mapping[str, Any], watched: Sequence[str]) -> list[Problem]:
    found = []
    monitor, factor = value(config, "plateau", "monitor"), value(config, "plateau", "factor")
    if monitor not in watched:
        hint = did_you_mean(monitor, watched) or f"Choose one of: {', '.join(watched)}."
        message = f"The schedule watches {monitor!r}, which this run does not measure."
        found.append(Problem(None, "schedule.monitor", message, hint))
    if factor >= 1:
        message = f"schedule.factor must be below 1, or the rate would never fall. Received: {factor:g}."
        found.append(Problem(None, "schedule.factor", message, "For example 0.5."))
    return found


def _numbers(given: Any, least: float, above: bool = False) -> bool:
    """A list of numbers, each at least (or above) `least`, one at the least."""
    return (
        isinstance(given, list | tuple)
        and bool(given)
        and all(isinstance(n, int | float) and not isinstance(n, bool) for n in given)
        and all(n > least if above else n >= least for n in given)
    )


def _times(number: int, word: str = "time") -> str:
    return f"{number} {word}{'' if number == 1 else 's'}"
