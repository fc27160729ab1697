"""Arrays as pictures: rows of small images side by side."""

import numpy as np


def strip(images: np.ndarray, value_range: tuple[float, float], tile: int = 48, gap: int = 4) -> np.ndarray:
    """Images side by side, each enlarged by a whole factor so that its pixels stay sharp.

    Args:
        images: of shape `(count, height, width, channels)` with 1 or 3 channels.
        value_range: the values drawn as black and as white.
        tile: wanted height of an image in the strip, in pixels.
        gap: transparent pixels between two images.

    Returns:
        uint8 of shape `(height', width', 4)`: red, green, blue and opacity.
    """
    low, high = value_range
    levels = np.clip((images.astype(np.float64) - low) / (high - low or 1.0), 0, 1)
    levels = np.rint(levels * 255).astype(np.uint8)
    factor = max(1, round(tile / images.shape[1]))
    levels = levels.repeat(factor, axis=1).repeat(factor, axis=2)
    count, height, width, channels = levels.shape
    drawn = np.zeros((height, count * (width + gap) - gap, 4), np.uint8)
    for index, image in enumerate(levels):
        left = index * (width + gap)
        drawn[:, left : left + width, :3] = image if channels == 3 else image[..., :1]
        drawn[:, left : left + width, 3] = 255
    return drawn
