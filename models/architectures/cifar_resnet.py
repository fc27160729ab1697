"""The small plain and residual networks of the degradation experiment on CIFAR-10 (He, Zhang, Ren and Sun, 2016)."""

from collections.abc import Sequence
from functools import partial

from models.architectures.architecture import Architecture, head
from models.architectures.images import sides_of
from models.blocks.residual import Shortcut, basic, convolved, rectified
from models.catalogue import Param
from models.errors import NetloomError
from models.sketch import Sketch
from models.spec import ModelSpec

_GROUPS = 3


def build(
    input_shape: Sequence[int],
    units: int,
    activation: str,
    residual: bool = True,
    depth: int = 20,
    filters: int = 16,
    shortcut: Shortcut = "zeros",
) -> ModelSpec:
    """A convolution, three groups of n blocks of two, the mean over the image: section 4.2.

    The plain network is the residual one without its sums. With shortcuts that have no weights (option A) both have
    the same: whatever differs in training, the shortcuts did. Table 6 and figure 6: with 56 layers instead of 20, the
    plain one gets worse even on what it is trained on, and the residual one better.

    Args:
        input_shape: (height, width, channels); any size, halved twice.
        residual: with shortcuts, or plain.
        depth: layers with weights, 6n + 2.
        filters: of the first group; twice as many in each of the next.
        shortcut: where the shape changes: `zeros` (option A) or `projection` (option B, which has weights).

    Raises:
        NetloomError: a depth that is not 6n + 2.
    """
    name = f"cifar-{'resnet' if residual else 'plain'}-{depth}"
    sides_of(input_shape, name)
    count, rest = divmod(depth - 2, 2 * _GROUPS)
    if rest or count < 1:
        raise NetloomError(
            f"Three groups of blocks of two layers make networks of 6n + 2 layers. Received: depth={depth}.",
            "Take 8, 14, 20, 32, 44, 56 or 110.",
        )
    net = Sketch(name)
    x = net.input(input_shape)
    with net.block("stem"):
        x = rectified(net, convolved(net, x, (filters, 3, 1), batch_norm=True), batch_norm=True)
    for group in range(_GROUPS):
        for place in range(count):
            with net.block(f"block{group + 1}_{place + 1}"):
                strides = 2 if group > 0 and place == 0 else 1
                x = basic(net, x, filters * 2**group, strides, shortcut if residual else "none")
    x = net.add("GlobalAveragePooling2D", x, name="avg_pool")
    kind, config = head(units, activation)
    net.add(kind, x, name="predictions", **config)
    return net.spec()


def _architecture(residual: bool, depth: int) -> Architecture:
    what = "residual" if residual else "plain"
    zeros = Param(
        "shortcut",
        "choice",
        default="zeros",
        choices=("zeros", "projection"),
        help="Where the shape changes: channels of zeros, or a 1 by 1 convolution, which has weights.",
    )
    return Architecture(
        name=f"cifar-{'resnet' if residual else 'plain'}-{depth}",
        title=f"{what.capitalize()} network for small images, {depth} layers",
        summary=f"The {what} network of the degradation experiment on CIFAR-10; the same weights, plain or residual.",
        build=partial(build, residual=residual, depth=depth),
        suits="image",
        input_shape=(32, 32, 3),
        units=10,
        params=(
            Param(
                "depth", "int", default=depth, min=8, max=1202, step=6, main=True, help="Layers with weights: 6n + 2."
            ),
            Param("filters", "int", default=16, min=1, max=1024, step=1, main=True, help="Filters of the first group."),
            *((zeros,) if residual else ()),
        ),
        family="Residual networks",
        small={"input_shape": (8, 8, 3), "units": 3, "depth": 8, "filters": 2},
    )


CIFAR_RESNETS = tuple(_architecture(residual, depth) for residual in (False, True) for depth in (20, 56))
