"""GaussianActivation: units that answer to a range of inputs instead of to all above a border."""

import keras


@keras.saving.register_keras_serializable(package="netloom")
class GaussianActivation(keras.layers.Layer):
    """A bell curve as an activation: 1 at 0, falling to 0 on both sides.

    Formula: `y = exp(-(x / width)**2)`.

    Source: Hartman, Keeler and Kowalski, 1990: networks of such hidden units approximate any continuous function.

    Args:
        width: How far from 0 the value falls to 1/e; larger than 0.

    Input shape: `(batch, ...)`. Output shape: the same.
    """

    def __init__(self, width=1.0, **kwargs):
        super().__init__(**kwargs)
        if not width > 0:
            raise ValueError(f"width must be larger than 0. Received: width={width}")
        self.width = width
        self.supports_masking = True

    def call(self, inputs):
        """The bell curve of each value."""
        return keras.ops.exp(-keras.ops.square(inputs / self.width))

    def compute_output_shape(self, input_shape):
        """The input's."""
        return input_shape

    def get_config(self):
        """Its arguments."""
        return {**super().get_config(), "width": self.width}
