"""VGG: 3 by 3 convolutions, one after the other, up to 19 layers deep (Simonyan and Zisserman, 2015)."""

from collections.abc import Sequence
from functools import partial
from typing import Literal

from models.architectures.architecture import Architecture, head
from models.architectures.images import sides_of
from models.blocks.convolution import convolution
from models.catalogue import Param
from models.sketch import Sketch
from models.spec import ModelSpec

Name = Literal["vgg-11", "vgg-13", "vgg-16c", "vgg-16", "vgg-19"]
# Table 1, columns A to E: the kernel sizes of each block's convolutions.
_BLOCKS: dict[Name, tuple[tuple[int, ...], ...]] = {
    "vgg-11": ((3,), (3,), (3, 3), (3, 3), (3, 3)),
    "vgg-13": ((3, 3), (3, 3), (3, 3), (3, 3), (3, 3)),
    "vgg-16c": ((3, 3), (3, 3), (3, 3, 1), (3, 3, 1), (3, 3, 1)),
    "vgg-16": ((3, 3), (3, 3), (3, 3, 3), (3, 3, 3), (3, 3, 3)),
    "vgg-19": ((3, 3), (3, 3), (3, 3, 3, 3), (3, 3, 3, 3), (3, 3, 3, 3)),
}
_WIDEST = 8
"""How many times the filters of the first block the last ones have."""
_SMALLEST = 32


def build(
    input_shape: Sequence[int],
    units: int,
    activation: str,
    name: Name = "vgg-16",
    filters: int = 64,
    width: int = 4096,
    dropout: float = 0.5,
    batch_norm: bool = False,
) -> ModelSpec:
    """Five blocks of convolutions, each ended by a pooling, and three Dense layers: table 1.

    Args:
        input_shape: (height, width, channels), at least 32 by 32: five poolings halve it.
        name: which column of the table: A (vgg-11), B (vgg-13), C (vgg-16c, with 1 by 1 convolutions), D (vgg-16) or E
            (vgg-19).
        filters: of the first block; twice as many in the next ones, up to eight times.
        width: units of the two hidden Dense layers.
        dropout: share of their outputs that is dropped in training; 0: there is none.
        batch_norm: a normalization in front of each ReLU of a convolution, which the paper's did without: the deeper
            ones were started from the trained weights of the shallowest. Ioffe and Szegedy, 2015.

    Raises:
        NetloomError: smaller images.
    """
    sides_of(input_shape, _title(name), _SMALLEST)
    net = Sketch(name)
    x = net.input(input_shape)
    for number, kernels in enumerate(_BLOCKS[name], 1):
        with net.block(f"block{number}"):
            for place, kernel_size in enumerate(kernels, 1):
                count = filters * min(2 ** (number - 1), _WIDEST)
                x = convolution(net, x, count, kernel_size, batch_norm=batch_norm, name=f"conv{place}")
            x = net.add("MaxPooling2D", x, name="pool")
    x = net.add("Flatten", x, name="flatten")
    for number in (1, 2):
        x = net.add("Dense", x, name=f"fc{number}", units=width, activation="relu")
        x = net.add("Dropout", x, name=f"dropout{number}", rate=dropout) if dropout else x
    kind, config = head(units, activation)
    net.add(kind, x, name="predictions", **config)
    return net.spec()


def _title(name: str) -> str:
    return name.upper()


_PARAMS = (
    Param("filters", "int", default=64, min=1, max=1024, step=1, main=True, help="Filters of the first block."),
    Param("width", "int", default=4096, min=1, max=65536, step=1, main=True, help="Units of the hidden Dense layers."),
    Param("dropout", "float", default=0.5, min=0, max=0.9, step=0.05, help="Share of their outputs dropped."),
    Param("batch_norm", "bool", default=False, main=True, help="Batch normalization in front of each ReLU."),
)
_COLUMNS: dict[Name, str] = {"vgg-11": "A", "vgg-13": "B", "vgg-16c": "C", "vgg-16": "D", "vgg-19": "E"}

VGGS = tuple(
    Architecture(
        name=name,
        title=_title(name),
        summary=f"{sum(map(len, _BLOCKS[name])) + 3} layers of small convolutions: column {column} of the VGG paper.",
        build=partial(build, name=name),
        suits="image",
        input_shape=(224, 224, 3),
        units=1000,
        params=_PARAMS,
        family="Convolutional networks",
        small={"input_shape": (32, 32, 3), "units": 3, "filters": 4, "width": 16},
    )
    for name, column in _COLUMNS.items()
)
