import doctest

import pytest

from models.errors import NetloomError
from pipelines import tasks
from pipelines.spec import TrainSpec
from pipelines.tasks import Head, head_for, loss_and_metrics


def test_doctests():
    assert doctest.testmod(tasks).failed == 0


def test_each_task_has_its_head():
    assert head_for("binary", 2) == Head(1, "sigmoid", "binary_crossentropy", ("accuracy",))
    assert head_for("multiclass", 3) == Head(3, "softmax", "sparse_categorical_crossentropy", ("accuracy",))
    assert head_for("regression", 0) == Head(1, "linear", "mse", ("mae",))


def test_multiclass_needs_two_classes():
    with pytest.raises(NetloomError, match="num_classes=1"):
        head_for("multiclass", 1)


def test_what_the_user_names_wins_and_none_follows_the_task():
    assert loss_and_metrics(TrainSpec(), "binary") == ("binary_crossentropy", ("accuracy",))
    assert loss_and_metrics(TrainSpec(loss="huber"), "regression") == ("huber", ("mae",))
    assert loss_and_metrics(TrainSpec(metrics=("auc",)), "binary") == ("binary_crossentropy", ("auc",))
    assert loss_and_metrics(TrainSpec(metrics=()), "binary") == ("binary_crossentropy", ())


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

    for task, y in (("regression", targets), ("binary", (targets > 1).astype(np.int64))):
        head = head_for(task, 2)
        assert evaluate(head, outputs, y) == evaluate(head, outputs, y[:, np.newaxis])
    expected = float(np.mean((outputs[:, 0] - targets) ** 2))
    assert evaluate(head_for("regression", 0), outputs, targets)["loss"] == pytest.approx(expected, rel=1e-6)
