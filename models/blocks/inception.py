"""The inception module: convolutions of three sizes and a pooling, side by side. Szegedy et al., 2015."""

from models.blocks.block import Block
from models.catalogue import Param
from models.sketch import Sketch

_FILTERS = {
    "ones": (64, "Of the 1 by 1 convolution."),
    "threes_reduce": (96, "Of the 1 by 1 convolution in front of the 3 by 3."),
    "threes": (128, "Of the 3 by 3 convolution."),
    "fives_reduce": (16, "Of the 1 by 1 convolution in front of the 5 by 5."),
    "fives": (32, "Of the 5 by 5 convolution."),
    "pooled": (32, "Of the 1 by 1 convolution behind the pooling."),
}


def inception(
    net: Sketch,
    x: str,
    ones: int = 64,
    threes_reduce: int = 96,
    threes: int = 128,
    fives_reduce: int = 16,
    fives: int = 32,
    pooled: int = 32,
    batch_norm: bool = False,
) -> str:
    """Four branches that see the same pixels at different scales, joined channel by channel: figure 2(b).

    Args:
        ones ... pooled: filters, in the order of table 1's columns; the defaults are its inception (3a). The output has
            `ones + threes + fives + pooled` channels.
        batch_norm: a normalization in front of each ReLU. Ioffe and Szegedy, 2015.
    """
    branches = [convolution(net, x, ones, 1, "1x1", batch_norm)]
    for filters, reduce, size in ((threes, threes_reduce, 3), (fives, fives_reduce, 5)):
        narrow = convolution(net, x, reduce, 1, f"{size}x{size}_reduce", batch_norm)
        branches.append(convolution(net, narrow, filters, size, f"{size}x{size}", batch_norm))
    pool = net.add("MaxPooling2D", x, name="pool", pool_size=3, strides=1, padding="same")
    branches.append(convolution(net, pool, pooled, 1, "pool_proj", batch_norm))
    return net.add("Concatenate", *branches, name="output")


def convolution(
    net: Sketch, x: str, filters: int, kernel_size: int, name: str, batch_norm: bool, strides: int = 1
) -> str:
    """A convolution that pads, and its ReLU."""
    given = {"padding": "same"} if kernel_size > 1 else {}
    given |= {"strides": strides} if strides > 1 else {}
    if not batch_norm:
        return net.add("Conv2D", x, name=name, filters=filters, kernel_size=kernel_size, activation="relu", **given)
    x = net.add("Conv2D", x, name=name, filters=filters, kernel_size=kernel_size, use_bias=False, **given)
    x = net.add("BatchNormalization", x, name=f"{name}_bn", momentum=0.9)
    return net.add("ReLU", x, name=f"{name}_relu")


INCEPTION = Block(
    name="inception",
    title="Inception",
    summary="Convolutions of three sizes and a pooling side by side, as in GoogLeNet (Szegedy et al., 2015).",
    build=inception,
    params=(
        *(
            Param(name, "int", default=filters, min=1, max=4096, step=1, main=True, help=help_)
            for name, (filters, help_) in _FILTERS.items()
        ),
        Param("batch_norm", "bool", default=False, help="Batch normalization in front of each ReLU."),
    ),
    takes=3,
)
