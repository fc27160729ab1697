"""BedOfNailsUnpooling2D: a larger image of the same values, far apart."""

import keras


@keras.saving.register_keras_serializable(package="netloom")
class BedOfNailsUnpooling2D(keras.layers.Layer):
    """Makes a block of each value: the value in the upper left corner, zeros everywhere else.

    Formula: `y[i * size, j * size, c] = x[i, j, c]`, 0 elsewhere.

    Source: Dosovitskiy, Springenberg and Brox, 2015, section 3.2 (unpooling).

    Args:
        size: Integer or tuple of 2 integers. Height and width of the blocks: one number, or one per axis.

    Input shape: `(batch, height, width, channels)`. Output shape: `(batch, height * size, width * size, channels)`.
    """

    def __init__(self, size=(2, 2), **kwargs):
        super().__init__(**kwargs)
        self.size = (size, size) if isinstance(size, int) else tuple(size)

    def call(self, inputs):
        """The larger image."""
        height, width, channels = keras.ops.shape(inputs)[1:]
        down, across = self.size
        blocks = keras.ops.reshape(inputs, (-1, height, 1, width, 1, channels))
        blocks = keras.ops.pad(blocks, [[0, 0], [0, 0], [0, down - 1], [0, 0], [0, across - 1], [0, 0]])
        return keras.ops.reshape(blocks, (-1, height * down, width * across, channels))

    def compute_output_shape(self, input_shape):
        """The larger image's."""
        batch, *sides, channels = input_shape
        larger = (None if side is None else side * factor for side, factor in zip(sides, self.size, strict=True))
        return (batch, *larger, channels)

    def get_config(self):
        """Its arguments."""
        return {**super().get_config(), "size": self.size}
