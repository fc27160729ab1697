"""SwishBeta: the Swish activation, its slope learned."""

import keras


@keras.saving.register_keras_serializable(package="netloom")
class SwishBeta(keras.layers.Layer):
    """x times the sigmoid of beta x, where beta is learned: between a straight line (0) and ReLU (large).

    Formula: `y = x * sigmoid(beta * x)`, one beta for the layer.

    Source: Ramachandran, Zoph and Le, 2017.

    Args:
        initial_beta: The value that beta begins with; at 1 this is Keras's silu.

    Input shape: `(batch, ...)`. Output shape: the same.
    """

    def __init__(self, initial_beta=1.0, **kwargs):
        super().__init__(**kwargs)
        self.initial_beta = initial_beta
        self.supports_masking = True

    def build(self, input_shape):
        """The one weight, beta."""
        self.beta = self.add_weight(shape=(), initializer=keras.initializers.Constant(self.initial_beta), name="beta")

    def call(self, inputs):
        """Swish of each value."""
        return inputs * keras.ops.sigmoid(self.beta * inputs)

    def compute_output_shape(self, input_shape):
        """The input's."""
        return input_shape

    def get_config(self):
        """Its arguments."""
        return {**super().get_config(), "initial_beta": self.initial_beta}
