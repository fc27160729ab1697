"""The loss of every batch, from the means that Keras says, in whatever order they come."""

import os
import random

import numpy as np
import pytest

from pipelines.runs.batch_curve import BatchCurve
from pipelines.training.clock import Clock
from tests.pipelines.training.conftest import mlp_spec

pytestmark = pytest.mark.slow

ROWS, BATCH = 45, 10
LOSSES = np.array([3.0, 1.0, 2.0, 0.5, 8.0])
WEIGHTS = np.array([10, 10, 10, 10, 5])
MEANS = np.cumsum(LOSSES * WEIGHTS) / np.cumsum(WEIGHTS)


@pytest.fixture
def ready(store, claimed):
    """A callback at the beginning of an epoch of five batches, and the uid of its run."""
    from pipelines.training.callbacks.batch_losses import BatchLosses

    uid = claimed(mlp_spec())
    store.started(uid, os.getpid(), 0.0)
    clock = Clock(epochs=2, steps=5, rows=ROWS)
    callback = BatchLosses(store, uid, clock, BATCH, BatchCurve())
    callback.on_epoch_begin(0)
    return callback, uid, clock


def told(store, uid: str) -> list[float]:
    return store.batch_history(uid)["mean"].tolist()


def test_means_that_come_in_any_order_are_put_in_order(store, ready) -> None:
    callback, uid, _ = ready
    order = list(range(5))
    random.Random(0).shuffle(order)
    assert order[0] != 0
    for batch in order:
        callback.on_train_batch_end(batch, {"loss": MEANS[batch]})
        callback.flush()  # as the heartbeat does at any moment
    callback.on_epoch_end(0)
    callback.flush(end=True)
    assert told(store, uid) == pytest.approx(LOSSES.tolist())


def test_nothing_is_told_before_what_is_before_it(store, ready) -> None:
    callback, uid, _ = ready
    callback.on_train_batch_end(1, {"loss": MEANS[1]})
    callback.flush()
    assert told(store, uid) == []
    callback.on_train_batch_end(0, {"loss": MEANS[0]})
    callback.flush()
    assert told(store, uid) == pytest.approx([3.0, 1.0])


def test_an_execution_tells_the_mean_after_each_of_its_updates(store, ready) -> None:
    callback, uid, clock = ready
    clock.steps_per_execution = 2
    for batch, part in enumerate((MEANS[:2], MEANS[2:4], MEANS[4:])):
        callback.hear(part)
        callback.on_train_batch_end(batch, {"loss": part[-1]})
    callback.flush()
    assert told(store, uid) == pytest.approx(LOSSES.tolist())


def test_each_interval_begins_a_mean_of_its_own(store, ready) -> None:
    callback, uid, clock = ready
    callback.hear(MEANS)
    callback.on_epoch_end(0)
    clock.begin_execution(4)
    clock.end_interval()
    callback.on_epoch_begin(1)
    callback.hear(MEANS[:1])
    callback.flush()
    history = store.batch_history(uid)
    assert history["step"].tolist() == [1, 2, 3, 4, 5, 6] and history["mean"].iloc[-1] == pytest.approx(3.0)


def test_what_did_not_reach_the_store_is_told_the_next_time(store, ready, monkeypatch) -> None:
    callback, uid, _ = ready

    def locked(*_: object, **__: object) -> None:
        raise OSError("locked")

    callback.hear(MEANS[:3])
    with monkeypatch.context() as context:
        context.setattr(type(store), "log_batches", locked)
        with pytest.raises(OSError, match="locked"):
            callback.flush()
    callback.hear(MEANS[3:])
    callback.flush()
    assert told(store, uid) == pytest.approx(LOSSES.tolist())


def test_a_loss_that_is_no_number_is_kept_as_missing(store, ready) -> None:
    callback, uid, _ = ready
    callback.hear(np.array([3.0, np.nan, np.nan]))
    callback.flush()
    assert [np.isnan(loss) for loss in told(store, uid)] == [False, True, True]
