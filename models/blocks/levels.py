"""Levels of an encoder, which halves the image, and of a decoder, which doubles it."""

from typing import Literal

from models.blocks.block import Block
from models.blocks.convolution import FILTERS, KERNEL_SIZE, convolution
from models.catalogue import Param
from models.sketch import Sketch


def encoder_level(
    net: Sketch,
    x: str,
    filters: int = 32,
    kernel_size: int = 3,
    convolutions: int = 2,
    batch_norm: bool = False,
    pooling: Literal["max", "average"] = "max",
) -> str:
    """Convolutions that keep the size, then a pooling that halves it.

    Args:
        filters: of every convolution. kernel_size: side of their windows.
        convolutions: how many.
    """
    for number in range(1, convolutions + 1):
        x = convolution(net, x, filters, kernel_size, batch_norm=batch_norm, name=f"conv{number}")
    return net.add({"max": "MaxPooling2D", "average": "AveragePooling2D"}[pooling], x, name="pool")


def decoder_level(
    net: Sketch,
    x: str,
    filters: int = 32,
    kernel_size: int = 3,
    convolutions: int = 1,
    batch_norm: bool = False,
    up: Literal["transpose", "upsampling"] = "transpose",
    skip: str | None = None,
) -> str:
    """An image twice as large, beside it what an encoder saw at that size, and convolutions.

    Args:
        filters: of every convolution. kernel_size: side of the windows.
        convolutions: how many behind the one that enlarges.
        up: `transpose`: a transposed convolution of 2 by 2, which learns how; `upsampling`: every pixel four times,
            which leaves no checkered pattern (Odena et al., 2016).
        skip: name of a node whose channels are put beside the enlarged ones; its image is twice as large as x.
    """
    if up == "transpose":
        x = net.add("Conv2DTranspose", x, name="up", filters=filters, kernel_size=2, strides=2)
    else:
        x = net.add("UpSampling2D", x, name="up")
    if skip:
        x = net.add("Concatenate", skip, x, name="concat")
    for number in range(1, convolutions + 1):
        x = convolution(net, x, filters, kernel_size, batch_norm=batch_norm, name=f"conv{number}")
    return x


_BATCH_NORM = Param("batch_norm", "bool", default=False, help="Batch normalization in front of each ReLU.")

ENCODER_LEVEL = Block(
    name="encoder-level",
    title="Encoder level",
    summary="Two convolutions and a pooling that halves the image.",
    build=encoder_level,
    params=(
        FILTERS,
        KERNEL_SIZE,
        Param("convolutions", "int", default=2, min=1, max=8, step=1, main=True, help="How many in a row."),
        _BATCH_NORM,
        Param("pooling", "choice", default="max", choices=("max", "average"), help="What is kept of 2 by 2 pixels."),
    ),
    takes=3,
    label="down",
)

DECODER_LEVEL = Block(
    name="decoder-level",
    title="Decoder level",
    summary="Doubles the image, beside it the features of an encoder level where wanted, and a convolution.",
    build=decoder_level,
    params=(
        FILTERS,
        KERNEL_SIZE,
        Param("convolutions", "int", default=1, min=0, max=8, step=1, main=True, help="How many in a row."),
        _BATCH_NORM,
        Param(
            "up",
            "choice",
            default="transpose",
            choices=("transpose", "upsampling"),
            main=True,
            help="A transposed convolution, or every pixel four times.",
        ),
        Param("skip", "node", nullable=True, main=True, help="What is put beside it: a node of twice its size."),
    ),
    takes=3,
    label="up",
)
