"""modern-mlp: hidden layers as they are built today: Dense, batch normalization, PReLU, dropout."""

from collections.abc import Sequence

from models.architectures.architecture import Architecture, flat, head
from models.catalogue import Param
from models.sketch import Sketch
from models.spec import ModelSpec


def build(
    input_shape: Sequence[int],
    units: int,
    activation: str,
    layers: int = 3,
    width: int = 128,
    dropout: float = 0.0,
) -> ModelSpec:
    """`layers` blocks of Dense, BatchNormalization and PReLU.

    Batch normalization: Ioffe and Szegedy, 2015; PReLU, a rectifier that learns its slope for negative values, and the
    He initialization that goes with it: He et al., 2015. The Dense layers have no bias, as the normalization has one.

    Args:
        dropout: rate behind each block; 0: none.
    """
    net = Sketch("modern-mlp")
    net.input(input_shape)
    for kind, config in flat(input_shape):
        net.add(kind, **config)
    for number in range(1, layers + 1):
        with net.block(f"hidden{number}"):
            net.add("Dense", units=width, use_bias=False, kernel_initializer="he_normal")
            net.add("BatchNormalization", momentum=0.9, name="norm")
            net.add("PReLU", name="prelu")
            if dropout:
                net.add("Dropout", rate=dropout)
    kind, config = head(units, activation)
    net.add(kind, name="output", **config)
    return net.spec()


MODERN_MLP = Architecture(
    name="modern-mlp",
    title="Modern MLP",
    summary="Dense, batch normalization and PReLU, block by block: trains deeper than a plain MLP does.",
    build=build,
    suits="any",
    input_shape=(784,),
    units=10,
    family="Perceptrons",
    params=(
        Param("layers", "int", default=3, min=1, max=50, step=1, main=True, help="Number of blocks."),
        Param("width", "int", default=128, min=1, max=65536, step=1, main=True, help="Units of each block."),
        Param("dropout", "float", default=0.0, min=0, max=0.95, step=0.05, main=True, help="Rate behind each block."),
    ),
    small={"input_shape": (8,), "units": 3, "layers": 2, "width": 4, "dropout": 0.1},
)
