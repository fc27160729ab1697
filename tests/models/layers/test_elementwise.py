"""Activations and normalizations of the room against numpy."""

import numpy as np
import pytest

pytestmark = pytest.mark.slow

X = np.linspace(-3, 3, 13, dtype="float32")


@pytest.mark.parametrize(
    ("surrogate", "slope"),
    [
        ("zero", np.zeros(13)),
        ("straight_through", np.ones(13)),
        ("sigmoid", (s := 1 / (1 + np.exp(-(X - 0.5)))) * (1 - s)),
    ],
)
def test_step_unit_is_the_step_whatever_its_gradient(gradient, surrogate, slope):
    from models.layers.step_unit import StepUnit

    values, derivative = gradient(StepUnit(0.5, gradient=surrogate), X)
    np.testing.assert_array_equal(values, X >= 0.5)
    np.testing.assert_allclose(derivative, slope, atol=1e-6)


def test_straight_through_and_half_the_squared_error_are_the_perceptrons_rule(keras):
    from models.layers.step_unit import StepUnit

    x = np.array([[0, 0], [0, 1], [1, 0], [1, 1]], "float32")
    y = np.array([[0], [0], [0], [1]], "float32")
    model = keras.Sequential(
        [keras.Input((2,)), keras.layers.Dense(1, kernel_initializer="zeros"), StepUnit(gradient="straight_through")]
    )
    model.compile(keras.optimizers.SGD(1.0), "mse")  # 4 examples: a step of 1 is 1/2 an example
    weights, bias = np.zeros(2), 0.0
    for _ in range(4):
        error = (x @ weights + bias >= 0) - y[:, 0]
        weights, bias = weights - 0.5 * error @ x, bias - 0.5 * error.sum()
        model.train_on_batch(x, y)
    np.testing.assert_allclose(model.get_weights()[0][:, 0], weights, atol=1e-6)
    np.testing.assert_allclose(model.get_weights()[1], bias, atol=1e-6)


def test_weights_before_a_step_unit_of_no_slope_stay(keras):
    from models.layers.step_unit import StepUnit

    model = keras.Sequential([keras.Input((2,)), keras.layers.Dense(1), StepUnit()])
    model.compile("sgd", "mse")
    before = model.get_weights()[0]
    model.train_on_batch(np.ones((2, 2)), np.full((2, 1), 0.5))
    np.testing.assert_array_equal(model.get_weights()[0], before)


def test_gaussian_activation(gradient):
    from models.layers.gaussian_activation import GaussianActivation

    values, derivative = gradient(GaussianActivation(2.0), X)
    np.testing.assert_allclose(values, np.exp(-((X / 2) ** 2)), rtol=1e-5)
    np.testing.assert_allclose(derivative, np.exp(-((X / 2) ** 2)) * -X / 2, atol=1e-6)


def test_swish_learns_its_beta(keras):
    from models.layers.swish_beta import SwishBeta

    layer = SwishBeta(1.5)
    np.testing.assert_allclose(layer(X), X / (1 + np.exp(-1.5 * X)), rtol=1e-5)
    np.testing.assert_allclose(SwishBeta()(X), keras.ops.silu(X), rtol=1e-6)
    assert [tuple(weight.shape) for weight in layer.trainable_weights] == [()]
    model = keras.Sequential([keras.Input((13,)), SwishBeta(1.0)])
    model.compile(keras.optimizers.SGD(1.0), "mse")
    for _ in range(50):
        model.train_on_batch(X[None], np.maximum(X, 0)[None])  # towards ReLU: beta grows
    assert float(model.layers[0].beta.numpy()) > 1.2


@pytest.mark.parametrize("size", [1, 3, 5, 9])
def test_local_response_normalization_sums_over_neighbouring_channels(gradient, size):
    from models.layers.local_response_normalization import LocalResponseNormalization

    x = np.random.default_rng(0).normal(size=(2, 3, 4, 6)).astype("float32")
    values, _ = gradient(LocalResponseNormalization(size, bias=1.0, alpha=0.1, beta=0.75), x)
    total = np.stack([(x[..., max(0, c - size // 2) : c + size // 2 + 1] ** 2).sum(-1) for c in range(6)], -1)
    np.testing.assert_allclose(values, x / (1 + 0.1 * total) ** 0.75, rtol=1e-5)


def test_pad_channels_is_the_shortcut_without_weights(keras):
    from models.layers.pad_channels import PadChannels

    x = np.random.default_rng(0).normal(size=(1, 5, 4, 2)).astype("float32")
    values = PadChannels(5)(keras.layers.MaxPooling2D(1, 2)(x))
    np.testing.assert_array_equal(values[..., :2], x[:, ::2, ::2])
    assert not np.any(values[..., 2:])
    with pytest.raises(ValueError, match=r"at least the number of channels of the input, 2. Received: channels=1"):
        PadChannels(1)(x)


@pytest.mark.parametrize("mode", ["caffe", "tf", "torch"])
def test_imagenet_preprocessing(mode):
    from models.layers.imagenet_preprocessing import ImageNetPreprocessing

    x = np.random.default_rng(0).uniform(size=(2, 3, 3, 3)).astype("float32")
    mean, deviation = np.array([0.485, 0.456, 0.406]), np.array([0.229, 0.224, 0.225])
    expected = {
        "tf": x * 2 - 1,
        "torch": (x - mean) / deviation,
        "caffe": x[..., ::-1] * 255 - np.array([103.939, 116.779, 123.68]),
    }
    np.testing.assert_allclose(ImageNetPreprocessing(mode)(x), expected[mode], atol=1e-4)
    np.testing.assert_allclose(ImageNetPreprocessing(mode, scale=1)(x * 255), expected[mode], atol=1e-4)


@pytest.mark.parametrize(
    ("module", "name", "arguments"),
    [
        ("step_unit", "StepUnit", {"gradient": "none"}),
        ("gaussian_activation", "GaussianActivation", {"width": 0}),
        ("local_response_normalization", "LocalResponseNormalization", {"size": 4}),
        ("imagenet_preprocessing", "ImageNetPreprocessing", {"mode": "BGR"}),
        ("positional_encoding", "PositionalEncoding", {"max_wavelength": 1}),
        ("gaussian_sampling", "GaussianSampling", {"kl_weight": -1}),
        ("max_pooling_with_indices", "MaxPoolingWithIndices2D", {"padding": "full"}),
        ("tied_dense", "TiedDense", {"tied_to": "dense"}),
    ],
)
def test_wrong_arguments_are_told(module, name, arguments):
    import importlib

    (argument, value), *_ = arguments.items()
    with pytest.raises(ValueError, match=f"{argument} must be .*Received: {argument}={value}"):
        getattr(importlib.import_module(f"models.layers.{module}"), name)(**arguments)
