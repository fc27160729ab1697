"""Images for st.image: enlarged by whole factors, so that small ones stay sharp."""

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


def strip(images: np.ndarray, value_range: tuple[float, float], height: int, gap: int = 4) -> np.ndarray:
    """Several images side by side, each as `enlarge` makes it.

    Args:
        images: of shape `(count, height, width, channels)`.
        value_range: the values drawn as black and as white.
        height: wanted, in pixels.
        gap: transparent pixels between two images.

    Returns:
        uint8 of shape `(height', width', 4)`: red, green, blue and opacity.

    >>> strip(np.zeros((3, 2, 2, 1)), (0, 1), 8, gap=2).shape
    (8, 28, 4)
    """
    tiles = [enlarge(image, value_range, height) for image in images]
    step = tiles[0].shape[1] + gap
    drawn = np.zeros((tiles[0].shape[0], len(tiles) * step - gap, 4), np.uint8)
    for index, tile in enumerate(tiles):
        place = slice(index * step, index * step + step - gap)
        drawn[:, place, :3] = tile if tile.ndim == 3 else tile[..., np.newaxis]
        drawn[:, place, 3] = 255
    return drawn


def overlay(image: np.ndarray, classes: np.ndarray, colors: np.ndarray, strength: float = 0.6) -> np.ndarray:
    """An image under the colours of the classes of its pixels.

    Args:
        image: uint8 of shape `(height, width, 1 or 3)`.
        classes: ids of shape `(height, width)`.
        colors: uint8 of shape `(ids, 3)`.
        strength: 0 leaves the image, 1 shows the colours alone.

    >>> red = np.array([[0, 0, 0], [200, 0, 0]], np.uint8)
    >>> overlay(np.zeros((1, 1, 3), np.uint8), np.array([[1]]), red, 0.5).tolist()
    [[[100, 0, 0]]]
    """
    drawn = image.astype(np.float32) * (1 - strength) + colors[classes].astype(np.float32) * strength
    return np.rint(drawn).astype(np.uint8)


def drawable(image: np.ndarray, value_range: tuple[float, float]) -> np.ndarray:
    """uint8 of one channel or three; of any other number of channels the first, or the first three.

    >>> drawable(np.full((1, 1, 4), 0.5), (0, 1)).tolist()
    [[[128, 128, 128]]]
    """
    low, high = value_range
    channels = image[..., :3] if image.shape[-1] >= 3 else image[..., :1]
    return np.rint(np.clip((channels.astype(np.float64) - low) / (high - low or 1.0), 0, 1) * 255).astype(np.uint8)
