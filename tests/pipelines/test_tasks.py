"""Each task has its head, loss and metrics, and Keras takes the targets in the shapes that the data have."""

import dataclasses

import pytest

from models.errors import NetloomError
from pipelines.data.facts import DataFacts, facts
from pipelines.data.spec import DataSpec
from pipelines.spec import TrainSpec
from pipelines.tasks import Head, choices, head_for, loss_and_metrics, objectives_of

SPARSE = "sparse_categorical_crossentropy"


def known(task: str, num_classes: int = 0, **changes) -> DataFacts:
    return dataclasses.replace(facts(DataSpec()), task=task, num_classes=num_classes, **changes)


BINARY = known("binary", 2)
SEVERAL = known("regression", target_shape=(3,))
LABELS = known("multilabel", 4, target_shape=(4,))
PIXELS = known("segmentation", 5, target_shape=(8, 8))
ITSELF = known("reconstruction", target_shape=(8, 8, 1))


def test_each_task_has_its_head():
    assert head_for(BINARY) == Head(1, "sigmoid", "binary_crossentropy", ("accuracy",), (1,))
    assert head_for(known("multiclass", 3)) == Head(3, "softmax", SPARSE, ("accuracy",), (3,))
    assert head_for(known("regression")) == Head(1, "linear", "mse", ("mae",), (1,))
    assert head_for(SEVERAL) == Head(3, "linear", "mse", ("mae",), (3,))
    assert head_for(LABELS) == Head(4, "sigmoid", "binary_crossentropy", ("binary_accuracy",), (4,))
    assert head_for(PIXELS) == Head(5, "softmax", SPARSE, ("accuracy", "mean_io_u"), (8, 8, 5))


def test_what_is_reconstructed_ends_in_a_sigmoid_only_where_it_lies_between_0_and_1():
    assert head_for(ITSELF) == Head(64, "sigmoid", "mse", ("mae",), (8, 8, 1))
    assert head_for(dataclasses.replace(ITSELF, unit_range=False)).activation == "linear"


@pytest.mark.parametrize("task", ["multiclass", "segmentation"])
def test_there_are_two_classes_at_least(task):
    with pytest.raises(NetloomError, match="num_classes=1"):
        head_for(known(task, 1))


def test_token_ids_cannot_be_reconstructed():
    with pytest.raises(NetloomError, match="token ids"):
        head_for(dataclasses.replace(ITSELF, vocabulary_size=100))


def test_what_the_user_names_wins_and_none_follows_the_task():
    assert loss_and_metrics(TrainSpec(), BINARY) == ("binary_crossentropy", ("accuracy",))
    assert loss_and_metrics(TrainSpec(loss="huber"), SEVERAL) == ("huber", ("mae",))
    assert loss_and_metrics(TrainSpec(metrics=("auc",)), BINARY) == ("binary_crossentropy", ("auc",))
    assert loss_and_metrics(TrainSpec(metrics=()), BINARY) == ("binary_crossentropy", ())


def test_settings_are_kept_and_what_the_data_add_is_added():
    train = TrainSpec(loss={"class_name": "Huber", "config": {"delta": 2.0}}, metrics=("mae",))
    assert loss_and_metrics(train, SEVERAL) == ("huber", ("mae",))
    assert objectives_of(train, SEVERAL)[0] == {"class_name": "Huber", "config": {"delta": 2.0}}
    train = TrainSpec(metrics=({"class_name": "IoU", "config": {"target_class_ids": [1]}},))
    ignoring = dataclasses.replace(PIXELS, ignore_class=4)
    loss, (metric,) = objectives_of(train, ignoring)
    assert loss == {"class_name": "SparseCategoricalCrossentropy", "config": {"ignore_class": 4}}
    assert metric["config"] == {
        "num_classes": 5, "ignore_class": 4, "sparse_y_pred": False, "target_class_ids": [1], "name": "io_u",
    }  # fmt: skip


def test_settings_go_along_where_labels_are_mixed():
    mixed = known("multiclass", 3, mixed_labels=True)
    loss = {"class_name": "SparseCategoricalCrossentropy", "config": {"from_logits": True, "ignore_class": 1}}
    made, _ = objectives_of(TrainSpec(loss=loss), mixed)
    assert made == {"class_name": "CategoricalCrossentropy", "config": {"from_logits": True}}


def test_mixed_labels_are_shares_of_the_classes():
    mixed = known("multiclass", 3, mixed_labels=True)
    assert loss_and_metrics(TrainSpec(), mixed) == ("categorical_crossentropy", ("accuracy",))
    assert head_for(mixed).loss == "categorical_crossentropy"
    chosen = TrainSpec(loss=SPARSE, metrics=("sparse_top_k_categorical_accuracy",))
    assert loss_and_metrics(chosen, mixed) == ("categorical_crossentropy", ("top_k_categorical_accuracy",))
    assert loss_and_metrics(TrainSpec(), dataclasses.replace(BINARY, mixed_labels=True))[0] == "binary_crossentropy"


@pytest.mark.parametrize("data", [BINARY, known("multiclass", 3), SEVERAL, LABELS, PIXELS, ITSELF])
def test_what_a_task_asks_for_can_be_chosen(data):
    head = head_for(data)
    assert "binary_crossentropy" in choices("losses", LABELS)
    assert set(head.metrics) <= {*choices("metrics", data), "mae"}
    assert {"mse": "mean_squared_error"}.get(head.loss, head.loss) in choices("losses", data)


@pytest.mark.slow
def test_keras_takes_the_labels_in_the_shape_that_load_gives():
    """Labels of shape (n,) mean the same to Keras as (n, 1) beside an output of shape (n, 1)."""
    import keras
    import numpy as np

    targets = np.array([0.5, 2.0, 3.0, 1.0], dtype=np.float32)
    outputs = np.array([[1.0], [2.5], [2.0], [0.0]], dtype=np.float32)

    def evaluate(head: Head, x: np.ndarray, y: np.ndarray) -> dict[str, float]:
        model = keras.Sequential([keras.Input((1,)), keras.layers.Dense(1, head.activation, kernel_initializer="ones")])
        model.compile(loss=head.loss, metrics=list(head.metrics))
        return model.evaluate(x, y, verbose=0, return_dict=True)

    for data, y in ((known("regression"), targets), (BINARY, (targets > 1).astype(np.int64))):
        head = head_for(data)
        assert evaluate(head, outputs, y) == evaluate(head, outputs, y[:, np.newaxis])
    expected = float(np.mean((outputs[:, 0] - targets) ** 2))
    assert evaluate(head_for(known("regression")), outputs, targets)["loss"] == pytest.approx(expected, rel=1e-6)
