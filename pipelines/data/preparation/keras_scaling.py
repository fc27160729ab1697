"""A Scaling as a Keras layer: training prepares its arrays with it, and the exported model carries it."""

import keras

from pipelines.data.preparation.scaling import Scaling


def scaling_layer(scaling: Scaling, name: str = "scaling") -> keras.layers.Normalization:
    """A Normalization layer with fixed numbers that does what `scaling.apply` does, to float32 rounding.

    It has no weights. Input shape `(batch, ..., len(scaling.offset))` of any number dtype; output the same in float32,
    whatever the global dtype policy.
    """
    return keras.layers.Normalization(
        axis=-1, mean=scaling.offset.tolist(), variance=(scaling.scale**2).tolist(), dtype="float32", name=name
    )
