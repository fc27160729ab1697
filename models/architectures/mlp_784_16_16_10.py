"""mlp-784-16-16-10: the hello world of digits, two hidden layers of 16 logistic units; 13,002 parameters.

Small enough to be drawn unit by unit, as introductions to neural networks do; the way of Nielsen, 2015.
"""

from models.architectures.mlp import named

MLP_784_16_16_10 = named(
    name="mlp-784-16-16-10",
    title="Digits, 784-16-16-10",
    summary="The hello world of digits: two hidden layers of 16 logistic units, small enough to draw.",
    input_shape=(784,),
    widths=(16, 16),
    units=10,
    hidden_activation="sigmoid",
)
