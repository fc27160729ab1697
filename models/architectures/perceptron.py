"""perceptron: one unit with a threshold (Rosenblatt, 1958); learns AND, OR and NOT, and cannot learn XOR."""

from collections.abc import Sequence

from models.architectures.architecture import Architecture, flat
from models.sketch import Sketch
from models.spec import ModelSpec, Output


def build(input_shape: Sequence[int], units: int, activation: str) -> ModelSpec:
    """A weighted sum and a step; 3 parameters for two inputs.

    The step passes gradients straight through, and the loss is the squared error: a step of gradient descent on one
    example then is the perceptron's own rule, `w += rate * (label - output) * x`.

    Args:
        units: how many such units stand side by side.
        activation: not read: the step is what makes it a perceptron.
    """
    net = Sketch("perceptron")
    net.input(input_shape)
    for kind, config in flat(input_shape):
        net.add(kind, **config)
    net.add("Dense", units=units)
    step = net.add("StepUnit", gradient="straight_through")
    return net.spec([Output(node=step, loss="mean_squared_error")])


PERCEPTRON = Architecture(
    name="perceptron",
    title="Perceptron",
    summary="A single unit with a threshold: learns AND, OR and NOT by the perceptron rule, and cannot learn XOR.",
    build=build,
    suits="any",
    input_shape=(2,),
    units=1,
    family="Perceptrons",
    activation="sigmoid",
)
