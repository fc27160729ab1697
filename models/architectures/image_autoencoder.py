"""What autoencoders for images have in common: their options, and the convolution that they end in."""

from typing import Any

from models.catalogue import Param
from models.sketch import Sketch

KERNEL: dict[str, Any] = {"kernel_size": 3, "padding": "same"}
PARAMS = (
    Param("filters", "int", default=16, min=1, max=1024, step=1, main=True, help="Of the first convolution."),
    Param("levels", "int", default=2, min=1, max=8, step=1, main=True, help="How often the image is halved."),
    Param("code", "int", default=4, min=1, max=4096, step=1, main=True, help="Channels of the code."),
)


def image_output(net: Sketch, x: str, channels: int, activation: str) -> str:
    """An image of `channels` of the size of `x`, passed through `activation`. Returns its name."""
    last: dict[str, Any] = {} if activation == "linear" else {"activation": activation}
    return net.add("Conv2D", x, name="output", filters=channels, **KERNEL, **last)
