"""Dense, batch normalization, activation, dropout: one hidden layer with its usual company."""

from typing import Any

from models.blocks.block import Block
from models.blocks.convolution import ACTIVATION
from models.catalogue import Param
from models.sketch import Sketch


def dense(
    net: Sketch, x: str, units: int = 64, activation: str = "relu", batch_norm: bool = True, dropout: float = 0.0
) -> str:
    """A Dense layer, normalized in front of its activation, with dropout behind it.

    Ioffe and Szegedy, 2015; Srivastava et al., 2014.

    Args:
        units: numbers that it gives.
        activation: by Keras's name; a layer of its own behind a normalization, else fused.
        dropout: share of the values set to zero at each training step; 0: no such layer.
    """
    fused: dict[str, Any] = {"activation": activation} if activation != "linear" else {}
    x = net.add("Dense", x, name="dense", units=units, **({} if batch_norm else fused))
    if batch_norm:
        x = net.add("BatchNormalization", x, name="bn", momentum=0.9)
        x = net.add("Activation", x, name="activation", **fused) if fused else x
    return net.add("Dropout", x, name="dropout", rate=dropout) if dropout else x


DENSE = Block(
    name="dense-bn-activation",
    title="Dense, normalization, activation",
    summary="A hidden Dense layer with batch normalization and, where wanted, dropout (Srivastava et al., 2014).",
    build=dense,
    params=(
        Param("units", "int", default=64, min=1, max=65536, step=1, main=True, help="How many numbers it gives."),
        ACTIVATION,
        Param("batch_norm", "bool", default=True, help="Batch normalization in front of the activation."),
        Param("dropout", "float", default=0.0, min=0, max=1, step=0.05, main=True, help="Share of values dropped."),
    ),
    label="hidden",
)
