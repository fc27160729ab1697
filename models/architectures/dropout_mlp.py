"""dropout-mlp: the wide networks with which dropout was shown to prevent overfitting (Srivastava et al., 2014)."""

from collections.abc import Sequence

from models.architectures.architecture import Architecture, chain, flat, head
from models.architectures.mlp import hidden_activation_param
from models.catalogue import Param
from models.spec import ModelSpec


def build(
    input_shape: Sequence[int],
    units: int,
    activation: str,
    layers: int = 3,
    width: int = 1024,
    dropout: float = 0.5,
    input_dropout: float = 0.2,
    hidden_activation: str = "relu",
) -> ModelSpec:
    """2 to 4 hidden layers of 1,024 to 2,048 units, as in the paper's comparison on MNIST (its figure 4).

    There, the same networks with and without dropout are trained to the end: half of the hidden units and a fifth of
    the inputs are dropped. Set both rates to 0 for the other side of the comparison.

    Args:
        dropout: rate behind each hidden layer; 0: none.
        input_dropout: rate of the inputs; 0: none.
    """
    layered = [*flat(input_shape), *([("Dropout", {"rate": input_dropout})] if input_dropout else [])]
    for _ in range(layers):
        layered.append(head(width, hidden_activation))
        if dropout:
            layered.append(("Dropout", {"rate": dropout}))
    return chain("dropout-mlp", input_shape, [*layered, head(units, activation)])


DROPOUT_MLP = Architecture(
    name="dropout-mlp",
    title="Dropout MLP",
    summary="Two to four wide hidden layers, with dropout or without: see what it does against overfitting.",
    build=build,
    suits="any",
    input_shape=(784,),
    units=10,
    family="Perceptrons",
    params=(
        Param("layers", "int", default=3, min=1, max=20, step=1, main=True, help="Number of hidden layers."),
        Param("width", "int", default=1024, min=1, max=65536, step=1, main=True, help="Units of each hidden layer."),
        Param("dropout", "float", default=0.5, min=0, max=0.95, step=0.05, main=True, help="Rate behind each layer."),
        Param("input_dropout", "float", default=0.2, min=0, max=0.95, step=0.05, main=True, help="Rate of the inputs."),
        hidden_activation_param("relu"),
    ),
    small={"input_shape": (8,), "units": 3, "layers": 2, "width": 4},
)
