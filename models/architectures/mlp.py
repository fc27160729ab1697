"""Multilayer perceptrons: Dense layers one after the other; the networks of the lectures are this with other widths."""

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
    return dense_network("mlp", input_shape, [width] * layers, units, activation, hidden_activation)


def dense_network(
    name: str,
    input_shape: Sequence[int],
    widths: Sequence[int],
    units: int,
    activation: str,
    hidden_activation: str,
) -> ModelSpec:
    """Hidden Dense layers of `widths` units, and the output; examples of more than one axis are flattened first."""
    hidden = [head(width, hidden_activation) for width in widths]
    return chain(name, input_shape, [*flat(input_shape), *hidden, head(units, activation)])


def named(
    name: str,
    title: str,
    summary: str,
    input_shape: tuple[int, ...],
    widths: tuple[int, ...],
    units: int,
    hidden_activation: str,
    activation: str = "softmax",
) -> Architecture:
    """A multilayer perceptron with a name, whose widths and hidden activation are its options."""
    default_widths, default_activation = widths, hidden_activation

    def build_named(
        input_shape: Sequence[int],
        units: int,
        activation: str,
        widths: int | Sequence[int] = default_widths,
        hidden_activation: str = default_activation,
    ) -> ModelSpec:
        several = [widths] if isinstance(widths, int) else widths
        return dense_network(name, input_shape, several, units, activation, hidden_activation)

    return Architecture(
        name=name,
        title=title,
        summary=summary,
        build=build_named,
        suits="any",
        input_shape=input_shape,
        units=units,
        family="Perceptrons",
        activation=activation,
        params=(
            Param(
                "widths",
                "int_tuple",
                default=list(widths),
                min=1,
                max=65536,
                main=True,
                help="Units of the hidden layers, one number a layer.",
            ),
            hidden_activation_param(hidden_activation),
        ),
    )


def hidden_activation_param(default: str) -> Param:
    """The option that every network of Dense layers has."""
    return Param("hidden_activation", "activation", default=default, main=True, help="Activation of the hidden layers.")


MLP = Architecture(
    name="mlp",
    title="Multilayer perceptron",
    summary="Fully connected layers one after the other; takes tables, and small images laid out flat.",
    build=build,
    suits="any",
    input_shape=(8, 8, 1),
    units=10,
    family="Perceptrons",
    params=(
        Param("layers", "int", default=2, min=1, max=20, step=1, main=True, help="Number of hidden layers."),
        Param("width", "int", default=128, min=1, max=65536, step=1, main=True, help="Units of each hidden layer."),
        hidden_activation_param("relu"),
    ),
)
