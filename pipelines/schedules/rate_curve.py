"""What a range test of the learning rate found, and the rate that it suggests. No keras."""

import math
from dataclasses import dataclass

import numpy as np
from scipy.ndimage import gaussian_filter1d

DIVERGED = 3.0
"""The test ends where the loss has risen above its best by so many times what it had fallen by, or its own size."""

_SMOOTHING = 3.0  # rates, as the standard deviation of the window
_FEWEST = 10  # rates, before anything is said
_BELOW = 10.0  # times, that the suggestion is below the rate of the least loss
_FALL = 2.0  # times the noise, that a loss must fall by for the fall to count


@dataclass(frozen=True, slots=True, eq=False)
class RateCurve:
    """The loss at rising learning rates.

    Attributes:
        rates: tried, ascending, shape `(n,)`, float64.
        losses: of the training batches at each, before the update, shape `(n,)`, float64, all finite.
        smoothed: the same without most of the noise.
        suggestion: a rate to train with; None: none could be found.
        reason: for it, or why there is none, in a sentence.
    """

    rates: np.ndarray
    losses: np.ndarray
    smoothed: np.ndarray
    suggestion: float | None
    reason: str


def rate_curve(rates: np.ndarray, losses: np.ndarray) -> RateCurve:
    """The curve of what was measured, with its suggestion: a tenth of the rate at which the smoothed loss was least.

    Args:
        rates, losses: of one length, as in `RateCurve`.
    """
    rates, losses = np.asarray(rates, np.float64), np.asarray(losses, np.float64)
    smoothed = gaussian_filter1d(losses, _SMOOTHING, mode="nearest") if len(losses) else losses
    suggestion, reason = _suggested(rates, losses, smoothed)
    return RateCurve(rates, losses, smoothed, suggestion, reason)


def has_diverged(losses: list[float]) -> bool:
    """Whether the last loss is beyond hope. Losses are in the order in which the rate rose."""
    if not math.isfinite(losses[-1]):
        return True
    if len(losses) < _FEWEST:
        return False
    best, first = min(losses), float(np.median(losses[:_FEWEST]))
    return losses[-1] > best + DIVERGED * max(abs(best), first - best)


def rounded(rate: float) -> float:
    """The nearest of 1, 2, 5 times a power of ten: a rate that people would write.

    >>> rounded(0.00225), rounded(0.0582), rounded(0.8)
    (0.002, 0.05, 1.0)
    """
    power = math.floor(math.log10(rate))
    choices = [digit * 10.0**power for digit in (1, 2, 5, 10)]
    nearest = min(choices, key=lambda choice: abs(math.log(choice / rate)))
    return float(f"{nearest:.0e}")


def _suggested(rates: np.ndarray, losses: np.ndarray, smoothed: np.ndarray) -> tuple[float | None, str]:
    if len(rates) < _FEWEST:
        return None, "The loss grew without bound at the smallest rates already: look at the data and their scaling."
    place = int(smoothed.argmin())
    quiet = losses[: max(_FEWEST, len(losses) // 4)]  # rates so small that nothing is learned yet
    begun, noise = float(quiet.mean()), float(quiet.std())
    if begun - smoothed[place] <= max(_FALL * noise / math.sqrt(_SMOOTHING), 1e-3 * abs(begun)):
        return None, (
            "The loss fell at no rate by more than it varies from batch to batch: try larger batches, "
            "or look at the network and the loss."
        )
    suggestion = rounded(rates[place] / _BELOW)
    if place >= len(rates) - 2:
        return suggestion, f"The loss still fell at {rates[-1]:.2g}, the highest rate tried; this is a tenth of it."
    return suggestion, f"A tenth of {rates[place]:.2g}, at which the loss was least before it rose."
