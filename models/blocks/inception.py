"""The inception module: convolutions of three sizes and a pooling, side by side. Szegedy et al., 2015."""

from models.blocks.block import Block
from models.blocks.convolution import convolution
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
    branches = [convolution(net, x, ones, 1, batch_norm=batch_norm, name="conv1x1")]
    for filters, reduce, size in ((threes, threes_reduce, 3), (fives, fives_reduce, 5)):
        narrow = convolution(net, x, reduce, 1, batch_norm=batch_norm, name=f"conv{size}x{size}_reduce")
        branches.append(convolution(net, narrow, filters, size, batch_norm=batch_norm, name=f"conv{size}x{size}"))
    pool = net.add("MaxPooling2D", x, name="pool", pool_size=3, strides=1, padding="same")
    branches.append(convolution(net, pool, pooled, 1, batch_norm=batch_norm, name="pool_proj"))
    return net.add("Concatenate", *branches, name="output")


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
