"""An autoencoder of Dense layers: it gives its input back, through a code that is narrower."""

import math
from collections.abc import Sequence

from models.architectures.architecture import Architecture, flat, head
from models.catalogue import Param
from models.sketch import Sketch
from models.spec import ModelSpec


def build(
    input_shape: Sequence[int],
    units: int,
    activation: str,
    code: int = 0,
    width: int = 128,
    hidden_activation: str = "relu",
) -> ModelSpec:
    """Encoder, code, decoder and output, each one Dense layer. After Hinton and Salakhutdinov, 2006.

    Args:
        input_shape: of any number of axes; the output has the same.
        units: not read: the output has as many numbers as the input.
        code: units of the narrow layer in the middle, which is linear; 0: as `narrow` says.
        width: units of the layers before and behind it; 0: there are none.
    """
    values = math.prod(input_shape)
    return dense_autoencoder(
        "dense-autoencoder", input_shape, [width] if width else [], code or narrow(values), activation,
        hidden_activation,
    )  # fmt: skip


def dense_autoencoder(
    name: str,
    input_shape: Sequence[int],
    widths: Sequence[int],
    code: int,
    activation: str,
    hidden_activation: str,
    code_activation: str = "linear",
) -> ModelSpec:
    """Dense layers of `widths` units, a code of `code` units, the same layers in reverse, and an output like the input.

    Args:
        activation: of the output.
    """
    several = len(widths) > 1
    net = Sketch(name)
    net.input(input_shape)
    for kind, config in flat(input_shape):
        net.add(kind, **config)
    for number, width in enumerate(widths, start=1):
        net.add("Dense", name=f"encoder{number}" if several else "encoder", **head(width, hidden_activation)[1])
    net.add("Dense", name="code", **head(code, code_activation)[1])
    for number, width in zip(range(len(widths), 0, -1), reversed(widths), strict=True):
        net.add("Dense", name=f"decoder{number}" if several else "decoder", **head(width, hidden_activation)[1])
    net.add("Dense", name="output", **head(math.prod(input_shape), activation)[1])
    if len(input_shape) > 1:
        net.add("Reshape", target_shape=list(input_shape))
    return net.spec()


def narrow(values: int) -> int:
    """Units of a code for examples of so many numbers: a quarter, enough to count them, at most 16.

    >>> narrow(8), narrow(64), narrow(784), narrow(1)
    (3, 16, 16, 1)
    """
    return min(16, max(1, values // 4, math.ceil(math.log2(values))))


DENSE_AUTOENCODER = Architecture(
    name="dense-autoencoder",
    title="Dense autoencoder",
    summary="Squeezes its input into a short code and unfolds it again: for reconstruction and denoising.",
    build=build,
    suits="any",
    input_shape=(8, 8, 1),
    units=64,
    params=(
        Param(
            "code",
            "int",
            default=0,
            min=0,
            max=65536,
            step=1,
            main=True,
            help="Units of the code in the middle; 0: 16, or fewer for short inputs.",
        ),
        Param("width", "int", default=128, min=0, max=65536, step=1, main=True, help="Units around it; 0: none."),
        Param("hidden_activation", "activation", default="relu", main=True, help="Activation of the hidden layers."),
    ),
    gives="input",
    family="Autoencoders",
    activation="sigmoid",
)
