"""pca-autoencoder: linear layers alone, whose code spans the space of the first k principal components."""

from collections.abc import Sequence

from models.architectures.architecture import Architecture
from models.architectures.dense_autoencoder import dense_autoencoder
from models.catalogue import Param
from models.spec import ModelSpec


def build(input_shape: Sequence[int], units: int, activation: str, code: int = 2) -> ModelSpec:
    """A linear code of k units and a linear output.

    At the smallest mean squared error its code spans the same space as the first k principal components, though its
    axes need not be theirs. Baldi and Hornik, 1989.

    Args:
        units, activation: not read: the output is like the input, and linear.
        code: k.
    """
    return dense_autoencoder("pca-autoencoder", input_shape, (), code, "linear", "linear")


PCA_AUTOENCODER = Architecture(
    name="pca-autoencoder",
    title="Linear autoencoder (PCA)",
    summary="Linear layers alone: finds the space of the first k principal components. Compare it with PCA.",
    build=build,
    suits="any",
    input_shape=(64,),
    units=64,
    params=(Param("code", "int", default=2, min=1, max=4096, step=1, main=True, help="k, the units in the middle."),),
    gives="input",
    family="Autoencoders",
    activation="linear",
)
