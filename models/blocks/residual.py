"""Residual blocks: a few convolutions whose output is added to what they read. He, Zhang, Ren and Sun, 2016."""

from collections.abc import Sequence
from typing import Any, Literal

from models.blocks.block import Block
from models.blocks.channels import channels
from models.catalogue import Param
from models.sketch import Sketch

Shortcut = Literal["projection", "zeros", "none"]
Step = tuple[int, int, int]
"""A convolution: its filters, the side of its kernel, and its strides."""

EXPANSION = 4
_DEFAULT_WIDTH = 64


def basic(
    net: Sketch,
    x: str,
    filters: int = 0,
    strides: int = 1,
    shortcut: Shortcut = "projection",
    preactivation: bool = False,
    batch_norm: bool = True,
) -> str:
    """Two 3 by 3 convolutions and a shortcut: figure 5, left.

    Args:
        filters: of both; 0: as many as there are channels.
        strides: of the first.
        shortcut: what the sum gets where the shape changes: a 1 by 1 convolution of the input (option B of the paper),
            or every `strides`-th pixel with channels of zeros added, which has no weights (option A). `none`: there is
            no sum at all, which makes a plain network. Where the shape stays, the input itself is added.
        preactivation: normalization and ReLU in front of each convolution instead of behind it, so that the shortcut is
            never changed. He, Zhang, Ren and Sun, 2016, "Identity mappings in deep residual networks", figure 1(b).
        batch_norm: a normalization with each convolution. Ioffe and Szegedy, 2015.
    """
    width = filters or channels(net, x) or _DEFAULT_WIDTH
    return _residual(net, x, [(width, 3, strides), (width, 3, 1)], shortcut, preactivation, batch_norm)


def bottleneck(
    net: Sketch,
    x: str,
    filters: int = 0,
    strides: int = 1,
    shortcut: Shortcut = "projection",
    preactivation: bool = False,
    batch_norm: bool = True,
) -> str:
    """A 1 by 1 convolution that narrows, a 3 by 3 one, and a 1 by 1 one that widens again: figure 5, right.

    Args:
        filters: of the first two, a quarter of those of the last; 0: a quarter of the channels that there are.
        strides, shortcut, preactivation, batch_norm: as in `basic`.
    """
    width = filters or (channels(net, x) or EXPANSION * _DEFAULT_WIDTH) // EXPANSION or 1
    steps = [(width, 1, strides), (width, 3, 1), (EXPANSION * width, 1, 1)]
    return _residual(net, x, steps, shortcut, preactivation, batch_norm)


def convolved(net: Sketch, x: str, step: Step, batch_norm: bool, name: str = "conv") -> str:
    """A convolution that pads, initialized for ReLUs (He et al., 2015); a normalization does without its bias."""
    filters, kernel_size, strides = step
    given: dict[str, Any] = {"strides": strides} if strides > 1 else {}
    given |= {"padding": "same"} if kernel_size > 1 else {}
    given |= {"use_bias": False} if batch_norm else {}
    return net.add(
        "Conv2D", x, name=name, filters=filters, kernel_size=kernel_size, kernel_initializer="he_normal", **given
    )


def rectified(net: Sketch, x: str, batch_norm: bool, number: int | str = "") -> str:
    """Normalization and ReLU."""
    x = _normalized(net, x, batch_norm, f"bn{number}")
    return net.add("Activation", x, name=f"relu{number}", activation="relu")


def _normalized(net: Sketch, x: str, batch_norm: bool, name: str) -> str:
    """Batch normalization, or `x` as it is. Its moving statistics follow quickly: small data make few updates."""
    return net.add("BatchNormalization", x, name=name, momentum=0.9) if batch_norm else x


def _residual(
    net: Sketch, x: str, steps: Sequence[Step], shortcut: Shortcut, preactivation: bool, batch_norm: bool
) -> str:
    last = len(steps)
    y = read = rectified(net, x, batch_norm, 1) if preactivation else x
    for number, step in enumerate(steps, 1):
        y = convolved(net, y, step, batch_norm, f"conv{number}")
        if preactivation:
            y = rectified(net, y, batch_norm, number + 1) if number < last else y
        elif number < last:
            y = rectified(net, y, batch_norm, number)
        else:
            y = _normalized(net, y, batch_norm, f"bn{number}")
    if shortcut != "none":
        width, strides = steps[-1][0], max(strides for _, _, strides in steps)
        if strides > 1 or channels(net, x) != width:
            # Before activation, the projection reads what the convolutions read, and nothing is normalized after it.
            x = _changed(net, read, (width, 1, strides), shortcut, batch_norm and not preactivation)
        y = net.add("Add", y, x, name="add")
    return y if preactivation else net.add("Activation", y, name=f"relu{last}", activation="relu")


def _changed(net: Sketch, x: str, step: Step, shortcut: Shortcut, batch_norm: bool) -> str:
    """The shortcut where the sum has another shape than what is read."""
    width, _, strides = step
    if shortcut == "projection":
        return _normalized(net, convolved(net, x, step, batch_norm, "shortcut_conv"), batch_norm, "shortcut_bn")
    if strides > 1:
        x = net.add("MaxPooling2D", x, name="shortcut_subsample", pool_size=1, strides=strides)
    return net.add("PadChannels", x, name="shortcut_pad", channels=width)


_PARAMS = (
    Param("strides", "int", default=1, min=1, max=8, step=1, main=True, help="2 halves the image."),
    Param(
        "shortcut",
        "choice",
        default="projection",
        choices=("projection", "zeros", "none"),
        main=True,
        help="Where the shape changes: a 1 by 1 convolution, or zeros for new channels; none: no shortcut at all.",
    ),
    Param("preactivation", "bool", default=False, help="Normalization and ReLU in front of each convolution."),
    Param("batch_norm", "bool", default=True, help="Batch normalization with each convolution."),
)

RESIDUAL_BASIC = Block(
    name="residual-basic",
    title="Residual, basic",
    summary="Two 3 by 3 convolutions with a skip connection around them, as in ResNet-18 and -34 (He et al., 2016).",
    build=basic,
    params=(
        Param("filters", "int", default=0, min=0, max=4096, step=1, main=True, help="0: as many as it reads."),
        *_PARAMS,
    ),
    takes=3,
)

RESIDUAL_BOTTLENECK = Block(
    name="residual-bottleneck",
    title="Residual, bottleneck",
    summary="1 by 1, 3 by 3, 1 by 1 convolutions with a skip connection around, as in ResNet-50 (He et al., 2016).",
    build=bottleneck,
    params=(
        Param(
            "filters",
            "int",
            default=0,
            min=0,
            max=4096,
            step=1,
            main=True,
            help="Of the narrow part; it gives four times as many. 0: as many as it reads.",
        ),
        *_PARAMS,
    ),
    takes=3,
)
