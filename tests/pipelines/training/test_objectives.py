"""Losses and metrics that need to know the data agree with numpy, and with what Keras can load again."""

import numpy as np
import pytest

from pipelines.spec import TrainSpec
from tests.pipelines.test_tasks import BINARY, LABELS, PIXELS, known

pytestmark = pytest.mark.slow
IGNORED = known("segmentation", 5, target_shape=(8, 8), ignore_class=4)
VOID = known("segmentation", 5, target_shape=(8, 8), ignore_class=255)


def judged(data, y, outputs, train=None, **options):
    import keras

    from pipelines.training.objectives import objectives

    loss, metrics = objectives(train or TrainSpec(), data, **options)
    model = keras.Sequential([keras.Input(outputs.shape[1:]), keras.layers.Identity()])
    model.compile(loss=loss, metrics=metrics)
    return model.evaluate(outputs, y, batch_size=3, verbose=0, return_dict=True)


@pytest.fixture
def maps():
    draw = np.random.default_rng(0)
    y = draw.integers(0, 5, (7, 8, 8))
    outputs = draw.dirichlet(np.ones(5), (7, 8, 8)).astype("float32")
    return y, outputs


@pytest.mark.parametrize("data", [PIXELS, IGNORED, VOID], ids=["all", "a class", "a mark"])
def test_pixels_that_are_ignored_count_for_nothing(maps, data):
    y, outputs = maps
    if data is VOID:
        y = np.where(y == 4, 255, y)
    counts = y != data.ignore_class
    found = judged(data, y.astype("uint8"), outputs)
    guessed = outputs.argmax(-1)
    right = guessed[counts] == y[counts]
    unions = [
        np.mean((guessed == n)[counts & ((guessed == n) | (y == n))] & (y == n)[counts & ((guessed == n) | (y == n))])
        for n in range(5)
    ]
    true = np.take_along_axis(outputs, np.where(counts, y, 0)[..., None], -1)[..., 0]
    # Keras weighs batches by their rows, so that the mean over pixels holds within a batch.
    parts = [slice(start, start + 3) for start in (0, 3, 6)]
    means = [-np.log(true[part][counts[part]]).mean() for part in parts]
    assert list(found) == ["accuracy", "loss", "mean_io_u"]
    assert found["accuracy"] == pytest.approx(right.mean(), rel=1e-5)
    assert found["mean_io_u"] == pytest.approx(np.mean(unions), rel=1e-4)
    assert found["loss"] == pytest.approx(np.average(means, weights=[3, 3, 1]), rel=1e-4)


def test_what_leaves_the_house_needs_keras_alone(maps, tmp_path):
    import keras

    from pipelines.training.objectives import objectives

    loss, metrics = objectives(TrainSpec(), IGNORED, portable=True)
    assert [metric.name for metric in metrics] == ["mean_io_u"]
    model = keras.Sequential([keras.Input((8, 8, 5)), keras.layers.Conv2D(5, 1, activation="softmax")])
    model.compile(loss=loss, metrics=metrics)
    model.optimizer.build(model.trainable_variables)
    y, outputs = maps
    before = model.evaluate(outputs, y, verbose=0, return_dict=True)
    model.save(tmp_path / "model.keras")
    again = keras.saving.load_model(tmp_path / "model.keras", safe_mode=True)
    assert again.evaluate(outputs, y, verbose=0, return_dict=True) == pytest.approx(before, rel=1e-6)


def test_a_metric_is_called_as_it_was_named(maps):
    y, outputs = maps
    train = TrainSpec(metrics=("acc", "MeanIoU"))
    assert set(judged(IGNORED, y, outputs, train)) == {"loss", "acc", "MeanIoU"}


def test_labels_and_shares_of_classes():
    y = np.array([[1, 0, 1, 1], [0, 0, 1, 0]], "float32")
    outputs = np.array([[0.9, 0.6, 0.8, 0.3], [0.1, 0.2, 0.7, 0.4]], "float32")
    assert judged(LABELS, y, outputs)["binary_accuracy"] == pytest.approx(6 / 8)
    mixed = known("multiclass", 4, mixed_labels=True)
    shares = np.array([[0.7, 0.3, 0, 0], [0, 0, 0, 1]], "float32")
    outputs = np.array([[0.5, 0.3, 0.1, 0.1], [0.1, 0.2, 0.6, 0.1]], "float32")
    found = judged(mixed, shares, outputs)
    assert found["loss"] == pytest.approx(-np.mean((shares * np.log(outputs)).sum(-1)), rel=1e-5)
    assert found["accuracy"] == pytest.approx(0.5)
    half = known("binary", 2, mixed_labels=True)
    found = judged(half, np.array([0.7, 0.0], "float32"), np.array([[0.6], [0.2]], "float32"))
    assert found["loss"] == pytest.approx(-np.mean([0.7 * np.log(0.6) + 0.3 * np.log(0.4), np.log(0.8)]), rel=1e-4)
    assert found["accuracy"] == 1
    found = judged(half, np.array([0.7, 0.0], "float32"), np.array([[0.4], [0.2]], "float32"))
    assert found["accuracy"] == 0.5
    assert judged(half, np.ones(2, "float32"), np.full((2, 1), 0.9, "float32"), portable=True).keys() == {"loss"}
    assert BINARY.mixed_labels is False


@pytest.mark.parametrize("data", [PIXELS, IGNORED], ids=["all", "a class"])
def test_smoothed_class_ids_are_as_smoothed_shares(maps, data):
    import keras

    y, outputs = maps
    counts = y != data.ignore_class
    smoothed = TrainSpec(label_smoothing=0.2, metrics=())
    found = judged(data, y.astype("uint8"), outputs, smoothed)["loss"]
    shares = keras.losses.CategoricalCrossentropy(label_smoothing=0.2, reduction=None)
    losses = np.array(shares(np.eye(5, dtype="float32")[y], outputs))
    means = [losses[part][counts[part]].mean() for part in (slice(0, 3), slice(3, 6), slice(6, 7))]
    assert found == pytest.approx(np.average(means, weights=[3, 3, 1]), rel=1e-4)
    assert judged(data, y.astype("uint8"), outputs, smoothed, portable=True)["loss"] != pytest.approx(found, rel=1e-3)


def test_losses_that_know_smoothing_are_given_it_unless_they_say_their_own():
    from pipelines.training.objectives import loss_of

    assert loss_of("binary_crossentropy", 0.1).label_smoothing == 0.1
    own = {"class_name": "BinaryCrossentropy", "config": {"label_smoothing": 0.3}}
    assert loss_of(own, 0.1).label_smoothing == 0.3
    assert loss_of("mse", 0.1) == "mse"
