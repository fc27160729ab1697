"""A Preparation as Keras layers: training prepares its rows with them, and the exported model carries them."""

from typing import Any, cast

import keras

from pipelines.data.encoding.keras_encoding import encoder
from pipelines.data.preparation.keras_scaling import scaling_layer
from pipelines.data.preparation.preparation import Preparation
from pipelines.data.preparation.projection import Projection


def layers_of(preparation: Preparation) -> list[keras.layers.Layer]:
    """What comes between encoded rows and the network, in order; none for token ids. Nothing of it is trained.

    Together they do what `preparation.apply` does, to float32 rounding, whatever the global dtype policy.
    """
    scaling = [scaling_layer(preparation.scaling)] if preparation.scaling else []
    return [*scaling, *(_projection_layers(preparation.projection) if preparation.projection else [])]


def raw_to_fed(preparation: Preparation) -> keras.Model:
    """Raw rows, as `raw_inputs(preparation.encoding)` tells, to what the network is fed."""
    encode = encoder(preparation.encoding)
    rows: Any = encode.output
    for layer in layers_of(preparation):
        rows = layer(rows)
    return keras.Model(cast(Any, encode.input), rows, name="preparation")


def _projection_layers(projection: Projection) -> list[keras.layers.Layer]:
    linear = keras.layers.Dense(len(projection.components), dtype="float32", trainable=False, name="pca")
    linear.build((None, len(projection.mean)))
    linear.set_weights([projection.kernel, projection.bias])
    return [keras.layers.Flatten(dtype="float32"), linear]
