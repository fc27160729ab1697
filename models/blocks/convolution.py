"""Convolution, batch normalization, activation: the step that most networks for images are made of."""

from typing import Any

from models.blocks.block import Block
from models.catalogue import Param
from models.sketch import Sketch

FILTERS = Param(
    "filters", "int", default=32, min=1, max=4096, step=1, main=True, help="How many patterns each convolution seeks."
)
KERNEL_SIZE = Param("kernel_size", "int", default=3, min=1, max=99, step=2, main=True, help="Side of the window.")
ACTIVATION = Param("activation", "activation", default="relu", main=True, help="Function applied to the result.")


def convolution(
    net: Sketch,
    x: str,
    filters: int = 32,
    kernel_size: int = 3,
    strides: int = 1,
    activation: str = "relu",
    batch_norm: bool = True,
    name: str = "conv",
    padding: str = "same",
    kernel_initializer: str | None = None,
) -> str:
    """A convolution, normalized in front of its activation. Ioffe and Szegedy, 2015.

    Args:
        filters: channels of the output.
        kernel_size: side of the window. strides: how far it moves.
        activation: by Keras's name; a layer of its own behind a normalization, else fused.
        batch_norm: the moving statistics follow quickly (0.9 of the old at each update): small data make few updates.
        name: of the convolution; the others have it in front.
        padding, kernel_initializer: of the convolution.
    """
    given: dict[str, Any] = {"padding": padding} if padding != "valid" and kernel_size > 1 else {}
    given |= {"strides": strides} if strides > 1 else {}
    given |= {"kernel_initializer": kernel_initializer} if kernel_initializer else {}
    fused: dict[str, Any] = {"activation": activation} if activation != "linear" else {}
    if not batch_norm:
        return net.add("Conv2D", x, name=name, filters=filters, kernel_size=kernel_size, **given, **fused)
    x = net.add("Conv2D", x, name=name, filters=filters, kernel_size=kernel_size, use_bias=False, **given)
    x = net.add("BatchNormalization", x, name=f"{name}_bn", momentum=0.9)
    return net.add("Activation", x, name=f"{name}_activation", **fused) if fused else x


CONVOLUTION = Block(
    name="conv-bn-relu",
    title="Convolution, normalization, ReLU",
    summary="A convolution that keeps the size, batch normalization, and an activation (Ioffe and Szegedy, 2015).",
    build=convolution,
    params=(
        FILTERS,
        KERNEL_SIZE,
        Param("strides", "int", default=1, min=1, max=8, step=1, main=True, help="2 halves the image."),
        ACTIVATION,
        Param("batch_norm", "bool", default=True, help="Batch normalization in front of the activation."),
    ),
    takes=3,
)
