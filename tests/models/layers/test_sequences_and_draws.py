"""Places of steps, draws, and tied weights against numpy."""

import numpy as np
import pytest

pytestmark = pytest.mark.slow


@pytest.mark.parametrize("features", [1, 6, 7])
def test_positional_encoding_adds_sines_and_cosines(keras, features):
    from models.layers.positional_encoding import PositionalEncoding

    x = np.random.default_rng(0).normal(size=(2, 5, features)).astype("float32")
    step, feature = np.arange(5)[:, None], np.arange(features)
    angle = step / 10000 ** (feature // 2 * 2 / features)
    waves = np.where(feature % 2, np.cos(angle), np.sin(angle))
    np.testing.assert_allclose(PositionalEncoding()(x), x + waves, atol=1e-5)
    assert PositionalEncoding()(keras.Input((None, 4))).shape == (None, None, 4)


def test_masks_pass_through_places(keras):
    from models.layers.position_embedding import PositionEmbedding
    from models.layers.positional_encoding import PositionalEncoding

    embedded = keras.layers.Embedding(5, 4, mask_zero=True)(np.array([[1, 0]]))
    for layer in (PositionalEncoding(), PositionEmbedding(2)):
        assert np.asarray(layer(embedded)._keras_mask).tolist() == [[True, False]]


def test_position_embedding_learns_a_vector_a_place(keras):
    from models.layers.position_embedding import PositionEmbedding

    layer = PositionEmbedding(8)
    x = np.random.default_rng(0).normal(size=(2, 5, 3)).astype("float32")
    np.testing.assert_allclose(layer(x), x + layer.embeddings.numpy()[:5], rtol=1e-6)
    assert layer.embeddings.shape == (8, 3)
    with pytest.raises(ValueError, match=r"at least the number of steps, 9. Received: max_length=8"):
        PositionEmbedding(8)(keras.Input((9, 3)))


def test_gaussian_sampling_draws_in_training_alone():
    from models.layers.gaussian_sampling import GaussianSampling

    mean, log_variance = np.full((20_000, 2), 3.0, "float32"), np.full((20_000, 2), np.log(4.0), "float32")
    layer = GaussianSampling(seed=1)
    np.testing.assert_array_equal(layer(mean, log_variance), mean)
    drawn = np.asarray(layer(mean, log_variance, training=True))
    np.testing.assert_allclose(drawn.mean(axis=0), 3, atol=0.06)
    np.testing.assert_allclose(drawn.std(axis=0), 2, atol=0.06)
    assert np.any(np.asarray(layer(mean, log_variance, training=True)) != drawn)
    np.testing.assert_array_equal(GaussianSampling(seed=1)(mean, log_variance, training=True), drawn)


def test_the_state_of_the_draws_is_a_variable_that_checkpoints_keep(keras):
    from models.layers.gaussian_sampling import GaussianSampling

    inputs = keras.Input((2,))
    model = keras.Model(inputs, GaussianSampling(seed=1)(inputs, inputs))
    (state,) = model.non_trainable_variables or model.variables
    before = state.numpy()
    first = np.asarray(model(np.ones((1, 2)), training=True))
    assert np.any(state.numpy() != before)
    state.assign(before)
    np.testing.assert_array_equal(model(np.ones((1, 2)), training=True), first)


def test_gaussian_sampling_adds_to_a_loss_in_float32_where_it_computes_in_half_precision():
    from models.layers.gaussian_sampling import GaussianSampling

    layer = GaussianSampling(kl_weight=0.5, dtype="mixed_float16")
    drawn = layer(np.zeros((4, 3), "float32"), np.full((4, 3), 12.0, "float32"))  # a variance beyond float16
    (added,) = layer.losses
    assert (drawn.dtype, added.dtype) == ("float16", "float32")
    np.testing.assert_allclose(added, 0.25 * 3 * (np.exp(12) - 13), rtol=1e-5)


def test_gaussian_sampling_adds_the_divergence_and_its_gradient(keras, gradient):
    from models.layers.gaussian_sampling import GaussianSampling

    rng = np.random.default_rng(0)
    mean, log_variance = rng.normal(size=(2, 4, 3)).astype("float32")
    layer = GaussianSampling(kl_weight=0.5)

    def loss(mean):
        layer(mean, log_variance)
        return layer.losses[0]

    value, slope = gradient(loss, mean)
    divergence = -0.5 * (1 + log_variance - mean**2 - np.exp(log_variance)).sum(axis=1).mean()
    np.testing.assert_allclose(value, 0.5 * divergence, rtol=1e-5)
    np.testing.assert_allclose(slope, 0.5 * mean / len(mean), rtol=1e-5)
    plain = GaussianSampling()
    plain(mean, log_variance)
    assert plain.losses == []


def autoencoder(keras):
    from models.layers.tied_dense import TiedDense

    inputs = keras.Input((6,))
    encoder = keras.layers.Dense(3, activation="tanh", name="encoder")
    decoder = TiedDense(encoder, activation="sigmoid", name="decoder")
    return keras.Model(inputs, decoder(encoder(inputs)))


def test_tied_dense_reads_the_kernel_transposed_and_counts_its_bias_alone(keras):
    model = autoencoder(keras)
    encoder, decoder = model.layers[1:]
    assert [tuple(weight.shape) for weight in decoder.weights] == [(6,)]
    assert model.count_params() == 6 * 3 + 3 + 6
    x = np.random.default_rng(0).normal(size=(4, 6)).astype("float32")
    kernel, bias = encoder.kernel.numpy(), encoder.bias.numpy()
    hidden = np.tanh(x @ kernel + bias)
    np.testing.assert_allclose(model(x), 1 / (1 + np.exp(-(hidden @ kernel.T))), rtol=1e-5)


def test_both_directions_train_the_one_kernel(keras, gradient):
    model = autoencoder(keras)
    encoder = model.layers[1]
    x = np.random.default_rng(0).normal(size=(4, 6)).astype("float32")
    import tensorflow as tf

    with tf.GradientTape() as tape:
        total = tf.reduce_sum(model(x))
    kernel = encoder.kernel.numpy().astype("float64")
    slope = np.asarray(tape.gradient(total, encoder.kernel.value))

    def value(kernel):
        return (1 / (1 + np.exp(-(np.tanh(x @ kernel) @ kernel.T)))).sum()

    for place in [(0, 0), (3, 1), (5, 2)]:
        step = np.zeros_like(kernel)
        step[place] = 1e-5
        assert slope[place] == pytest.approx((value(kernel + step) - value(kernel - step)) / 2e-5, rel=1e-3, abs=1e-4)


def test_the_tie_survives_saving_twice(keras, tmp_path):
    model = autoencoder(keras)
    x = np.ones((2, 6), "float32")
    model.compile("sgd", "mse")
    model.train_on_batch(x, x)
    expected = model(x)
    for name in ("first.keras", "second.keras"):
        model.save(tmp_path / name)
        model = keras.models.load_model(tmp_path / name)
        assert model.get_layer("decoder").tied_to is model.get_layer("encoder")
        assert model.count_params() == 27
        np.testing.assert_array_equal(model(x), expected)


def test_what_cannot_be_tied_is_told(keras):
    from models.layers.tied_dense import TiedDense

    dense = keras.layers.Dense(3, name="encoder")
    with pytest.raises(ValueError, match="encoder, which it is tied to, must come before it"):
        TiedDense(dense)(keras.Input((3,)))
    dense(keras.Input((6,)))
    with pytest.raises(ValueError, match=r"as many features as encoder has units, 3. Received: 4"):
        TiedDense(dense)(keras.Input((4,)))
