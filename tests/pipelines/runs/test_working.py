"""What is logged: the per-batch curve, several points an epoch, and the history that a fork gets."""

import math

import pytest

from pipelines.runs.facts import BatchPoint, MetricPoint, TakenOver


def bucket(step: int, steps: int = 1, mean: float | None = 1.0) -> BatchPoint:
    return BatchPoint(step, steps, mean, mean, mean)


def test_the_batch_curve_is_upserted_replaced_polled_and_cut(store, queue) -> None:
    uid, other = queue(), queue()
    store.log_batches(uid, [bucket(1), bucket(2, mean=None)])
    store.log_batches(uid, [bucket(2, mean=5.0), bucket(3)])
    store.log_batches(other, [bucket(1, mean=9.0)])
    store.log_batches(uid, [])
    curve = store.batch_history(uid)
    assert list(curve.columns) == ["step", "steps", "mean", "low", "high"]
    assert curve["mean"].tolist() == [1.0, 5.0, 1.0] and curve["step"].dtype == "int64"
    assert store.batch_history(uid, after_step=2)["step"].tolist() == [3]
    store.log_batches(uid, [bucket(2, 2, 3.0), bucket(4, 2, None)], replace=True)
    assert store.batch_history(uid)["steps"].tolist() == [2, 2]
    assert math.isnan(store.batch_history(uid)["mean"][1])
    store.truncate(uid, after_step=2)
    assert store.batch_history(uid)["step"].tolist() == [2]
    assert store.batch_history(other)["mean"].tolist() == [9.0]
    empty = store.batch_history(queue())
    assert empty.empty and empty["mean"].dtype == "float64"


def test_a_worker_that_was_taken_for_dead_adds_nothing_to_the_batch_curve(store, queue) -> None:
    uid = queue()
    store.claim(uid, "here", "cpu")
    store.started(uid, 12, 2.0)
    with pytest.raises(TakenOver):
        store.log_batches(uid, [bucket(1)], pid=11)
    store.log_batches(uid, [bucket(1)], pid=12)
    assert len(store.batch_history(uid)) == 1


def test_the_summary_of_several_points_an_epoch_tells_the_last_and_the_best(store, queue) -> None:
    uid = queue()
    points = [
        MetricPoint("loss", "val", step // 4, step, value) for step, value in enumerate((5.0, 2.0, 3.0, 9.0, 4.0))
    ]
    for point in points[:2]:
        store.log_epoch(uid, [point])
    store.log_epoch(uid, points[2:])
    row = store.frame(uids=[uid]).iloc[0]
    assert (row["val loss"], row["best val loss min"], row["best val loss max"]) == (4.0, 2.0, 9.0)
    store.log_epoch(uid, [MetricPoint("loss", "val", 0, 1, 6.0)])  # measured anew
    row = store.frame(uids=[uid]).iloc[0]
    assert (row["val loss"], row["best val loss min"]) == (4.0, 3.0)


def test_a_fork_gets_the_history_before_it_and_its_own_time(store, queue) -> None:
    parent = queue()
    for epoch, loss in enumerate((3.0, math.nan, 1.0, 0.5)):
        store.log_epoch(
            parent, [MetricPoint("loss", split, epoch, 10 * (epoch + 1), loss) for split in ("train", "val")]
        )
    store.log_epoch(parent, [MetricPoint("loss", "test", 1, 20, 0.1)])
    store.log_batches(parent, [bucket(8, 8), bucket(16, 8), bucket(24, 8)])
    child = queue()
    store.log_epoch(child, [MetricPoint("accuracy", "val", 9, 99, 1.0)])
    for _ in range(2):
        store.copy_history(parent, child, epochs=2)
    history = store.history([child])
    assert history["split"].tolist() == ["train"] * 2 + ["val"] * 2
    assert history["step"].tolist() == [10, 20] * 2 and (history["time_s"] == 0).all()
    assert store.batch_history(child)["step"].tolist() == [8, 16]
    assert store.get(child).nonfinite
    row = store.frame(uids=[child]).iloc[0]
    assert (row["best train loss max"], math.isnan(row["train loss"])) == (3.0, True)
    assert len(store.history([parent])) == 9
    store.copy_history(parent, child, epochs=0)
    assert store.history([child]).empty and store.batch_history(child).empty
    assert not store.get(child).nonfinite
