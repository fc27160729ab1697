"""Least, greatest, mean and standard deviation along the last axis, in float64 without copying the data to it."""

from dataclasses import dataclass

import numpy as np

from models.errors import NetloomError

_CHUNK_VALUES = 1 << 20


@dataclass(frozen=True, slots=True, eq=False)
class Moments:
    """Of each feature or channel: float64 arrays of shape `(features,)`. std is the population's (divided by n)."""

    minimum: np.ndarray
    maximum: np.ndarray
    mean: np.ndarray
    std: np.ndarray


def moments(x: np.ndarray) -> Moments:
    """The moments of each feature (or channel) of `x`, shape `(rows, ..., features)`.

    Raises:
        NetloomError: no rows, or a NaN or an infinity among the values.
    """
    values = x.reshape(-1, x.shape[-1])
    if not len(values):
        raise NetloomError("There are no rows to take statistics of.")
    minimum, maximum = values.min(axis=0).astype(np.float64), values.max(axis=0).astype(np.float64)
    bad = ~(np.isfinite(minimum) & np.isfinite(maximum))
    if bad.any():
        raise NetloomError(
            "The data has values that are no finite numbers.", f"Look at column {int(bad.argmax())} (counted from 0)."
        )
    chunks = np.array_split(values, max(1, values.size // _CHUNK_VALUES))
    mean = np.sum([chunk.sum(axis=0, dtype=np.float64) for chunk in chunks], axis=0) / len(values)
    squares = [np.square(chunk - mean).sum(axis=0) for chunk in chunks]
    return Moments(minimum, maximum, mean, np.sqrt(np.sum(squares, axis=0) / len(values)))
