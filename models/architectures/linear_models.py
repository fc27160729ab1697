"""Linear models as networks of one Dense layer: linear, logistic and softmax regression.

They are what every deeper network has to beat. Trained by gradient descent on the squared error, the binary and the
categorical cross-entropy, they are least squares, logistic regression (Cox, 1958) and its form for several classes.
"""

from collections.abc import Sequence

from models.architectures.architecture import Architecture
from models.architectures.mlp import dense_network
from models.spec import ModelSpec


def _linear(name: str, title: str, summary: str, inputs: int, units: int, activation: str) -> Architecture:
    def build(input_shape: Sequence[int], units: int, activation: str) -> ModelSpec:
        return dense_network(name, input_shape, (), units, activation, "linear")

    return Architecture(
        name=name,
        title=title,
        summary=summary,
        build=build,
        suits="any",
        input_shape=(inputs,),
        units=units,
        family="Perceptrons",
        activation=activation,
    )


LINEAR_REGRESSION = _linear(
    "linear-regression", "Linear regression", "A weighted sum of the inputs: the baseline of every regression.",
    inputs=10, units=1, activation="linear",
)  # fmt: skip
LOGISTIC_REGRESSION = _linear(
    "logistic-regression", "Logistic regression", "One logistic unit: the linear baseline where there are two classes.",
    inputs=2, units=1, activation="sigmoid",
)  # fmt: skip
SOFTMAX_REGRESSION = _linear(
    "softmax-regression", "Softmax regression",
    "A linear model in one Dense layer: the baseline that a deeper network has to beat.",
    inputs=784, units=10, activation="softmax",
)  # fmt: skip
