"""GoogLeNet: nine inception modules, the network that won the ImageNet contest of 2014 (Szegedy et al., 2015)."""

from collections.abc import Sequence
from itertools import pairwise
from typing import Any

from models.architectures.architecture import Architecture, head
from models.architectures.images import sides_of
from models.blocks.convolution import convolution
from models.blocks.inception import inception
from models.catalogue import Param
from models.sketch import Sketch
from models.spec import ModelSpec, Output

# Table 1: filters of each module's 1x1, 3x3 reduce, 3x3, 5x5 reduce, 5x5 and pool proj.
_MODULES = {
    "3a": (64, 96, 128, 16, 32, 32),
    "3b": (128, 128, 192, 32, 96, 64),
    "4a": (192, 96, 208, 16, 48, 64),
    "4b": (160, 112, 224, 24, 64, 64),
    "4c": (128, 128, 256, 24, 64, 64),
    "4d": (112, 144, 288, 32, 64, 64),
    "4e": (256, 160, 320, 32, 128, 128),
    "5a": (256, 160, 320, 32, 128, 128),
    "5b": (384, 192, 384, 48, 128, 128),
}
_AUXILIARY = {"4a": 1, "4d": 2}
_AUXILIARY_WEIGHT = 0.3
# Caffe's values, in which it was published: alpha 0.0001, divided by the size of 5.
_RESPONSE: dict[str, Any] = {"bias": 1.0, "alpha": 2e-5}


def build(
    input_shape: Sequence[int],
    units: int,
    activation: str,
    auxiliary: bool = False,
    filters: int = 64,
    dropout: float = 0.4,
    batch_norm: bool = False,
    modules: Sequence[str] = tuple(_MODULES),
) -> ModelSpec:
    """Two convolutions, nine inception modules, the mean over the image, one Dense layer: table 1, and figure 3.

    Args:
        input_shape: (height, width, channels); any size, halved five times.
        auxiliary: two more heads, behind (4a) and (4d), whose losses count 0.3 each: they bring the gradient nearer to
            the first layers. The main output is the first.
        filters: of the first convolution; all others keep the paper's proportions to it, the heads' own too.
        dropout: share of the last features that is dropped in training; the auxiliary heads drop 0.7 of theirs.
        batch_norm: a normalization in front of each ReLU of a convolution. Ioffe and Szegedy, 2015.
        modules: which of the inception modules there are, by their names in the table.
    """
    sides = sides_of(input_shape, "GoogLeNet")

    def scaled(count: int) -> int:
        return max(1, count * filters // 64)

    net = Sketch("googlenet")
    x = net.input(input_shape)
    with net.block("stem"):
        x = convolution(net, x, scaled(64), 7, 2, batch_norm=batch_norm, name="conv1")
        x = _halved(net, x, "pool1")
        x = net.add("LocalResponseNormalization", x, name="lrn1", **_RESPONSE)
        x = convolution(net, x, scaled(64), 1, batch_norm=batch_norm, name="conv2_reduce")
        x = convolution(net, x, scaled(192), 3, batch_norm=batch_norm, name="conv2")
        x = net.add("LocalResponseNormalization", x, name="lrn2", **_RESPONSE)
        x = _halved(net, x, "pool2")
    outputs = []
    for before, name in pairwise(("3", *modules)):
        if name[0] != before[0]:
            x = _halved(net, x, f"pool{before[0]}")
        with net.block(f"inception_{name}"):
            x = inception(net, x, *(scaled(count) for count in _MODULES[name]), batch_norm=batch_norm)
        if auxiliary and name in _AUXILIARY:
            with net.block(f"auxiliary{_AUXILIARY[name]}"):
                side = min(sides) // 16
                last = _auxiliary(net, x, min(5, max(1, side)), (scaled(128), scaled(1024)), units, activation)
            outputs.append(Output(node=last, weight=_AUXILIARY_WEIGHT))
    x = net.add("GlobalAveragePooling2D", x, name="avg_pool")
    x = net.add("Dropout", x, name="dropout", rate=dropout) if dropout else x
    kind, config = head(units, activation)
    main = net.add(kind, x, name="predictions", **config)
    return net.spec((Output(node=main), *outputs) if outputs else ())


def _halved(net: Sketch, x: str, name: str) -> str:
    return net.add("MaxPooling2D", x, name=name, pool_size=3, strides=2, padding="same")


def _auxiliary(net: Sketch, x: str, pool: int, widths: tuple[int, int], units: int, activation: str) -> str:
    """A head on the way: section 5. Images smaller than the original get a smaller pooling."""
    filters, width = widths
    x = net.add("AveragePooling2D", x, name="pool", pool_size=pool, strides=3)
    x = net.add("Conv2D", x, name="conv", filters=filters, kernel_size=1, activation="relu")
    x = net.add("Flatten", x, name="flatten")
    x = net.add("Dense", x, name="fc", units=width, activation="relu")
    x = net.add("Dropout", x, name="dropout", rate=0.7)
    kind, config = head(units, activation)
    return net.add(kind, x, name="predictions", **config)


GOOGLENET = Architecture(
    name="googlenet",
    title="GoogLeNet",
    summary="Nine inception modules, which look at each place at several scales: few weights for its depth.",
    build=build,
    suits="image",
    input_shape=(224, 224, 3),
    units=1000,
    params=(
        Param("auxiliary", "bool", default=False, main=True, help="Two more heads, with losses of their own."),
        Param("filters", "int", default=64, min=1, max=1024, step=1, main=True, help="Of the first convolution."),
        Param("dropout", "float", default=0.4, min=0, max=0.9, step=0.05, help="Share of the last features dropped."),
        Param("batch_norm", "bool", default=False, main=True, help="Batch normalization in front of each ReLU."),
    ),
    family="Convolutional networks",
    small={"input_shape": (32, 32, 3), "units": 3, "auxiliary": True, "filters": 2, "modules": ("3b", "4a", "4d")},
)
