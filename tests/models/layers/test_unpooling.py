"""Pooling with indices and unpooling against numpy and against Keras's own pooling."""

import numpy as np
import pytest

pytestmark = pytest.mark.slow


def images(height, width):
    return np.random.default_rng(height).normal(size=(2, height, width, 3)).astype("float32")


@pytest.mark.parametrize(
    ("pool", "strides", "padding", "height", "width"),
    [
        (2, None, "valid", 4, 6),
        (2, None, "valid", 5, 7),
        (2, None, "same", 5, 7),
        ((3, 2), (2, 1), "valid", 7, 5),
        ((3, 2), (2, 3), "same", 7, 6),
        (3, 4, "same", 5, 9),
        (1, 2, "same", 4, 4),
    ],
)
def test_values_and_gradients_are_those_of_max_pooling(keras, gradient, pool, strides, padding, height, width):
    from models.layers.max_pooling_with_indices import MaxPoolingWithIndices2D

    x = images(height, width)
    layer = MaxPoolingWithIndices2D(pool, strides, padding)
    values, slope = gradient(lambda x: layer(x)[0], x)
    expected, expected_slope = gradient(keras.layers.MaxPooling2D(pool, strides, padding), x)
    np.testing.assert_array_equal(values, expected)
    np.testing.assert_array_equal(slope, expected_slope)
    indices = np.asarray(layer(x)[1])
    assert indices.dtype == np.int32 and indices.shape == values.shape
    symbolic = layer(keras.Input(x.shape[1:]))
    assert [tensor.shape[1:] for tensor in symbolic] == [values.shape[1:]] * 2
    # An index is the place of the value in the image that was pooled, each channel by itself.
    found = np.take_along_axis(x.reshape(2, -1, 3), indices.reshape(2, -1, 3), axis=1)
    np.testing.assert_array_equal(found.reshape(values.shape), values)


def test_of_equal_values_the_first_gets_the_gradient(keras, gradient):
    from models.layers.max_pooling_with_indices import MaxPoolingWithIndices2D

    x = np.zeros((1, 4, 4, 1), "float32")
    layer = MaxPoolingWithIndices2D()
    _, slope = gradient(lambda x: layer(x)[0], x)
    np.testing.assert_array_equal(slope, gradient(keras.layers.MaxPooling2D(), x)[1])
    assert np.asarray(layer(x)[1]).ravel().tolist() == [0, 2, 8, 10]


@pytest.mark.parametrize(("height", "width", "padding"), [(4, 6, "valid"), (5, 7, "valid"), (5, 7, "same")])
def test_unpooling_puts_values_back(gradient, height, width, padding):
    from models.layers.max_pooling_with_indices import MaxPoolingWithIndices2D
    from models.layers.max_unpooling import MaxUnpooling2D

    x = images(height, width)
    values, indices = map(np.asarray, MaxPoolingWithIndices2D(padding=padding)(x))
    unpool = MaxUnpooling2D(output_size=None if (height, width) == (4, 6) else (height, width))
    y, slope = gradient(lambda values: unpool(values, indices), values)
    expected = np.zeros_like(x)
    for n, i, j, c in np.ndindex(values.shape):
        expected[n, indices[n, i, j, c] // width, indices[n, i, j, c] % width, c] = values[n, i, j, c]
    np.testing.assert_array_equal(y, expected)
    np.testing.assert_array_equal(slope, np.ones_like(values))


def test_pooling_and_unpooling_know_their_sizes_and_compile(keras):
    from models.layers.max_pooling_with_indices import MaxPoolingWithIndices2D
    from models.layers.max_unpooling import MaxUnpooling2D

    for sides, jit in [((4, 4), True), ((None, None), False)]:
        inputs = keras.Input((*sides, 2))
        values, indices = MaxPoolingWithIndices2D()(inputs)
        outputs = MaxUnpooling2D()(keras.layers.Conv2D(2, 1)(values), indices)
        assert outputs.shape == (None, *sides, 2)
        model = keras.Model(inputs, outputs)
        model.compile("sgd", "mse", jit_compile=jit)
        x = images(4, 4)[..., :2]
        first = model.train_on_batch(x, x)
        assert model.train_on_batch(x, x) < first


def test_values_of_overlapping_windows_are_added():
    from models.layers.max_unpooling import MaxUnpooling2D

    y = MaxUnpooling2D(output_size=(1, 3))(np.array([[[[1.0], [2.0]]]]), np.array([[[[1], [1]]]]))
    np.testing.assert_array_equal(np.asarray(y).ravel(), [0, 3, 0])


def test_images_and_windows_that_do_not_fit_are_told(keras):
    from models.layers.max_pooling_with_indices import MaxPoolingWithIndices2D
    from models.layers.max_unpooling import MaxUnpooling2D

    with pytest.raises(ValueError, match="larger than the image"):
        MaxPoolingWithIndices2D(5)(keras.Input((4, 8, 1)))
    with pytest.raises(ValueError, match="one shape"):
        MaxUnpooling2D()(keras.Input((2, 2, 3)), keras.Input((2, 2, 4), dtype="int32"))


def test_bed_of_nails(keras, gradient):
    from models.layers.bed_of_nails_unpooling import BedOfNailsUnpooling2D

    x = images(3, 2)
    values, slope = gradient(BedOfNailsUnpooling2D((2, 3)), x)
    expected = np.zeros((2, 6, 6, 3), "float32")
    expected[:, ::2, ::3] = x
    np.testing.assert_array_equal(values, expected)
    np.testing.assert_array_equal(slope, np.ones_like(x))
    assert BedOfNailsUnpooling2D(2)(keras.Input((None, 4, 1))).shape == (None, None, 8, 1)
