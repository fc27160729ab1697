"""xor-mlp: the smallest network that can do what no single unit can (Rumelhart, Hinton and Williams, 1986).

Two inputs, two hidden units, one output; 9 parameters. Minsky and Papert (1969) showed that a perceptron cannot tell
the two classes of XOR apart, as no straight line does. Some starts end in a local minimum: try other seeds.
"""

from models.architectures.mlp import named

XOR_MLP = named(
    name="xor-mlp",
    title="XOR network, 2-2-1",
    summary="Two hidden units that learn XOR, which no single unit can; some seeds get stuck.",
    input_shape=(2,),
    widths=(2,),
    units=1,
    hidden_activation="tanh",
    activation="sigmoid",
)
