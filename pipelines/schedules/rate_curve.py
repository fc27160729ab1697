"""What a range test of the learning rate found, and the rate that it suggests. No keras."""

import math
from dataclasses import dataclass

import numpy as np
from scipy.ndimage import gaussian_filter1d

DIVERGED = 3.0
"""The test ends where the loss has risen above its best by so many times what it had fallen by, or its own size."""

_SMOOTHING = 0.18  # powers of ten, as the standard deviation of the window
_FEWEST = 10  # rates, before anything is said
_BELOW = 10.0  # times, that the suggestion is below the rate of the least loss
_NEAR = 0.1  # of the whole fall, that a loss may lie above the least and count as it: a flat bottom is mostly noise
_FALL = 2.0  # times the noise, that a loss must fall by for the fall to count


@dataclass(frozen=True, slots=True, eq=False)
class RateCurve:
    """The loss at rising learning rates.

    Attributes:
        rates: tried, ascending and evenly spaced in their logarithm, shape `(n,)`, float64.
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
    """The curve of what was measured, with its suggestion: a tenth of the rate that brought the loss down to its least.

    Args:
        rates, losses: of one length, as in `RateCurve`.
    """
    rates, losses = np.asarray(rates, np.float64), np.asarray(losses, np.float64)
    window = _SMOOTHING / math.log10(rates[1] / rates[0]) if len(rates) > 1 else 0.0
    smoothed = gaussian_filter1d(losses, window, mode="nearest") if window else losses
    suggestion, reason = _suggested(rates, losses, smoothed, window)
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


def _suggested(rates: np.ndarray, losses: np.ndarray, smoothed: np.ndarray, window: float) -> tuple[float | None, str]:
    if len(rates) < _FEWEST:
        return None, "The loss grew without bound at the smallest rates already: look at the data and their scaling."
    least = float(smoothed.min())
    quiet = losses[: max(_FEWEST, len(losses) // 4)]  # rates so small that nothing is learned yet
    begun, noise = float(quiet.mean()), float(quiet.std())
    if begun - least <= max(_FALL * noise / math.sqrt(max(window, 1.0)), 1e-3 * abs(begun)):
        return None, (
            "The loss fell at no rate by more than it varies from batch to batch: try larger batches, "
            "or look at the network and the loss."
        )
    place = int((smoothed <= least + _NEAR * (begun - least)).argmax())
    suggestion = rounded(rates[place] / _BELOW)
    if int(smoothed.argmin()) >= len(rates) - 2:
        suggestion = rounded(rates[-1] / _BELOW)
        return suggestion, f"The loss still fell at {rates[-1]:.2g}, the highest rate tried; this is a tenth of it."
    return suggestion, f"A tenth of {rates[place]:.2g}, where the loss was about as low as it got before it rose."
