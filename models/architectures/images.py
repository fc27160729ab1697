"""What the networks for images ask of them."""

from collections.abc import Sequence

from models.errors import NetloomError


def sides_of(input_shape: Sequence[int], title: str, smallest: int = 1) -> tuple[int, int]:
    """Height and width of images of that shape, in pixels.

    Args:
        input_shape: (height, width, channels).
        title: of the network that is to read them.
        smallest: side that it can still halve as often as it does.

    Raises:
        NetloomError: the shape is none of images, or a side is smaller.
    """
    if len(input_shape) != 3:
        raise NetloomError(
            f"{title} reads images of shape (height, width, channels). Received: {tuple(input_shape)}.",
            "Give three numbers, such as 32,32,3.",
        )
    height, width = input_shape[:2]
    if min(height, width) < smallest:
        raise NetloomError(
            f"{title} shrinks its images so often that nothing is left of those below {smallest} × {smallest} pixels. "
            f"Received: {height} × {width}.",
            f"Make the images {smallest} × {smallest} or larger on the Data page, or take a network for small ones.",
        )
    return height, width
