"""One Dense layer: the linear model that every network should beat."""

from collections.abc import Sequence

from models.architectures.architecture import Architecture, chain, flat, head
from models.spec import ModelSpec


def build(input_shape: Sequence[int], units: int, activation: str) -> ModelSpec:
    """Softmax regression for several classes; with a sigmoid logistic, with a linear head linear regression."""
    return chain("softmax-regression", input_shape, [*flat(input_shape), head(units, activation)])


SOFTMAX_REGRESSION = Architecture(
    name="softmax-regression",
    title="Softmax regression",
    summary="A linear model in one Dense layer: the baseline that a deeper network has to beat.",
    build=build,
    suits="any",
    input_shape=(8, 8, 1),
    units=10,
)
