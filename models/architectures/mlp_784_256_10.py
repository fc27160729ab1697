"""mlp-784-256-10: one hidden layer of 256 units on MNIST; 203,530 parameters.

Large enough for full-batch gradient descent to be slow, and so for the difference to stochastic gradient descent to
show over equal numbers of examples seen.
"""

from models.architectures.mlp import named

MLP_784_256_10 = named(
    name="mlp-784-256-10",
    title="Digits, 784-256-10",
    summary="One hidden layer of 256 units: compare batch sizes and optimizers on it.",
    input_shape=(784,),
    widths=(256,),
    units=10,
    hidden_activation="relu",
)
