"""LocalResponseNormalization: channels that are strong damp their neighbours, as in AlexNet and GoogLeNet."""

import keras


@keras.saving.register_keras_serializable(package="netloom")
class LocalResponseNormalization(keras.layers.Layer):
    """Divides each value by a sum over the same place in the neighbouring channels.

    Formula: `y[i] = x[i] / (bias + alpha * sum(x[j]**2)) ** beta`, the sum over the channels j from i - size//2 to
    i + size//2; those that do not exist count as 0.

    Source: Krizhevsky, Sutskever and Hinton, 2012, section 3.3, whose values are the defaults (k is called bias here, n
    size). Caffe, in which AlexNet and GoogLeNet were published, divides its alpha by size.

    Args:
        size: How many neighbouring channels are summed over, the channel itself among them; an odd number.
        bias: What keeps the divisor from 0.
        alpha: How much the neighbours count.
        beta: The power of the divisor.

    Input shape: `(batch, ..., channels)`. Output shape: the same.
    """

    def __init__(self, size=5, bias=2.0, alpha=0.0001, beta=0.75, **kwargs):
        super().__init__(**kwargs)
        if size < 1 or size % 2 == 0:
            raise ValueError(f"size must be an odd number of at least 1. Received: size={size}")
        self.size = size
        self.bias = bias
        self.alpha = alpha
        self.beta = beta

    def call(self, inputs):
        """Every value over its divisor."""
        channels, rank, reach = inputs.shape[-1], len(inputs.shape), self.size // 2
        squares = keras.ops.pad(keras.ops.square(inputs), [[0, 0]] * (rank - 1) + [[reach, reach]])
        total = squares[..., :channels]
        for shift in range(1, self.size):
            total = total + squares[..., shift : shift + channels]
        return inputs / keras.ops.power(self.bias + self.alpha * total, self.beta)

    def compute_output_shape(self, input_shape):
        """The input's."""
        return input_shape

    def get_config(self):
        """Its arguments."""
        own = {"size": self.size, "bias": self.bias, "alpha": self.alpha, "beta": self.beta}
        return {**super().get_config(), **own}
