"""What each schedule class gives at some steps: the formulas of Keras's own and of models.schedules, in numpy.

A test holds them against the classes themselves. Every function takes steps as float64 of any shape, and the class's
arguments.
"""

from collections.abc import Callable, Mapping, Sequence
from typing import Any

import numpy as np


def rate_at(schedule: float | Mapping[str, Any], steps: np.ndarray) -> np.ndarray:
    """The rates of a schedule (a number: it stays) at these steps, float64 of the same shape.

    Args:
        schedule: as `planned` gives it.
        steps: batches done before.
    """
    steps = np.asarray(steps, np.float64)
    if not isinstance(schedule, Mapping):
        return np.full(steps.shape, float(schedule))
    return FORMULAS[schedule["class_name"]](steps, **schedule.get("config", {}))


def _cosine_fall(fraction: np.ndarray) -> np.ndarray:
    """From 1 to 0 while `fraction` goes from 0 to 1."""
    return 0.5 * (1 + np.cos(np.pi * fraction))


def _exponential(
    steps: np.ndarray, initial_learning_rate: float, decay_steps: int, decay_rate: float, staircase: bool = False
) -> np.ndarray:
    times = steps / decay_steps
    return initial_learning_rate * np.power(float(decay_rate), np.floor(times) if staircase else times)


def _inverse_time(
    steps: np.ndarray, initial_learning_rate: float, decay_steps: int, decay_rate: float, staircase: bool = False
) -> np.ndarray:
    times = steps / decay_steps
    return initial_learning_rate / (1 + decay_rate * (np.floor(times) if staircase else times))


def _polynomial(
    steps: np.ndarray,
    initial_learning_rate: float,
    decay_steps: int,
    end_learning_rate: float = 0.0001,
    power: float = 1.0,
    cycle: bool = False,
) -> np.ndarray:
    length = decay_steps * np.maximum(1, np.ceil(steps / decay_steps)) if cycle else np.float64(decay_steps)
    left = 1 - np.minimum(steps, length) / length
    return (initial_learning_rate - end_learning_rate) * np.power(left, power) + end_learning_rate


def _piecewise(steps: np.ndarray, boundaries: Sequence[float], values: Sequence[float]) -> np.ndarray:
    return np.asarray(values, np.float64)[np.searchsorted(np.asarray(boundaries, np.float64), steps, side="left")]


def _cosine(
    steps: np.ndarray,
    initial_learning_rate: float,
    decay_steps: int,
    alpha: float = 0.0,
    warmup_target: float | None = None,
    warmup_steps: int = 0,
) -> np.ndarray:
    if warmup_target is None:
        top, since = initial_learning_rate, steps
    else:
        top, since = warmup_target, steps - warmup_steps
    fall = _cosine_fall(np.clip(since / decay_steps, 0, 1))
    falling = top * ((1 - alpha) * fall + alpha)
    if warmup_target is None or not warmup_steps:
        return falling
    rising = initial_learning_rate + (warmup_target - initial_learning_rate) * steps / warmup_steps
    return np.where(steps < warmup_steps, rising, falling)


def _cosine_restarts(
    steps: np.ndarray,
    initial_learning_rate: float,
    first_decay_steps: int,
    t_mul: float = 2.0,
    m_mul: float = 1.0,
    alpha: float = 0.0,
) -> np.ndarray:
    done = steps / first_decay_steps
    if t_mul == 1:
        restarts = np.floor(done)
        fraction = done - restarts
    else:
        # In float32, as Keras has it: near a restart the logarithms decide which side a step falls on.
        grown = np.float32(1) - done.astype(np.float32) * (np.float32(1) - np.float32(t_mul))
        restarts = np.floor(np.log(grown) / np.log(np.float32(t_mul))).astype(np.float64)
        length = np.power(float(t_mul), restarts)
        fraction = (done - (1 - length) / (1 - t_mul)) / length
    return initial_learning_rate * (
        (1 - alpha) * np.power(float(m_mul), restarts) * _cosine_fall(fraction) + alpha
    )  # fmt: skip


def _warm_up(steps: np.ndarray, after: float | Mapping[str, Any], steps_: int, start: float = 0.0) -> np.ndarray:
    target = float(rate_at(after, np.zeros(())))
    rising = target * (start + (1 - start) * steps / steps_)
    return np.where(steps < steps_, rising, rate_at(after, np.maximum(steps - steps_, 0)))


def _triangular(steps: np.ndarray, peak: float, steps_: int, low: float = 0.1, shrink: float = 1.0) -> np.ndarray:
    cycles = np.floor(steps / steps_)
    height = 1 - np.abs(2 * (steps / steps_ - cycles) - 1)
    return peak * (low + (1 - low) * height * np.power(float(shrink), cycles))


def _one_cycle(
    steps: np.ndarray,
    peak: float,
    steps_: int,
    rise: float = 0.3,
    start: float = 0.04,
    end: float = 4e-6,
    curve: str = "cosine",
) -> np.ndarray:
    up = rise * steps_
    rising = _eased(np.clip(steps / max(up, 1e-9), 0, 1), curve)
    falling = _eased(np.clip((steps - up) / max(steps_ - up, 1e-9), 0, 1), curve)
    return peak * np.where(steps < up, start + (1 - start) * rising, 1 + (end - 1) * falling)


def _eased(fraction: np.ndarray, curve: str) -> np.ndarray:
    return fraction if curve == "linear" else 1 - _cosine_fall(fraction)


def _renamed(formula: Callable[..., np.ndarray]) -> Callable[..., np.ndarray]:
    """For classes with an argument `steps` of their own."""
    return lambda at, steps, **config: formula(at, steps_=steps, **config)


FORMULAS: Mapping[str, Callable[..., np.ndarray]] = {
    "ExponentialDecay": _exponential,
    "InverseTimeDecay": _inverse_time,
    "PolynomialDecay": _polynomial,
    "PiecewiseConstantDecay": _piecewise,
    "CosineDecay": _cosine,
    "CosineDecayRestarts": _cosine_restarts,
    "WarmUp": _renamed(_warm_up),
    "Triangular": _renamed(_triangular),
    "OneCycle": _renamed(_one_cycle),
    "Adjustable": lambda at, rate: np.full(at.shape, float(rate)),
}
"""By the name of the class."""
