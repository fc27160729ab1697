"""U-Net: a class for every pixel, from what is seen near and far (Ronneberger, Fischer and Brox, 2015)."""

from collections.abc import Sequence
from typing import Any, Literal

from models.architectures.architecture import Architecture
from models.architectures.images import sides_of
from models.blocks.unet_level import lost, twice, up
from models.catalogue import Param
from models.errors import NetloomError
from models.sketch import Sketch
from models.spec import ModelSpec

_ORIGINAL = (572, 572, 1)


def build(
    input_shape: Sequence[int],
    units: int,
    activation: str,
    padding: Literal["auto", "same", "valid"] = "auto",
    filters: int = 64,
    levels: int = 4,
    dropout: float = 0.5,
    batch_norm: bool = False,
) -> ModelSpec:
    """Down by `levels` poolings, up again by as many up-convolutions, and a skip at each size: figure 1.

    Args:
        input_shape: (height, width, channels).
        units: classes of a pixel.
        padding: `valid`: as in the paper, the border of the image is lost, 572 by 572 pixels give classes for the 388
            by 388 in the middle. `same`: every pixel gets a class; images whose sides the poolings do not divide are
            padded with zeros first and cropped at the end. `auto`: valid for the paper's own size, else same.
        filters: of the first level; twice as many at each lower one.
        dropout: share of the features dropped at the end of the way down; 0: none.
        batch_norm: a normalization in front of each ReLU. Ioffe and Szegedy, 2015.

    Raises:
        NetloomError: with valid convolutions, a size that the poolings do not divide or that leaves nothing.
    """
    sides = sides_of(input_shape, "U-Net")
    if padding == "auto":
        padding = "valid" if tuple(input_shape) == _ORIGINAL else "same"
    if padding == "valid":
        _check_valid(sides, levels)
    net = Sketch("u-net")
    x = net.input(input_shape)
    missing = [-side % 2**levels for side in sides] if padding == "same" else [0, 0]
    borders = [[more // 2, more - more // 2] for more in missing]
    if any(missing):
        x = net.add("ZeroPadding2D", x, name="pad", padding=borders)
    skips = []
    for level in range(levels):
        with net.block(f"down{level + 1}"):
            x = twice(net, x, filters * 2**level, padding, batch_norm)
            skips.append(x)
            x = net.add("MaxPooling2D", x, name="pool")
    with net.block("bottom"):
        x = twice(net, x, filters * 2**levels, padding, batch_norm)
        x = net.add("Dropout", x, name="dropout", rate=dropout) if dropout else x
    for level in reversed(range(levels)):
        with net.block(f"up{level + 1}"):
            x = up(net, x, skips[level], filters * 2**level, levels - level - 1, padding, batch_norm)
    last: dict[str, Any] = {} if activation == "linear" else {"activation": activation}
    x = net.add("Conv2D", x, name="pixels", filters=units, kernel_size=1, **last)
    if any(missing):
        net.add("Cropping2D", x, name="crop", cropping=borders)
    return net.spec()


def _check_valid(sides: tuple[int, int], levels: int) -> None:
    """With valid convolutions, the image must be even wherever it is pooled, and something must be left of it.

    A level takes a side of n pixels from one of 2n + 4, so all but the last 4 are counted in steps of 2 to the power
    of `levels`.
    """
    step = 2**levels
    for side in sides:
        if (side + 4) % step or side <= lost(levels):
            fitting = max(round((side + 4) / step), (lost(levels) + 4) // step + 1) * step - 4
            raise NetloomError(
                f"With valid convolutions, the sides of U-Net's images must be even at each of {levels} poolings, and "
                f"more than the {lost(levels)} pixels that are lost. Received a side of {side} pixels.",
                f"Choose {fitting} pixels, or padding same.",
            )


U_NET = Architecture(
    name="u-net",
    title="U-Net",
    summary="Down to what is seen from afar and up to every pixel, with skip connections: for segmentation.",
    build=build,
    suits="image",
    input_shape=_ORIGINAL,
    units=2,
    params=(
        Param(
            "padding",
            "choice",
            default="auto",
            choices=("auto", "same", "valid"),
            main=True,
            help="valid, as in the paper, loses the border; same gives a class to every pixel.",
        ),
        Param("filters", "int", default=64, min=1, max=1024, step=1, main=True, help="Of the first level."),
        Param("levels", "int", default=4, min=1, max=8, step=1, main=True, help="Poolings; each halves the image."),
        Param("dropout", "float", default=0.5, min=0, max=0.9, step=0.05, help="Dropped at the end of the way down."),
        Param("batch_norm", "bool", default=False, main=True, help="Batch normalization in front of each ReLU."),
    ),
    gives="pixels",
    family="Segmentation",
    small={"input_shape": (18, 20, 3), "units": 3, "filters": 2, "levels": 2},
)
