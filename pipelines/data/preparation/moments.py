"""Least, greatest, mean and standard deviation along the last axis, in float64 without copying the data to it."""

from collections.abc import Iterator
from dataclasses import dataclass

import numpy as np

from models.errors import NetloomError
from pipelines.data.files.mapped import let_go

_CHUNK_VALUES = 1 << 20


@dataclass(frozen=True, slots=True, eq=False)
class Moments:
    """Of each feature or channel: float64 arrays of shape `(features,)`. std is the population's (divided by n)."""

    minimum: np.ndarray
    maximum: np.ndarray
    mean: np.ndarray
    std: np.ndarray


def moments(x: np.ndarray) -> Moments:
    """The moments of each feature (or channel) of `x`, shape `(rows, ..., features)`; it may be mapped from disk.

    Raises:
        NetloomError: no rows, or a NaN or an infinity among the values.
    """
    values = x.reshape(-1, x.shape[-1])
    if not len(values):
        raise NetloomError("There are no rows to take statistics of.")
    if values.dtype == np.uint8 and values.shape[1] > 1:
        return _counted(values)
    ends = [(chunk.min(axis=0), chunk.max(axis=0), chunk.sum(axis=0, dtype=np.float64)) for chunk in _chunks(values)]
    lows, highs, sums = zip(*ends, strict=True)
    minimum, maximum = np.min(lows, axis=0).astype(np.float64), np.max(highs, axis=0).astype(np.float64)
    bad = ~(np.isfinite(minimum) & np.isfinite(maximum))
    if bad.any():
        raise NetloomError(
            "The data has values that are no finite numbers.", f"Look at column {int(bad.argmax())} (counted from 0)."
        )
    mean = np.sum(sums, axis=0) / len(values)
    squares = [np.square(chunk - mean).sum(axis=0) for chunk in _chunks(values)]
    return Moments(minimum, maximum, mean, np.sqrt(np.sum(squares, axis=0) / len(values)))


def _counted(values: np.ndarray) -> Moments:
    """The moments of bytes, from how often each occurs: one look at the data, twenty times as quick for few columns.

    One column alone keeps the other way, so that older runs are scaled as they were, to the bit.
    """
    counts = np.zeros((256, values.shape[1]), np.int64)
    for chunk in _chunks(values):
        for column in range(values.shape[1]):
            counts[:, column] += np.bincount(chunk[:, column], minlength=256)
    byte = np.arange(256.0)
    mean = byte @ counts / len(values)
    std = np.sqrt(np.sum(np.square(byte[:, np.newaxis] - mean) * counts, axis=0) / len(values))
    occurs = counts > 0
    last = 255 - occurs[::-1].argmax(axis=0)
    return Moments(occurs.argmax(axis=0).astype(np.float64), last.astype(np.float64), mean, std)


def _chunks(values: np.ndarray) -> Iterator[np.ndarray]:
    for chunk in np.array_split(values, max(1, min(len(values), values.size // _CHUNK_VALUES))):
        yield chunk
        let_go(chunk)
