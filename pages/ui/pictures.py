"""Single images for st.image: enlarged by whole factors, so that small ones stay sharp."""

import numpy as np


def enlarge(image: np.ndarray, value_range: tuple[float, float], height: int) -> np.ndarray:
    """An image of shape `(height, width, channels)`, 1 or 3 channels, as uint8 of about `height` pixels.

    Args:
        image: of any numeric dtype.
        value_range: the values drawn as black and as white.
        height: wanted, in pixels; an image that is higher already is left as large as it is.

    >>> enlarge(np.zeros((2, 3, 1)), (0, 1), 9).shape
    (8, 12)
    """
    low, high = value_range
    levels = np.clip((image.astype(np.float64) - low) / (high - low or 1.0), 0, 1)
    factor = max(1, round(height / image.shape[0]))
    drawn = np.rint(levels * 255).astype(np.uint8).repeat(factor, axis=0).repeat(factor, axis=1)
    return drawn[..., 0] if drawn.shape[-1] == 1 else drawn
