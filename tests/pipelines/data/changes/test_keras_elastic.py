import numpy as np
import pytest

pytestmark = pytest.mark.slow
MODES = {"reflect": "reflect", "wrap": "grid-wrap", "nearest": "nearest", "constant": "grid-constant"}


@pytest.mark.parametrize("mode", MODES)
@pytest.mark.parametrize("interpolation", ["bilinear", "nearest"])
def test_pixels_are_taken_from_where_scipy_takes_them(mode: str, interpolation: str):
    import tensorflow as tf
    from scipy.ndimage import map_coordinates

    from pipelines.data.changes.keras_elastic import ElasticTransform

    rng = np.random.default_rng(0)
    images = rng.uniform(0, 255, (3, 9, 12, 2)).astype(np.float32)
    rows, columns = rng.uniform(-7, 16, (2, 3, 9, 12)).astype(np.float32)
    layer = ElasticTransform(fill_mode=mode, fill_value=7.0)
    taken = layer._taken(tf.constant(images), tf.constant(rows), tf.constant(columns), interpolation)
    expected = [
        [
            map_coordinates(
                images[image, ..., channel],
                [rows[image], columns[image]],
                order=1 if interpolation == "bilinear" else 0,
                mode=MODES[mode],
                cval=7.0,
            )
            for channel in range(2)
        ]
        for image in range(3)
    ]
    np.testing.assert_allclose(taken.numpy(), np.moveaxis(np.array(expected), 1, -1), rtol=1e-4, atol=1e-3)


def test_both_directions_move_each_by_itself_and_smoothly():
    import tensorflow as tf

    from pipelines.data.changes.keras_augmentation import Draws
    from pipelines.data.changes.keras_elastic import ElasticTransform

    layer = ElasticTransform(scale=1.0)
    transformation = {"distortion_factor": tf.constant(1.0), "seed": Draws(tf.constant([1, 2]))}
    down, right = (field.numpy() for field in layer._displacements(64, 40, 40, transformation))
    assert down.shape == right.shape == (64, 40, 40)
    assert abs(np.corrcoef(down.ravel(), right.ravel())[0, 1]) < 0.05
    # White noise of variance sigma**2 that is blurred by a Gaussian of that width has the variance 1 / (4 pi).
    inner = down[:, 8:-8, 8:-8]
    assert inner.std() == pytest.approx(4 / np.sqrt(4 * np.pi), rel=0.05)
    assert abs(np.diff(inner, axis=1)).mean() < inner.std() / 2
    assert 0.3 < np.corrcoef(inner[:, :-2].ravel(), inner[:, 2:].ravel())[0, 1] < 0.95


def test_an_image_of_one_value_stays_it_whatever_the_batch():
    import tensorflow as tf

    from pipelines.data.changes.keras_augmentation import Draws
    from pipelines.data.changes.keras_elastic import ElasticTransform

    layer = ElasticTransform(dtype="float32")

    @tf.function(input_signature=[tf.TensorSpec((None, 16, 16, 1))], autograph=False)
    def distorted(images):
        draws = Draws(tf.constant([3, 4]))
        return layer.transform_images(images, layer.get_random_transformation(images, seed=draws))

    images = np.broadcast_to(np.arange(5, dtype=np.float32).reshape(-1, 1, 1, 1) * 10, (5, 16, 16, 1))
    np.testing.assert_allclose(distorted(images).numpy(), images, atol=1e-4)
