"""AlexNet: the network that won the ImageNet contest of 2012 (Krizhevsky, Sutskever and Hinton, 2012)."""

from collections.abc import Sequence

from models.architectures.architecture import Architecture, head
from models.architectures.images import sides_of
from models.catalogue import Param
from models.sketch import Sketch
from models.spec import ModelSpec

# Section 3.5: (filters, kernel size, strides) of the five convolutions, both towers together.
_CONVOLUTIONS = ((96, 11, 4), (256, 5, 1), (384, 3, 1), (384, 3, 1), (256, 3, 1))
_NORMALIZED = (1, 2)
_POOLED = (1, 2, 5)
_ACROSS = 3
"""The convolution that reads both towers."""
_SMALLEST = 67


def build(
    input_shape: Sequence[int],
    units: int,
    activation: str,
    towers: int = 1,
    filters: int = 96,
    width: int = 4096,
    dropout: float = 0.5,
) -> ModelSpec:
    """Five convolutions and three Dense layers, ReLUs, overlapping poolings, dropout: figure 2.

    Args:
        input_shape: (height, width, channels), at least 67 by 67. The paper says 224 by 224, but 55 by 55 positions of
            the first kernel, as its figure has them, take 227 by 227 without padding.
        towers: 2: as in the figure, each of two towers (the paper's two GPUs) has half the filters, and they read each
            other at the third convolution and the Dense layers alone; 1: the same as a single network.
        filters: of the first convolution; the others keep the paper's proportions to it.
        width: units of the two hidden Dense layers.
        dropout: share of their outputs that is dropped in training; 0: there is none.

    Raises:
        NetloomError: smaller images.
    """
    sides_of(input_shape, "AlexNet", _SMALLEST)
    net = Sketch("alexnet")
    ends = [net.input(input_shape)] * towers
    for number, (share, kernel_size, strides) in enumerate(_CONVOLUTIONS, 1):
        if number == _ACROSS and towers > 1:
            ends = [net.add("Concatenate", *ends, name=f"across{number}")] * towers
        given = {"strides": strides} if strides > 1 else {"padding": "same"}
        count = max(1, share * filters // _CONVOLUTIONS[0][0] // towers)
        for tower, x in enumerate(ends):
            letter = "ab"[tower] if towers > 1 else ""
            config = {"filters": count, "kernel_size": kernel_size, **given, "activation": "relu"}
            x = net.add("Conv2D", x, name=f"conv{number}{letter}", **config)
            if number in _NORMALIZED:
                x = net.add("LocalResponseNormalization", x, name=f"lrn{number}{letter}")
            if number in _POOLED:
                x = net.add("MaxPooling2D", x, name=f"pool{number}{letter}", pool_size=3, strides=2)
            ends[tower] = x
    x = net.add("Concatenate", *ends, name="join") if towers > 1 else ends[0]
    x = net.add("Flatten", x, name="flatten")
    for number in (6, 7):
        x = net.add("Dense", x, name=f"fc{number}", units=width, activation="relu")
        x = net.add("Dropout", x, name=f"dropout{number}", rate=dropout) if dropout else x
    kind, config = head(units, activation)
    net.add(kind, x, name="fc8", **config)
    return net.spec()


ALEXNET = Architecture(
    name="alexnet",
    title="AlexNet",
    summary="Five convolutions and three Dense layers: the network that began the deep learning of images in 2012.",
    build=build,
    suits="image",
    input_shape=(227, 227, 3),
    units=1000,
    params=(
        Param(
            "towers", "int", default=1, min=1, max=2, step=1, main=True, help="2: as in the paper, one for each GPU."
        ),
        Param("filters", "int", default=96, min=2, max=1024, step=2, main=True, help="Of the first convolution."),
        Param("width", "int", default=4096, min=1, max=65536, step=1, main=True, help="Units of hidden Dense layers."),
        Param("dropout", "float", default=0.5, min=0, max=0.9, step=0.05, help="Share of their outputs dropped."),
    ),
    family="Convolutional networks",
    small={"input_shape": (67, 67, 3), "units": 3, "towers": 2, "filters": 6, "width": 4},
)
