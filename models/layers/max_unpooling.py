"""MaxUnpooling2D: max pooling undone as far as can be."""

import keras


@keras.saving.register_keras_serializable(package="netloom")
class MaxUnpooling2D(keras.layers.Layer):
    """Puts each value back to the place that it had before max pooling, with zeros everywhere else.

    Formula: `y[indices // width, indices % width, c] = x[..., c]`, 0 elsewhere; values that come to the same place, as
    from windows that overlap, are added.

    It is called with the pooled values (or what was made of them) and the second output of MaxPoolingWithIndices2D.
    The image that it gives must be of the size of the one that was pooled, since places are counted in that one: where
    that is not `size` times as large, as with an odd number of pixels, give `output_size`.

    Source: Zeiler and Fergus, 2014, section 2.1; Badrinarayanan, Kendall and Cipolla, 2017 (SegNet).

    Args:
        size: Integer or tuple of 2 integers. How many times as large as the input: one number, or one per axis.
        output_size: Integer or tuple of 2 integers. Height and width of the output; none means `size` times the
            input's.

    Input shapes: twice `(batch, rows, columns, channels)`, the second whole numbers. Output shape:
    `(batch, height, width, channels)`.
    """

    def __init__(self, size=(2, 2), output_size=None, **kwargs):
        super().__init__(**kwargs)
        self.size = (size, size) if isinstance(size, int) else tuple(size)
        self.output_size = (output_size, output_size) if isinstance(output_size, int) else output_size

    def call(self, inputs, indices):
        """The larger image."""
        batch, rows, columns, channels = keras.ops.shape(inputs)
        height, width = self.output_size or (rows * self.size[0], columns * self.size[1])
        indices = keras.ops.cast(indices, "int32")
        # Every picture and channel has a plane of its own in one long row of planes.
        plane = keras.ops.reshape(keras.ops.arange(batch, dtype="int32") * channels, (-1, 1, 1, 1))
        plane = plane + keras.ops.arange(channels, dtype="int32")
        flat = keras.ops.reshape(plane * (height * width) + indices, (-1, 1))
        planes = keras.ops.scatter(flat, keras.ops.reshape(inputs, (-1,)), (batch * channels * height * width,))
        planes = keras.ops.reshape(planes, (-1, channels, height, width))
        return keras.ops.transpose(planes, (0, 2, 3, 1))

    def compute_output_spec(self, inputs, indices):
        """The larger image's."""
        if inputs.shape[1:] != indices.shape[1:]:
            raise ValueError(
                f"values and indices must have one shape. Received: {inputs.shape[1:]} and {indices.shape[1:]}"
            )
        pairs = zip(inputs.shape[1:3], self.size, strict=True)
        sides = self.output_size or [None if side is None else side * factor for side, factor in pairs]
        return keras.KerasTensor((inputs.shape[0], *sides, inputs.shape[3]), self.compute_dtype)

    def get_config(self):
        """Its arguments."""
        return {**super().get_config(), "size": self.size, "output_size": self.output_size}
