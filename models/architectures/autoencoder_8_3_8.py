"""autoencoder-8-3-8: eight one-hot rows through three hidden units, which find a binary code; 59 parameters.

The encoder problem of Ackley, Hinton and Sejnowski (1985); with backpropagation in Mitchell, 1997, figure 4.7.
"""

from collections.abc import Sequence

from models.architectures.architecture import Architecture
from models.architectures.dense_autoencoder import dense_autoencoder
from models.catalogue import Param
from models.spec import ModelSpec


def build(input_shape: Sequence[int], units: int, activation: str, code: int = 3) -> ModelSpec:
    """A code of three sigmoid units, and an output like the input. `units` is not read."""
    return dense_autoencoder("autoencoder-8-3-8", input_shape, (), code, activation, "linear", "sigmoid")


AUTOENCODER_8_3_8 = Architecture(
    name="autoencoder-8-3-8",
    title="8-3-8 autoencoder",
    summary="Eight one-hot rows through three sigmoid units: the hidden layer invents a binary code.",
    build=build,
    suits="any",
    input_shape=(8,),
    units=8,
    params=(Param("code", "int", default=3, min=1, max=4096, step=1, main=True, help="Units in the middle."),),
    gives="input",
    family="Autoencoders",
    activation="sigmoid",
)
