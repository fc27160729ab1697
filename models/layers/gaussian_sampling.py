"""GaussianSampling: draws from a normal distribution in a way that gradients pass through."""

import keras


@keras.saving.register_keras_serializable(package="netloom")
class GaussianSampling(keras.layers.Layer):
    """Draws from the normal distribution of the mean and the log variance that it is given; outside training: the mean.

    Formula: `z = mean + exp(log_variance / 2) * e`, with e drawn from the standard normal distribution.

    With a `kl_weight` it adds the mean over the examples of
    `kl_weight * -1/2 * sum(1 + log_variance - mean**2 - exp(log_variance))` to the loss: the Kullback-Leibler
    divergence from the standard normal distribution, which makes an autoencoder a variational one.

    Source: Kingma and Welling, 2014, section 2.4 and appendix B.

    Args:
        kl_weight: What the divergence is multiplied by in the loss; 0 leaves it out.
        seed: Seed of the layer's own random numbers.

    Input shapes: twice `(batch, ...)`: the means, the logarithms of the variances. Output shape: the same.
    """

    def __init__(self, kl_weight=0.0, seed=None, **kwargs):
        super().__init__(**kwargs)
        if kl_weight < 0:
            raise ValueError(f"kl_weight must be at least 0. Received: kl_weight={kl_weight}")
        self.kl_weight = kl_weight
        self.seed = seed
        self.seed_generator = keras.random.SeedGenerator(seed)

    def call(self, inputs, log_variance, training=False):
        """A draw in training, else the mean."""
        if self.kl_weight:
            # Losses are summed in float32, also where layers compute in half precision.
            mean, spread = keras.ops.cast(inputs, "float32"), keras.ops.cast(log_variance, "float32")
            terms = 1 + spread - keras.ops.square(mean) - keras.ops.exp(spread)
            divergence = -0.5 * keras.ops.sum(terms, axis=tuple(range(1, len(inputs.shape))))
            self.add_loss(self.kl_weight * keras.ops.mean(divergence))
        if not training:
            return inputs
        noise = keras.random.normal(keras.ops.shape(inputs), dtype=inputs.dtype, seed=self.seed_generator)
        return inputs + keras.ops.exp(0.5 * log_variance) * noise

    def compute_output_shape(self, inputs_shape, log_variance_shape):
        """The means'."""
        return inputs_shape

    def get_config(self):
        """Its arguments."""
        return {**super().get_config(), "kl_weight": self.kl_weight, "seed": self.seed}
