"""What every layer of the room must survive: its config, saving, loading, export. A file of the room is tried here."""

import json

import numpy as np
import pytest

from models.layers import modules

pytestmark = pytest.mark.slow


@pytest.fixture(scope="module")
def model(keras):
    """A network in which every layer of the room has a place."""
    from models.layers import (
        bed_of_nails_unpooling,
        gaussian_activation,
        gaussian_sampling,
        imagenet_preprocessing,
        local_response_normalization,
        max_pooling_with_indices,
        max_unpooling,
        pad_channels,
        position_embedding,
        positional_encoding,
        step_unit,
        swish_beta,
        tied_dense,
    )

    image = keras.Input((4, 4, 3))
    x = imagenet_preprocessing.ImageNetPreprocessing("torch", scale=2.0)(image)
    x = local_response_normalization.LocalResponseNormalization(3, 1.5, 0.1, 0.5)(x)
    values, places = max_pooling_with_indices.MaxPoolingWithIndices2D((2, 2), (2, 2), "same")(x)
    x = max_unpooling.MaxUnpooling2D((2, 2), (4, 4))(swish_beta.SwishBeta(0.5)(values), places)
    x = keras.layers.Add()([x, bed_of_nails_unpooling.BedOfNailsUnpooling2D(2)(values)])
    x = keras.layers.Reshape((16, 4))(pad_channels.PadChannels(4)(x))
    x = positional_encoding.PositionalEncoding(100.0)(x)
    x = position_embedding.PositionEmbedding(20, "ones")(x)
    encoder = keras.layers.Dense(2)
    x = gaussian_activation.GaussianActivation(3.0)(encoder(x))
    x = tied_dense.TiedDense(encoder, "tanh", True, "ones")(x)
    x = keras.layers.Flatten()(x)
    x = gaussian_sampling.GaussianSampling(0.1, seed=3)(x, x)
    return keras.Model(image, step_unit.StepUnit(0.5, "sigmoid")(x))


X = np.random.default_rng(0).normal(size=(3, 4, 4, 3)).astype("float32")


def own(model):
    return [layer for layer in model.layers if type(layer).__module__.startswith("models.layers.")]


def test_none_is_missing(model):
    assert {type(layer).__module__ for layer in own(model)} == set(modules())


def test_every_config_is_json_and_makes_an_equal_layer(keras, model):
    for layer in own(model):
        config = json.loads(json.dumps(layer.get_config()))
        again = type(layer).from_config(config)
        assert json.loads(json.dumps(again.get_config())) == config
        assert keras.saving.get_registered_name(type(layer)) == f"netloom>{type(layer).__name__}"


def test_saved_loaded_and_exported_it_gives_the_same(keras, model, tmp_path):
    expected = model(X)
    model.save(tmp_path / "model.keras")
    np.testing.assert_array_equal(keras.models.load_model(tmp_path / "model.keras")(X), expected)
    model.export(tmp_path / "exported", verbose=False)
    import tensorflow as tf

    loaded = tf.saved_model.load(tmp_path / "exported")
    for rows in (X, X[:1]):
        np.testing.assert_allclose(loaded.serve(rows), np.asarray(expected)[: len(rows)], atol=1e-5)


def test_it_trains_compiled(model):
    model.compile("sgd", "mse", jit_compile=True)
    before = [weight.numpy() for weight in model.trainable_weights]
    model.train_on_batch(X, np.zeros(model.compute_output_shape(X.shape)))
    assert all(np.any(weight.numpy() != old) for weight, old in zip(model.trainable_weights, before, strict=True))
