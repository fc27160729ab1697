"""An autoencoder of Dense layers: it gives its input back, through a code that is narrower."""

import math
from collections.abc import Sequence

from models.architectures.architecture import Architecture, flat, head
from models.catalogue import Param
from models.spec import ModelSpec, Node


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
    hidden = head(width, hidden_activation)[1]
    nodes = [Node(name="input", kind="Input", config={"shape": list(input_shape)})]
    nodes += [Node(name="flatten", kind=kind) for kind, _ in flat(input_shape)]
    nodes += [Node(name="encoder", kind="Dense", config=hidden)] if width else []
    nodes += [Node(name="code", kind="Dense", config={"units": code or narrow(values)})]
    nodes += [Node(name="decoder", kind="Dense", config=hidden)] if width else []
    nodes += [Node(name="output", kind="Dense", config=head(values, activation)[1])]
    if len(input_shape) > 1:
        nodes += [Node(name="reshape", kind="Reshape", config={"target_shape": list(input_shape)})]
    return ModelSpec(name="dense-autoencoder", nodes=tuple(nodes))


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
    activation="sigmoid",
)
