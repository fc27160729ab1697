"""mlp-2-10-3: three classes in a plane, ten logistic hidden units; 63 parameters.

Made for two of the four measurements of Fisher's iris (1936), so that its decision regions can be drawn.
"""

from models.architectures.mlp import named

MLP_2_10_3 = named(
    name="mlp-2-10-3",
    title="Classes in a plane, 2-10-3",
    summary="Ten logistic hidden units that divide a plane among three classes, such as iris by two measurements.",
    input_shape=(2,),
    widths=(10,),
    units=3,
    hidden_activation="sigmoid",
)
