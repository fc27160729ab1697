"""Scaling of inputs, fitted on training rows only: `(x - offset) / scale` along the last axis. numpy only."""

from dataclasses import dataclass
from typing import Literal

import numpy as np

from models.errors import NetloomError
from pipelines.data.preparation.moments import moments

SMALLEST_SCALE = 1e-7
"""keras.layers.Normalization divides by no less than keras.config.epsilon(); neither do we, so that both agree."""


@dataclass(frozen=True, slots=True, eq=False)
class Scaling:
    """`scaled = (x - offset) / scale`, one number a feature (tables) or a channel (images).

    Attributes:
        offset: float64 of shape `(features,)` or `(channels,)`.
        scale: as offset; at least SMALLEST_SCALE; 1 for a feature that is constant.
    """

    offset: np.ndarray
    scale: np.ndarray

    def apply(self, x: np.ndarray) -> np.ndarray:
        """`x` scaled: shape `(rows, ..., len(offset))` and any number dtype to the same shape in float32."""
        scaled = x.astype(np.float32)
        scaled -= self.offset.astype(np.float32)
        scaled /= self.scale.astype(np.float32)
        return scaled

    @classmethod
    def from_json(cls, value: object) -> "Scaling":
        """Reads two lists of numbers, `offset` and `scale`, as older runs keep them. Raises: NetloomError."""
        try:
            offset, scale = (np.asarray(value[key], dtype=np.float64) for key in ("offset", "scale"))  # type: ignore[index]
        except (TypeError, KeyError, ValueError, IndexError):
            raise NetloomError(
                "A scaling is two lists of numbers, offset and scale.", f"Received: {value!r:.120}."
            ) from None
        if offset.ndim != 1 or offset.shape != scale.shape or not (np.isfinite(offset).all() and (scale > 0).all()):
            raise NetloomError(
                "A scaling has as many offsets as scales, all finite, and scales above 0.", f"Received: {value!r:.120}."
            )
        return cls(offset, scale)


def fit_scaling(kind: Literal["none", "standardise", "rescale", "symmetric"], x_train: np.ndarray) -> Scaling:
    """The scaling that `kind` means for these training rows.

    Args:
        kind: `standardise` (zero mean, unit variance), `rescale` (least value to 0, greatest to 1),
            `symmetric` (least to -1, greatest to 1) or `none`.
        x_train: raw training rows of shape `(rows, ..., features or channels)`.

    Raises:
        NetloomError: no rows, or values that are not finite.
    """
    found = moments(x_train)
    ones = np.ones_like(found.mean)
    if kind == "none":
        return Scaling(np.zeros_like(ones), ones)
    if kind == "standardise":
        offset, scale = found.mean, found.std
    elif kind == "rescale":
        offset, scale = found.minimum, found.maximum - found.minimum
    else:
        offset, scale = (found.minimum + found.maximum) / 2, (found.maximum - found.minimum) / 2
    constant = found.minimum == found.maximum
    return Scaling(
        np.where(constant, found.minimum, offset), np.where(constant, ones, np.maximum(scale, SMALLEST_SCALE))
    )
