"""A small multilayer perceptron for tables of a few hundred rows."""

from collections.abc import Sequence

from models.architectures.architecture import Architecture, chain, flat, head
from models.catalogue import Param
from models.spec import ModelSpec


def build(
    input_shape: Sequence[int], units: int, activation: str, width: int = 32, hidden_activation: str = "relu"
) -> ModelSpec:
    """Two hidden Dense layers, the second half as wide as the first."""
    hidden = [
        ("Dense", {"units": width, "activation": hidden_activation}),
        ("Dense", {"units": max(1, width // 2), "activation": hidden_activation}),
    ]
    return chain("table-mlp", input_shape, [*flat(input_shape), *hidden, head(units, activation)])


TABLE_MLP = Architecture(
    name="table-mlp",
    title="Small MLP for tables",
    summary="Two narrow hidden layers: enough for a table of a few hundred rows, and slow to overfit.",
    build=build,
    suits="table",
    input_shape=(4,),
    units=3,
    family="Perceptrons",
    params=(
        Param("width", "int", default=32, min=1, max=65536, step=1, main=True, help="Units of the first layer."),
        Param("hidden_activation", "activation", default="relu", main=True, help="Activation of the hidden layers."),
    ),
)
