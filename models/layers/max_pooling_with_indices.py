"""MaxPoolingWithIndices2D: max pooling that also tells where each maximum was."""

import keras


@keras.saving.register_keras_serializable(package="netloom")
class MaxPoolingWithIndices2D(keras.layers.Layer):
    """Keeps the largest value of each window, and gives its place as a second output, for MaxUnpooling2D.

    Formula: `values[i, j, c] = max(x[u, v, c])` over the pixels (u, v) of window (i, j), and
    `indices[i, j, c] = u * width + v` of the first that has it: places are counted row by row in the image that was
    pooled, each channel by itself. Values and gradients are those of MaxPooling2D.

    Source: Zeiler and Fergus, 2014, section 2.1 (switches); Badrinarayanan, Kendall and Cipolla, 2017 (SegNet).

    Args:
        pool_size: Integer or tuple of 2 integers. Size of the window: one number, or one per axis.
        strides: Integer or tuple of 2 integers. How far the window moves at each step; none means its size.
        padding: `valid`: only whole windows. `same`: windows may hang over the border.

    Input shape: `(batch, height, width, channels)`. Output shapes: twice `(batch, rows, columns, channels)`, with
    `floor((height - pool_size) / strides) + 1` rows for valid and `ceil(height / strides)` for same; the indices are
    int32.
    """

    def __init__(self, pool_size=(2, 2), strides=None, padding="valid", **kwargs):
        super().__init__(**kwargs)
        if padding not in ("valid", "same"):
            raise ValueError(f"padding must be valid or same. Received: padding={padding}")
        self.pool_size = _pair(pool_size)
        self.strides = self.pool_size if strides is None else _pair(strides)
        self.padding = padding

    def call(self, inputs):
        """Values and indices."""
        size = keras.ops.shape(inputs)[1:3]
        counts = [self._count(length, axis) for axis, length in enumerate(size)]
        if self.padding == "same":
            rows, columns = (self._border(size[axis], counts[axis], axis) for axis in (0, 1))
            before = rows[0], columns[0]
            padded = keras.ops.pad(inputs, ((0, 0), rows, columns, (0, 0)), constant_values=-float("inf"))
        else:
            before, padded = (0, 0), inputs
        # One picture for each place in a window: all the windows' values of that place.
        windows = [
            self._place(padded, (row, column), counts)
            for row in range(self.pool_size[0])
            for column in range(self.pool_size[1])
        ]
        windows = keras.ops.stack(windows, axis=-1)
        first = keras.ops.argmax(windows, axis=-1, keepdims=True)
        # Picked, not reduced: the gradient goes to one of several equal values, as it does in MaxPooling2D.
        values = keras.ops.take_along_axis(windows, first, axis=-1)[..., 0]
        first = keras.ops.cast(first[..., 0], "int32")
        top = keras.ops.arange(counts[0], dtype="int32") * self.strides[0] - before[0]
        left = keras.ops.arange(counts[1], dtype="int32") * self.strides[1] - before[1]
        row = keras.ops.reshape(top, (-1, 1, 1)) + first // self.pool_size[1]
        column = keras.ops.reshape(left, (-1, 1)) + first % self.pool_size[1]
        return values, row * size[1] + column

    def compute_output_spec(self, inputs):
        """Two pictures of one shape."""
        sides = [None if side is None else self._count(side, axis) for axis, side in enumerate(inputs.shape[1:3])]
        if any(side is not None and side < 1 for side in sides):
            raise ValueError(
                f"pool_size={self.pool_size} is larger than the image. Received: inputs of shape {inputs.shape}"
            )
        shape = (inputs.shape[0], *sides, inputs.shape[3])
        return keras.KerasTensor(shape, self.compute_dtype), keras.KerasTensor(shape, "int32")

    def get_config(self):
        """Its arguments."""
        own = {"pool_size": self.pool_size, "strides": self.strides, "padding": self.padding}
        return {**super().get_config(), **own}

    def _count(self, length, axis):
        """Windows along an axis of so many pixels."""
        whole = length if self.padding == "same" else length - self.pool_size[axis] + 1
        return -(-whole // self.strides[axis])

    def _border(self, length, count, axis):
        """Pixels of padding before and after, the odd one after, as TensorFlow has it."""
        total = (count - 1) * self.strides[axis] + self.pool_size[axis] - length
        total = keras.ops.maximum(total, 0)
        return total // 2, total - total // 2

    def _place(self, padded, start, counts):
        """Of every window the value at the place `start`."""
        slices = [
            slice(begin, begin + (count - 1) * stride + 1, stride)
            for begin, count, stride in zip(start, counts, self.strides, strict=True)
        ]
        return padded[:, slices[0], slices[1], :]


def _pair(value):
    return (value, value) if isinstance(value, int) else tuple(value)
