"""PositionalEncoding: tells attention, which sees no order, the place of each step, by waves."""

import keras


@keras.saving.register_keras_serializable(package="netloom")
class PositionalEncoding(keras.layers.Layer):
    """Adds waves of many lengths to a sequence, so that every place looks different; nothing is learned.

    Formula: `y[t, 2i] = x[t, 2i] + sin(t / max_wavelength**(2i/d))` and
    `y[t, 2i+1] = x[t, 2i+1] + cos(t / max_wavelength**(2i/d))`, for step t of a sequence of d features.

    Source: Vaswani et al., 2017, section 3.5. For places that are learned, see PositionEmbedding.

    Args:
        max_wavelength: The longest wave, over 2 pi steps; larger than 1.

    Input shape: `(batch, steps, features)`. Output shape: the same.
    """

    def __init__(self, max_wavelength=10000.0, **kwargs):
        super().__init__(**kwargs)
        if not max_wavelength > 1:
            raise ValueError(f"max_wavelength must be larger than 1. Received: max_wavelength={max_wavelength}")
        self.max_wavelength = max_wavelength
        self.supports_masking = True

    def call(self, inputs):
        """The input and the waves."""
        steps, features = keras.ops.shape(inputs)[-2], inputs.shape[-1]
        # In float32 whatever the precision of the network: late steps are large numbers.
        step = keras.ops.reshape(keras.ops.arange(steps, dtype="float32"), (-1, 1))
        feature = keras.ops.arange(features, dtype="int32")
        pair = keras.ops.cast(feature // 2 * 2, "float32") / features
        angle = step * keras.ops.power(float(self.max_wavelength), -pair)
        waves = keras.ops.where(feature % 2 == 0, keras.ops.sin(angle), keras.ops.cos(angle))
        return inputs + keras.ops.cast(waves, inputs.dtype)

    def compute_output_shape(self, input_shape):
        """The input's."""
        return input_shape

    def get_config(self):
        """Its arguments."""
        return {**super().get_config(), "max_wavelength": self.max_wavelength}
