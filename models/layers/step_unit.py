"""StepUnit: the threshold unit of the perceptron."""

import keras


@keras.saving.register_keras_serializable(package="netloom")
class StepUnit(keras.layers.Layer):
    """1 where the input reaches a threshold, else 0: the unit of the first neural networks.

    Formula: `y = 1 if x >= threshold else 0`.

    Its derivative is 0 wherever there is one, so that nothing in front of it learns by gradient descent. A surrogate
    puts another derivative in its place, while the values stay those of the step: `straight_through` that of x itself
    (1), with which half the squared error gives the perceptron's own rule, and `sigmoid` that of the logistic function
    around the threshold.

    Sources: McCulloch and Pitts, 1943; Rosenblatt, 1958; straight-through estimator: Bengio, Leonard and Courville,
    2013.

    Args:
        threshold: Smallest input that gives 1.
        gradient: What training takes for its derivative: `zero`, `straight_through` or `sigmoid`.

    Input shape: `(batch, ...)`. Output shape: the same.
    """

    def __init__(self, threshold=0.0, gradient="zero", **kwargs):
        super().__init__(**kwargs)
        if gradient not in ("zero", "straight_through", "sigmoid"):
            raise ValueError(f"gradient must be zero, straight_through or sigmoid. Received: gradient={gradient}")
        self.threshold = threshold
        self.gradient = gradient
        self.supports_masking = True

    def call(self, inputs):
        """The step of each value."""
        above = inputs - self.threshold
        step = keras.ops.cast(above >= 0, above.dtype)
        if self.gradient == "sigmoid":
            surrogate = keras.ops.sigmoid(above)
        else:
            # Times zero it is still a path for gradients: Keras refuses weights that have none at all.
            surrogate = above if self.gradient == "straight_through" else 0 * keras.ops.clip(above, -1, 1)
        # This adds exactly 0 to the value, and the surrogate's derivative to the gradient.
        return step + (surrogate - keras.ops.stop_gradient(surrogate))

    def compute_output_shape(self, input_shape):
        """The input's."""
        return input_shape

    def get_config(self):
        """Its arguments."""
        return {**super().get_config(), "threshold": self.threshold, "gradient": self.gradient}
