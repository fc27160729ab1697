"""A level of a U-Net: down, through what is below, and up again, with a skip. Ronneberger, Fischer and Brox, 2015."""

from typing import Literal

from models.blocks.block import Block
from models.blocks.channels import channels
from models.blocks.convolution import convolution
from models.catalogue import Param
from models.sketch import Sketch

Padding = Literal["same", "valid"]
_DEFAULT_FILTERS = 64


def unet_level(net: Sketch, x: str, filters: int = 0, padding: Padding = "same", batch_norm: bool = False) -> str:
    """Two convolutions, a pooling, two convolutions with twice the filters, and the way up again beside the skip.

    The sides of what the pooling reads must be even.

    Args:
        filters: of the level; 0: as many as there are channels.
        padding: `same` keeps the size; `valid`, as in the paper, loses `lost(1)` pixels a side.
        batch_norm: a normalization in front of each ReLU. Ioffe and Szegedy, 2015.
    """
    width = filters or channels(net, x) or _DEFAULT_FILTERS
    skip = twice(net, x, width, padding, batch_norm, "down_")
    x = net.add("MaxPooling2D", skip, name="down_pool")
    x = twice(net, x, 2 * width, padding, batch_norm, "inner_")
    return up(net, x, skip, width, 0, padding, batch_norm, "up_")


def twice(net: Sketch, x: str, filters: int, padding: Padding, batch_norm: bool, prefix: str = "") -> str:
    """Two 3 by 3 convolutions with their ReLUs, which names begin with `prefix`."""
    for number in (1, 2):
        name = f"{prefix}conv{number}"
        x = convolution(
            net, x, filters, batch_norm=batch_norm, name=name, padding=padding, kernel_initializer="he_normal"
        )
    return x


def up(
    net: Sketch, x: str, skip: str, filters: int, below: int, padding: Padding, batch_norm: bool, prefix: str = ""
) -> str:
    """An up-convolution, the features of `skip` beside it, cropped to what is left of the image, and `twice`.

    Args:
        below: levels below this one.
    """
    x = net.add("Conv2DTranspose", x, name=f"{prefix}upconv", filters=filters, kernel_size=2, strides=2)
    if padding == "valid":
        skip = net.add("Cropping2D", skip, name=f"{prefix}crop", cropping=lost(below))
    x = net.add("Concatenate", skip, x, name=f"{prefix}concat")
    return twice(net, x, filters, padding, batch_norm, prefix)


def lost(levels: int) -> int:
    """Pixels that valid convolutions of so many levels take from a side of the image, half of them at each end.

    What the levels below lose is doubled on the way up: a skip is cropped by what they lose at each end.

    >>> [lost(levels) for levels in range(5)]
    [4, 16, 40, 88, 184]
    """
    return 4 if not levels else 8 + 2 * lost(levels - 1)


UNET_LEVEL = Block(
    name="unet-level",
    title="U-Net level",
    summary="Down to half the size, up again, and a skip connection between: one level of a U-Net.",
    build=unet_level,
    params=(
        Param("filters", "int", default=0, min=0, max=4096, step=1, main=True, help="0: as many as it reads."),
        Param(
            "padding",
            "choice",
            default="same",
            choices=("same", "valid"),
            main=True,
            help="same keeps the size; valid, as in the paper, crops the skip.",
        ),
        Param("batch_norm", "bool", default=False, help="Batch normalization in front of each ReLU."),
    ),
    takes=3,
)
