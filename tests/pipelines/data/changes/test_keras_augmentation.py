import dataclasses
from typing import Any

import numpy as np
import pytest

from models.errors import NetloomError
from pipelines.data.changes.augmentation import KINDS
from pipelines.data.facts import DataFacts, facts
from pipelines.data.spec import AugmentKind, AugmentSpec, BundledSource, DataSpec

pytestmark = pytest.mark.slow
DIGITS = facts(DataSpec())
MOVING: list[AugmentKind] = [kind for kind, one in KINDS.items() if one.moves_pixels]
RNG = np.random.default_rng(0)
PHOTOS = RNG.integers(0, 256, (7, 12, 10, 3)).astype(np.uint8)
CLASSES = np.arange(7) % 3


def known(**changes: Any) -> DataFacts:
    return dataclasses.replace(
        DIGITS,
        **({"encoded_shape": (12, 10, 3), "num_classes": 3, "class_names": ("ant", "bee", "cat")} | changes),
    )


def step(kind: AugmentKind, **config: Any) -> AugmentSpec:
    return AugmentSpec(kind=kind, config=dict(KINDS[kind].start) | config)


def augmenter_of(
    *steps: AugmentSpec, values: tuple[float, float] = (0, 255), **changes: Any
) -> Any:  # fmt: skip
    """The augmenter as a graph, the size of a batch not known when it is made."""
    import tensorflow as tf

    from pipelines.data.changes.keras_augmentation import augmenter

    mixed = any(KINDS[one.kind].mixes_classes for one in steps)
    augment = augmenter(DataSpec(augment=steps), known(mixed_labels=mixed, **changes), values)
    assert augment is not None
    function = tf.function(augment, autograph=False, reduce_retracing=True)
    return lambda x, y, seed: [after.numpy() for after in function(tf.constant(x), tf.constant(y), tf.constant(seed))]


@pytest.mark.parametrize("kind", KINDS)
def test_a_batch_follows_from_its_seed_alone_in_any_order_and_in_parallel(kind: AugmentKind):
    import keras
    import tensorflow as tf

    from pipelines.data.changes.keras_augmentation import augmenter

    mixed = KINDS[kind].mixes_classes
    augment = augmenter(DataSpec(augment=(step(kind),)), known(mixed_labels=mixed), (0, 255))
    assert augment is not None

    def batches(numbers: list[int], parallel: int) -> dict[int, tuple[np.ndarray, np.ndarray]]:
        keras.utils.set_random_seed(parallel)  # of no consequence
        dataset = tf.data.Dataset.from_tensor_slices(tf.constant(numbers))
        images, classes = tf.constant(PHOTOS), tf.constant(CLASSES)
        dataset = dataset.map(
            lambda number: (number, *augment(images[: 5 + number % 3], classes[: 5 + number % 3], [9, number])),
            num_parallel_calls=parallel,
        )
        return {int(number): (x, y) for number, x, y in dataset.as_numpy_iterator()}

    once, again = batches([0, 1, 2, 3, 4, 5], 1), batches([5, 3, 1, 4, 2, 0], 4)
    for number, (x, y) in once.items():
        np.testing.assert_array_equal(x, again[number][0])
        np.testing.assert_array_equal(y, again[number][1])
        assert x.dtype == np.float32 and len(x) == 5 + number % 3 and np.isfinite(x).all()
    assert (once[0][0] != once[3][0]).any()


def test_what_one_layer_draws_does_not_depend_on_those_before_it():
    shifted = augmenter_of(step("RandomTranslation"))(PHOTOS, CLASSES, [1, 2])[0]
    twice = augmenter_of(step("RandomTranslation"), step("RandomTranslation"))(PHOTOS, CLASSES, [1, 2])[0]
    alike = augmenter_of(step("RandomTranslation"), step("RandomZoom", height_factor=0))(PHOTOS, CLASSES, [1, 2])[0]
    np.testing.assert_allclose(shifted, alike, atol=1e-2)
    assert abs(shifted - twice).max() > 1


def test_no_augmentation_is_none_and_what_cannot_work_is_refused():
    from pipelines.data.changes.keras_augmentation import augmenter

    assert augmenter(DataSpec(), DIGITS, (0, 16)) is None
    with pytest.raises(NetloomError, match="no argument angle"):
        augmenter(DataSpec(augment=(AugmentSpec(kind="RandomFlip", config={"angle": 1}),)), known(), (0, 255))
    iris = DataSpec(source=BundledSource(name="iris"), augment=(step("RandomFlip"),))
    with pytest.raises(NetloomError, match="Only images"):
        augmenter(iris, facts(iris), (0, 8))


def test_class_ids_stay_as_they_are_and_half_precision_of_a_network_does_not_reach_images():
    import keras

    policy = keras.config.dtype_policy()
    keras.config.set_dtype_policy("mixed_float16")
    try:
        x, y = augmenter_of(step("RandomContrast"), step("RandomRotation"))(PHOTOS, CLASSES, [1, 2])
    finally:
        keras.config.set_dtype_policy(policy)
    assert x.dtype == np.float32 and len(np.unique(x)) > 2000
    np.testing.assert_array_equal(y, CLASSES)
    assert y.dtype == CLASSES.dtype


@pytest.mark.parametrize("kind", MOVING)
def test_masks_move_with_their_images_pixel_by_pixel(kind: AugmentKind):
    masks = RNG.integers(0, 12, (7, 40, 30)).astype(np.uint8)
    images = np.repeat(masks[..., np.newaxis], 3, axis=-1) / np.float32(11)
    config = {"interpolation": "nearest"} if KINDS[kind].entry.param("interpolation") else {}
    augment = augmenter_of(step(kind, **config), task="segmentation", values=(0, 1), encoded_shape=(40, 30, 3))
    x, y = augment(images, masks, [4, 5])
    assert y.dtype == np.uint8 and (y != masks).any()
    np.testing.assert_array_equal(np.round(x[..., 0] * 11), y)


def test_masks_of_a_smooth_image_follow_it_where_the_image_is_interpolated():
    masks = np.zeros((6, 12, 10), np.uint8)
    masks[:, 3:9, 2:7] = 200
    images = np.repeat(masks[..., np.newaxis], 3, axis=-1)
    for kind in MOVING:
        x, y = augmenter_of(step(kind), task="segmentation")(images, masks, [4, 5])
        assert set(np.unique(y)) == {0, 200}
        assert ((x[..., 0] > 100) == (y == 200)).mean() > 0.97, kind


def test_colours_leave_masks_alone_and_new_borders_are_ignored():
    masks = np.full((4, 12, 10), 3, np.int64)
    colours = [step(kind) for kind, one in KINDS.items() if not one.moves_pixels and not one.mixes_classes]
    _, y = augmenter_of(*colours, task="segmentation")(PHOTOS[:4], masks, [1, 2])
    np.testing.assert_array_equal(y, masks)
    shift = step("RandomTranslation", height_factor=0.5, fill_mode="constant", fill_value=99.0, interpolation="nearest")
    x, y = augmenter_of(shift, task="segmentation", ignore_class=250)(PHOTOS[:4] // 4, masks, [1, 2])
    assert set(np.unique(y)) == {3, 250} and ((x[..., 0] == 99) == (y == 250)).all()
    _, y = augmenter_of(shift, task="segmentation")(PHOTOS[:4], masks, [1, 2])
    assert set(np.unique(y)) == {0, 3}


@pytest.mark.parametrize("kind", ["MixUp", "CutMix"])
def test_classes_are_mixed_as_their_images_are(kind: AugmentKind):
    classes = np.arange(300) % 3
    images = np.broadcast_to(classes.reshape(-1, 1, 1, 1), (300, 12, 10, 3)).astype(np.uint8)
    for config in ({}, {"alpha": 0.05} if kind == "MixUp" else {"factor": 0.05}):
        x, y = augmenter_of(step(kind, **config))(images, classes, [1, 2])
        assert y.shape == (300, 3) and y.dtype == np.float32
        np.testing.assert_allclose(y.sum(axis=1), 1, atol=1e-5)
        # CutMix weighs by the area that was asked for, of which whole pixels can be some rows and columns off.
        np.testing.assert_allclose(x.mean(axis=(1, 2, 3)), y @ [0, 1, 2], atol=1e-5 if kind == "MixUp" else 0.4)
        assert abs(x.mean(axis=(1, 2, 3)) - y @ [0, 1, 2]).mean() < 0.07
    assert ((y > 0.999).any(axis=1)).mean() > 0.75  # the last config mixes little
    _, y = augmenter_of(step(kind))(images, classes, [1, 2])
    assert ((y > 0.05) & (y < 0.95)).any(axis=1).mean() > 0.2


def test_two_classes_are_mixed_to_one_share():
    binary = {"task": "binary", "num_classes": 2, "class_names": ("no", "yes")}
    images = np.broadcast_to((CLASSES % 2).reshape(-1, 1, 1, 1), PHOTOS.shape).astype(np.float32)
    x, y = augmenter_of(step("MixUp", alpha=1.0), values=(0, 1), **binary)(images, CLASSES % 2, [1, 2])
    assert y.shape == (7,) and y.dtype == np.float32 and ((y > 0.01) & (y < 0.99)).any()
    np.testing.assert_allclose(x[:, 0, 0, 0], y, atol=1e-6)


def test_flips_both_ways_happen_each_by_itself():
    image = np.arange(4, dtype=np.float32).reshape(1, 2, 2, 1)
    augment = augmenter_of(AugmentSpec(kind="RandomFlip"), encoded_shape=(2, 2, 1))
    seen, _ = augment(np.repeat(image, 200, axis=0), np.zeros(200, np.int64), [1, 2])
    variants, counts = np.unique(seen.reshape(200, 4), axis=0, return_counts=True)
    np.testing.assert_array_equal(variants, [[0, 1, 2, 3], [1, 0, 3, 2], [2, 3, 0, 1], [3, 2, 1, 0]])
    assert counts.min() > 30


def test_contrast_falls_and_rises_and_noise_is_a_share_of_the_range():
    images = np.repeat(PHOTOS[:1] // 4 + 96, 200, axis=0)
    contrasts, _ = augmenter_of(step("RandomContrast", factor=0.5))(images, np.zeros(200, np.int64), [1, 2])
    ratio = contrasts.std(axis=(1, 2, 3)) / images[0].std()
    assert 0.5 <= ratio.min() < 0.6 and 1.4 < ratio.max() <= 1.5
    noisy, _ = augmenter_of(step("GaussianNoise", stddev=0.1), values=(-1, 3))(images, np.zeros(200, np.int64), [1, 2])
    assert (noisy - images).std() == pytest.approx(0.4, rel=0.02)


def test_images_of_their_own_range_stay_in_it():
    digits = np.tile(np.arange(17, dtype=np.uint8), 10)[:144].reshape(1, 12, 12, 1)
    steps = [step("RandomBrightness"), step("RandomContrast"), step("RandomErasing"), step("RandomElasticTransform")]
    augment = augmenter_of(*steps, values=(0, 16), encoded_shape=(12, 12, 1))
    x, _ = augment(np.repeat(digits, 60, axis=0), np.zeros(60, np.int64), [1, 2])
    assert x.min() == 0 and x.max() == 16 and abs(x.mean() - digits.mean()) < 2


def test_examples_show_several_draws_of_training_images():
    import keras

    from pipelines.data.changes.keras_augmentation import examples

    spec = DataSpec(augment=(step("RandomRotation"), step("MixUp", alpha=1.0)))
    shown, again = examples(spec, count=4, draws=3, seed=5), examples(spec, count=4, draws=3, seed=5)
    assert shown.before.shape == (4, 8, 8, 1) and shown.before.dtype == np.uint8
    assert shown.after.shape == (4, 3, 8, 8, 1) and shown.value_range == (0, 16)
    np.testing.assert_array_equal(shown.after, again.after)
    assert (shown.after[:, 0] != shown.after[:, 1]).any(axis=(1, 2, 3)).all()
    assert shown.labels == again.labels and set(shown.labels) <= set("0123456789")
    assert any("%" in label for labels in shown.labels_after for label in labels)
    assert examples(spec, count=4, draws=1, seed=6).labels_after != shown.labels_after
    plain = examples(DataSpec(), count=2, draws=1)
    np.testing.assert_array_equal(plain.after[:, 0], plain.before)
    assert plain.labels_after == tuple((label,) for label in plain.labels)
    with pytest.raises(NetloomError, match="Only images"):
        examples(DataSpec(source=BundledSource(name="iris"), augment=(step("RandomFlip"),)))
    assert keras.backend.floatx() == "float32"
