"""mlp-1-10-1: a curve through points, as a sum of ten logistic steps; 31 parameters.

Made for the motorcycle data (Silverman, 1985): one input, logistic hidden units, one linear output.
"""

from models.architectures.mlp import named

MLP_1_10_1 = named(
    name="mlp-1-10-1",
    title="Curve fit, 1-10-1",
    summary="One input, ten logistic hidden units, a linear output: fits a curve through points.",
    input_shape=(1,),
    widths=(10,),
    units=1,
    hidden_activation="sigmoid",
    activation="linear",
)
