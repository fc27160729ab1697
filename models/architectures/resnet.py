"""Plain and residual networks for ImageNet (He, Zhang, Ren and Sun, 2016: "Deep residual learning")."""

from collections.abc import Sequence
from functools import partial
from typing import Literal

from models.architectures.architecture import Architecture, head
from models.architectures.images import sides_of
from models.blocks.residual import basic, bottleneck, convolved, rectified
from models.catalogue import Param
from models.errors import NetloomError
from models.sketch import Sketch
from models.spec import ModelSpec

Name = Literal["plain-18", "plain-34", "resnet-18", "resnet-34", "resnet-50"]
# Table 1: how many blocks (of two layers, or of three) work at each of the four sizes.
_BLOCKS: dict[Name, tuple[int, int, int, int]] = {
    "plain-18": (2, 2, 2, 2),
    "plain-34": (3, 4, 6, 3),
    "resnet-18": (2, 2, 2, 2),
    "resnet-34": (3, 4, 6, 3),
    "resnet-50": (3, 4, 6, 3),
}
_BOTTLENECKS = ("resnet-50",)
_MOST_GROUPS = 8
_LETTERS = 26
_TITLES: dict[Name, str] = {
    "plain-18": "Plain network, 18 layers",
    "plain-34": "Plain network, 34 layers",
    "resnet-18": "ResNet-18",
    "resnet-34": "ResNet-34",
    "resnet-50": "ResNet-50",
}


def build(
    input_shape: Sequence[int],
    units: int,
    activation: str,
    name: Name = "resnet-50",
    blocks: Sequence[int] | int = (),
    filters: int = 64,
    preactivation: bool = False,
) -> ModelSpec:
    """A 7 by 7 convolution, a pooling, four groups of blocks, the mean over the image: table 1, and figure 3.

    A plain network is the residual one without its shortcuts. Where the shape changes, the shortcut is a projection
    (option B); in a bottleneck block the first 1 by 1 convolution takes the strides.

    Args:
        input_shape: (height, width, channels); any size, halved five times.
        name: how deep, and whether plain.
        blocks: how many there are in each group, and so how many groups; none: as the name says.
        filters: of the first group of blocks; twice as many in each of the next.
        preactivation: normalization and ReLU in front of the convolutions. He, Zhang, Ren and Sun, 2016, "Identity
            mappings in deep residual networks".

    Raises:
        NetloomError: not the shape of images, or more groups than images can be halved.
    """
    sides_of(input_shape, _TITLES[name])
    groups = [blocks] if isinstance(blocks, int) else blocks or _BLOCKS[name]
    if len(groups) > _MOST_GROUPS:
        raise NetloomError(
            f"{_TITLES[name]} halves its images for each group of blocks. Received: {len(groups)} groups.",
            f"Give {_MOST_GROUPS} numbers at most.",
        )
    net = Sketch(name)
    x = net.input(input_shape)
    with net.block("stem"):
        x = convolved(net, x, (filters, 7, 2), batch_norm=True)
        x = x if preactivation else rectified(net, x, batch_norm=True)
        x = net.add("MaxPooling2D", x, name="pool", pool_size=3, strides=2, padding="same")
    residual = bottleneck if name in _BOTTLENECKS else basic
    shortcut = "none" if name.startswith("plain") else "projection"
    for group, count in enumerate(groups):
        for place in range(count):
            letter = chr(ord("a") + place) if count <= _LETTERS else f"_{place + 1}"
            with net.block(f"{'plain' if shortcut == 'none' else 'res'}{group + 2}{letter}"):
                strides = 2 if group > 0 and place == 0 else 1
                x = residual(net, x, filters * 2**group, strides, shortcut, preactivation)
    x = rectified(net, x, batch_norm=True) if preactivation else x
    x = net.add("GlobalAveragePooling2D", x, name="avg_pool")
    kind, config = head(units, activation)
    net.add(kind, x, name="predictions", **config)
    return net.spec()


_SUMMARIES: dict[Name, str] = {
    "plain-18": "ResNet-18 without its shortcuts, to see what they do.",
    "plain-34": "ResNet-34 without its shortcuts: deeper than plain-18, and yet worse.",
    "resnet-18": "Eight blocks of two convolutions, each added to what it reads: for photographs.",
    "resnet-34": "Sixteen blocks of two convolutions, each added to what it reads: for photographs.",
    "resnet-50": "Sixteen blocks of three convolutions, narrow in the middle: for photographs, and many of them.",
}
RESNETS = tuple(
    Architecture(
        name=name,
        title=_TITLES[name],
        summary=_SUMMARIES[name],
        build=partial(build, name=name),
        suits="image",
        input_shape=(224, 224, 3),
        units=1000,
        params=(
            Param(
                "blocks",
                "int_tuple",
                default=list(_BLOCKS[name]),
                min=1,
                max=200,
                main=True,
                help="How many in each group; every group but the first halves the image and has twice the filters.",
            ),
            Param(
                "filters", "int", default=64, min=1, max=1024, step=1, main=True, help="Filters of the first blocks."
            ),
            Param("preactivation", "bool", default=False, help="Normalization and ReLU in front of each convolution."),
        ),
        family="Residual networks",
        small={"input_shape": (32, 32, 3), "units": 3, "blocks": (2, 1), "filters": 2},
    )
    for name in _BLOCKS
)
