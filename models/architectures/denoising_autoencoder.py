"""Denoising autoencoder: it is fed noisy inputs and asked for the clean ones (Vincent et al., 2008)."""

from collections.abc import Sequence

from models.architectures.architecture import Architecture
from models.architectures.dense_autoencoder import dense_autoencoder
from models.architectures.mlp import hidden_activation_param
from models.catalogue import Param
from models.editing.nodes import insert
from models.spec import ModelSpec, Node


def build(
    input_shape: Sequence[int],
    units: int,
    activation: str,
    noise: float = 0.3,
    width: int = 512,
    code: int = 64,
    hidden_activation: str = "relu",
) -> ModelSpec:
    """Gaussian noise at the input, an encoder, a code and a decoder of Dense layers.

    The noise is a layer of the network, active in training alone, so that nothing of the data changes. Its code may be
    as wide as the input: copying is no way out. Vincent, Larochelle, Bengio and Manzagol, 2008, figure 1, with the
    Gaussian noise of Vincent et al., 2010 ("Stacked denoising autoencoders").

    Args:
        input_shape: of any number of axes; the output has the same.
        units: not read: the output has as many numbers as the input.
        noise: standard deviation of what is added, in the units that the inputs are fed in.
        width: units of the layers around the code; 0: there are none.
        code: units of the layer in the middle.
        hidden_activation: of all three.
    """
    widths = [width] if width else []
    spec = dense_autoencoder(
        "denoising-autoencoder", input_shape, widths, code, activation, hidden_activation, hidden_activation
    )
    return insert(spec, Node(name="noise", kind="GaussianNoise", config={"stddev": noise}), 1)


DENOISING_AUTOENCODER = Architecture(
    name="denoising-autoencoder",
    title="Denoising autoencoder",
    summary="Adds noise to its inputs in training and learns to take it away again: features that are robust.",
    build=build,
    suits="any",
    input_shape=(28, 28, 1),
    units=784,
    params=(
        Param("noise", "float", default=0.3, min=0, max=1, step=0.05, main=True, help="Its standard deviation."),
        Param("width", "int", default=512, min=0, max=65536, step=1, main=True, help="Units around the code; 0: none."),
        Param("code", "int", default=64, min=1, max=65536, step=1, main=True, help="Units in the middle."),
        hidden_activation_param("relu"),
    ),
    gives="input",
    family="Autoencoders",
    activation="sigmoid",
    small={"input_shape": (4, 4, 1), "width": 4, "code": 2},
)
