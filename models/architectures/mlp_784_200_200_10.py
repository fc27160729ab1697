"""mlp-784-200-200-10: two hidden layers of 200 units on MNIST; 199,210 parameters.

Made to ask what hidden units learn: the first layer's weights are images, and the second layer's activations already
tell the classes apart.
"""

from models.architectures.mlp import named

MLP_784_200_200_10 = named(
    name="mlp-784-200-200-10",
    title="Digits, 784-200-200-10",
    summary="Two hidden layers of 200 units: look at what the hidden units have learned.",
    input_shape=(784,),
    widths=(200, 200),
    units=10,
    hidden_activation="relu",
)
