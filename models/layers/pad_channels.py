"""PadChannels: more channels, of zeros: the shortcut of residual networks that adds no weights."""

import keras


@keras.saving.register_keras_serializable(package="netloom")
class PadChannels(keras.layers.Layer):
    """Adds channels of zeros behind those that are there, until there are as many as asked for.

    Formula: `y[..., c] = x[..., c]` for the channels of x, 0 for the others.

    With a MaxPooling2D of pool size 1 and strides 2 in front of it, which keeps every second pixel, it is the shortcut
    without weights ("option A") of residual networks where an image gets smaller and deeper.

    Source: He, Zhang, Ren and Sun, 2016, section 3.3.

    Args:
        channels: How many channels it gives; at least as many as it gets.

    Input shape: `(batch, ..., c)`. Output shape: `(batch, ..., channels)`.
    """

    def __init__(self, channels, **kwargs):
        super().__init__(**kwargs)
        self.channels = channels

    def build(self, input_shape):
        """Nothing is learned; the input is looked at."""
        if input_shape[-1] > self.channels:
            raise ValueError(
                f"channels must be at least the number of channels of the input, {input_shape[-1]}. "
                f"Received: channels={self.channels}"
            )

    def call(self, inputs):
        """The input and zeros."""
        more = self.channels - inputs.shape[-1]
        return keras.ops.pad(inputs, [[0, 0]] * (len(inputs.shape) - 1) + [[0, more]])

    def compute_output_shape(self, input_shape):
        """The input's, with `channels` channels."""
        return (*input_shape[:-1], self.channels)

    def get_config(self):
        """Its arguments."""
        return {**super().get_config(), "channels": self.channels}
