"""deep-autoencoder: 784-1000-500-250-2 and its mirror, which lays digits out in a plane; 2,823,286 parameters.

The network of figure 3 in Hinton and Salakhutdinov, 2006. Theirs has logistic hidden units, which had to be trained
layer by layer first; rectified ones train at once.
"""

from collections.abc import Sequence

from models.architectures.architecture import Architecture
from models.architectures.dense_autoencoder import dense_autoencoder
from models.architectures.mlp import hidden_activation_param
from models.catalogue import Param
from models.spec import ModelSpec


def build(
    input_shape: Sequence[int],
    units: int,
    activation: str,
    widths: int | Sequence[int] = (1000, 500, 250),
    code: int = 2,
    hidden_activation: str = "relu",
) -> ModelSpec:
    """Hidden layers that narrow to a linear code, and their mirror. `units` is not read."""
    several = [widths] if isinstance(widths, int) else widths
    return dense_autoencoder("deep-autoencoder", input_shape, several, code, activation, hidden_activation)


DEEP_AUTOENCODER = Architecture(
    name="deep-autoencoder",
    title="Deep autoencoder",
    summary="784-1000-500-250-2 and its mirror: a map of the digits in two numbers, far better than PCA's.",
    build=build,
    suits="any",
    input_shape=(784,),
    units=784,
    params=(
        Param(
            "widths",
            "int_tuple",
            default=[1000, 500, 250],
            min=1,
            max=65536,
            main=True,
            help="Units of the layers before the code, one number a layer; behind it they are mirrored.",
        ),
        Param("code", "int", default=2, min=1, max=4096, step=1, main=True, help="Units in the middle."),
        hidden_activation_param("relu"),
    ),
    gives="input",
    family="Autoencoders",
    activation="sigmoid",
    small={"input_shape": (8,), "widths": [6, 4]},
)
