"""PositionEmbedding: tells attention, which sees no order, the place of each step, by learned vectors."""

import keras


@keras.saving.register_keras_serializable(package="netloom")
class PositionEmbedding(keras.layers.Layer):
    """Adds a learned vector to each step of a sequence, one for every place.

    Formula: `y[t] = x[t] + E[t]`, where E, of shape `(max_length, features)`, is learned.

    Source: Gehring et al., 2017, section 3.1; Vaswani et al., 2017, table 3 (E), find it as good as waves. For those,
    see PositionalEncoding.

    Args:
        max_length: The longest sequence, in steps.
        embeddings_initializer: What the vectors begin with.

    Input shape: `(batch, steps, features)`, with at most `max_length` steps. Output shape: the same.
    """

    def __init__(self, max_length, embeddings_initializer="uniform", **kwargs):
        super().__init__(**kwargs)
        self.max_length = max_length
        self.embeddings_initializer = keras.initializers.get(embeddings_initializer)
        self.supports_masking = True

    def build(self, input_shape):
        """The vectors."""
        if input_shape[-2] is not None and input_shape[-2] > self.max_length:
            raise ValueError(
                f"max_length must be at least the number of steps, {input_shape[-2]}. "
                f"Received: max_length={self.max_length}"
            )
        self.embeddings = self.add_weight(
            shape=(self.max_length, input_shape[-1]), initializer=self.embeddings_initializer, name="embeddings"
        )

    def call(self, inputs):
        """The input and the vectors of its steps."""
        return inputs + self.embeddings[: keras.ops.shape(inputs)[-2]]

    def compute_output_shape(self, input_shape):
        """The input's."""
        return input_shape

    def get_config(self):
        """Its arguments."""
        return {
            **super().get_config(),
            "max_length": self.max_length,
            "embeddings_initializer": keras.initializers.serialize(self.embeddings_initializer),
        }
