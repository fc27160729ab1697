"""The frames hold what was logged, run by run, whatever order runs and metrics first came in."""

import math
import random

import numpy as np
import pytest

from models.spec import ModelSpec
from pipelines.runs.facts import MetricPoint
from pipelines.runs.store import RunStore
from pipelines.spec import RunSpec


@pytest.fixture
def logged(home):
    """A store, and every point logged: (uid, split, name, epoch, step, value)."""
    store = RunStore(home)
    chance = random.Random(0)
    uids = [run.uid for run in store.create_all([RunSpec(model=ModelSpec(), name=f"run {i}") for i in range(5)])]
    rows = []
    for uid in chance.sample(uids, 4):  # one run logs nothing
        for name, split in (("mae", "val"), ("loss", "train"), ("accuracy", "val"), ("loss", "val"), ("auc", "test")):
            if chance.random() < 0.3:
                continue
            points = [
                MetricPoint(name, split, epoch, 3 * epoch, chance.choice([math.nan, chance.gauss(0, 1e6), 0.1]))
                for epoch in range(chance.randint(1, 6))
            ]
            store.log_epoch(uid, points)
            rows += [(uid, split, name, point.epoch, point.step, point.value) for point in points]
    yield store, uids, rows
    store.close()


def test_history_is_every_point_by_run_split_name_and_step(logged) -> None:
    store, uids, rows = logged
    rows = sorted(rows, key=lambda row: (uids.index(row[0]), row[1], row[2], row[4]))
    history = store.history(list(reversed(uids)))
    for column, expected in zip(("run", "split", "name", "epoch", "step"), list(zip(*rows, strict=True)), strict=False):
        assert history[column].tolist() == list(expected)
    np.testing.assert_array_equal(history["value"], [row[5] for row in rows])
    assert (history["time_s"] >= 0).all()
    assert history.dtypes.astype(str).to_dict() == store.history([]).dtypes.astype(str).to_dict()


def test_history_after_a_step_is_the_rest(logged) -> None:
    store, uids, rows = logged
    assert len(store.history(uids, after_step=6)) == sum(row[4] > 6 for row in rows)
    assert store.history(uids, after_step=10**6).empty


def test_frame_has_the_last_and_the_best_of_each_series(logged) -> None:
    store, uids, rows = logged
    table = store.frame().set_index("uid")
    assert table.index.tolist() == uids[::-1]
    assert table.index.tolist() == store.frame(uids=uids).set_index("uid").index.tolist()
    for split, name in {(row[1], row[2]) for row in rows}:
        for uid in uids:
            values = [row[5] for row in rows if row[:3] == (uid, split, name)]
            finite = [value for value in values if not math.isnan(value)]
            told = table.loc[uid, [f"{split} {name}", f"best {split} {name} min", f"best {split} {name} max"]]
            expected = [
                values[-1] if values else math.nan,
                min(finite, default=math.nan),
                max(finite, default=math.nan),
            ]
            np.testing.assert_array_equal(told.astype(float), expected)
