"""Images of kernels, against the kernels: an image must give what the layer gives."""

from pathlib import Path

import numpy as np
import pytest

pytestmark = pytest.mark.slow


def test_a_filter_lies_on_the_pixels_as_the_convolution_says(home: Path, make_run) -> None:
    from pipelines.inspection.filters import filters

    uid, model = make_run("digits", "cnn")
    first, second, dense = filters(home, uid).layers
    assert (first.name, first.kind, first.sees_input) == ("conv", "Conv2D", True)
    assert (second.name, second.images.shape, second.sees_input) == ("deeper", (5, 2, 3, 4), False)
    patch = np.random.default_rng(0).normal(size=(1, 8, 8, 1)).astype("float32")
    given = model.get_layer("conv")(patch).numpy()[0, 2, 5]
    ours = np.maximum((first.images * patch[0, 2:5, 5:8]).sum(axis=(1, 2, 3)), 0)
    np.testing.assert_allclose(ours, given, atol=1e-6)
    # Behind the convolutions a Dense layer's weights are no picture of the input.
    assert (dense.name, dense.images, dense.rows, dense.sees_input) == ("head", None, (), False)
    np.testing.assert_array_equal(dense.matrix, model.get_layer("head").kernel.numpy())


def test_every_kind_of_convolution_gives_one_image_an_output_channel(home: Path, make_run) -> None:
    from pipelines.inspection.filters import filters

    uid, model = make_run("digits", "many kinds")
    shapes = {layer.name: layer.images.shape for layer in filters(home, uid).layers if layer.images is not None}
    assert shapes == {
        "depthwise": (3, 3, 3, 1),
        "separable": (3, 2, 2, 1),
        "transpose": (2, 3, 3, 4),
        "line": (6, 1, 5, 2),
    }
    depthwise = filters(home, uid).layers[0]
    patch = np.random.default_rng(0).normal(size=(1, 3, 3, 1)).astype("float32")
    np.testing.assert_allclose(
        (depthwise.images * patch[0]).sum(axis=(1, 2, 3)),
        model.get_layer("depthwise")(patch).numpy().ravel(),
        atol=1e-6,
    )


def test_the_first_dense_layer_of_an_mlp_is_images_of_the_input(home: Path, make_run) -> None:
    from pipelines.inspection.filters import filters

    uid, model = make_run("digits", "mlp")
    (hidden,) = filters(home, uid).layers
    assert (hidden.name, hidden.images.shape, hidden.sees_input) == ("hidden", (6, 8, 8, 1), True)
    image = np.random.default_rng(0).normal(size=(1, 8, 8, 1)).astype("float32")
    given = model.get_layer("hidden")(image.reshape(1, -1)).numpy()[0]
    np.testing.assert_allclose(np.maximum((hidden.images * image).sum(axis=(1, 2, 3)), 0), given, atol=1e-5)


def test_the_first_dense_layer_of_a_table_has_the_features_names(home: Path, make_run) -> None:
    from pipelines.inspection.filters import filters

    uid, model = make_run("iris", "iris")
    (hidden,) = filters(home, uid).layers
    assert (hidden.images, hidden.matrix.shape, hidden.rows[0]) == (None, (4, 6), "sepal length (cm)")
    np.testing.assert_array_equal(hidden.matrix, model.get_layer("hidden").kernel.numpy())


def test_weights_of_principal_components_are_no_images(home: Path, make_run) -> None:
    from pipelines.data.spec import DataSpec, PcaSpec
    from pipelines.inspection.filters import filters

    uid, model = make_run(DataSpec(task="reconstruction", pca=PcaSpec(components=4)), "iris autoencoder")
    (found,) = filters(home, uid).layers
    assert found.images is None and found.rows == tuple(f"component {number}" for number in (1, 2, 3, 4))
    np.testing.assert_array_equal(found.matrix, model.get_layer("code").kernel.numpy())
