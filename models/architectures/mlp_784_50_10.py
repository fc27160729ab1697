"""mlp-784-50-10: one hidden layer of 50 units on MNIST; 39,760 parameters.

The size that scikit-learn's example of weights on MNIST has made known: trained with SGD at a rate of 0.1 and a small
L2 penalty, its first-layer weights can be looked at as images.
"""

from models.architectures.mlp import named

MLP_784_50_10 = named(
    name="mlp-784-50-10",
    title="Digits, 784-50-10",
    summary="One hidden layer of 50 units, whose weights can be looked at as images; train it with SGD at 0.1.",
    input_shape=(784,),
    widths=(50,),
    units=10,
    hidden_activation="relu",
)
