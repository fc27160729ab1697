"""A multilayer perceptron: Dense layers of one width."""

from collections.abc import Sequence

from models.architectures.architecture import Architecture, chain, flat, head
from models.catalogue import Param
from models.spec import ModelSpec


def build(
    input_shape: Sequence[int],
    units: int,
    activation: str,
    layers: int = 2,
    width: int = 128,
    hidden_activation: str = "relu",
) -> ModelSpec:
    """`layers` hidden Dense layers of `width` units; examples of more than one axis are flattened first."""
    hidden = [("Dense", {"units": width, "activation": hidden_activation})] * layers
    return chain("mlp", input_shape, [*flat(input_shape), *hidden, head(units, activation)])


MLP = Architecture(
    name="mlp",
    title="Multilayer perceptron",
    summary="Fully connected layers one after the other; takes tables, and small images laid out flat.",
    build=build,
    suits="any",
    input_shape=(8, 8, 1),
    units=10,
    params=(
        Param("layers", "int", default=2, min=1, max=20, step=1, main=True, help="Number of hidden layers."),
        Param("width", "int", default=128, min=1, max=65536, step=1, main=True, help="Units of each hidden layer."),
        Param("hidden_activation", "activation", default="relu", main=True, help="Activation of the hidden layers."),
    ),
)
