"""TiedDense: a Dense layer that reads another one's weights, transposed: the decoder's half of an autoencoder."""

import keras


@keras.saving.register_keras_serializable(package="netloom")
class TiedDense(keras.layers.Layer):
    """Goes back through an earlier Dense layer: its kernel transposed, and a bias of its own.

    Formula: `y = activation(x W^T + b)`, where W, of shape `(features, units)`, is the kernel of the layer that this
    one is tied to. Training changes W by the gradients of both; only b is a weight of this layer.

    The tie survives saving to .keras and loading. Where a layer is made again from its config alone, it is tied to a
    copy.

    Source: Vincent, Larochelle, Lajoie, Bengio and Manzagol, 2010, section 2.2 (tied weights).

    Args:
        tied_to: The earlier Dense layer whose weights are read.
        activation: Function applied to the output; none means linear.
        use_bias: Add a bias of its own.
        bias_initializer: What the bias begins with.

    Input shape: `(batch, ..., units)` of the Dense layer. Output shape: `(batch, ..., features)` of what it read.
    """

    def __init__(self, tied_to, activation=None, use_bias=True, bias_initializer="zeros", **kwargs):
        super().__init__(**kwargs)
        if not isinstance(tied_to, keras.layers.Dense):
            raise ValueError(f"tied_to must be a Dense layer. Received: tied_to={tied_to}")
        # In a function, Keras does not find it, and so does not count its weights as this layer's.
        self._tied_to = lambda: tied_to
        self.activation = keras.activations.get(activation)
        self.use_bias = use_bias
        self.bias_initializer = keras.initializers.get(bias_initializer)
        self.supports_masking = True

    @property
    def tied_to(self):
        """The layer whose kernel is read."""
        return self._tied_to()

    def build(self, input_shape):
        """The bias."""
        if not self._tied_to().built:
            raise ValueError(f"{self._tied_to().name}, which it is tied to, must come before it in the network.")
        features, units = self._tied_to().kernel.shape
        if input_shape[-1] != units:
            raise ValueError(
                f"its input must have as many features as {self._tied_to().name} has units, {units}. "
                f"Received: {input_shape[-1]}"
            )
        if self.use_bias:
            self.bias = self.add_weight(shape=(features,), initializer=self.bias_initializer, name="bias")

    def call(self, inputs):
        """Back through the kernel."""
        outputs = keras.ops.matmul(inputs, keras.ops.transpose(self._tied_to().kernel))
        return self.activation(outputs + self.bias if self.use_bias else outputs)

    def compute_output_shape(self, input_shape):
        """The shape of what the other layer read."""
        return (*input_shape[:-1], self._tied_to().kernel.shape[0])

    def get_config(self):
        """Its arguments."""
        return {
            **super().get_config(),
            "tied_to": keras.saving.serialize_keras_object(self._tied_to()),
            "activation": keras.activations.serialize(self.activation),
            "use_bias": self.use_bias,
            "bias_initializer": keras.initializers.serialize(self.bias_initializer),
        }

    @classmethod
    def from_config(cls, config):
        """The layer, tied to the one that Keras has made already where it loads a whole model."""
        return cls(**{**config, "tied_to": keras.saving.deserialize_keras_object(config["tied_to"])})
