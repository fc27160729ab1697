from collections.abc import Iterator

import pandas as pd
import pytest

from models.spec import ModelSpec
from pages.ui import follow
from pages.ui.follow import Follower
from pipelines.runs.facts import MetricPoint
from pipelines.runs.store import RunStore
from pipelines.spec import RunSpec

SPEC = RunSpec(model=ModelSpec())


@pytest.fixture
def store(home) -> Iterator[RunStore]:
    opened = RunStore(home)
    yield opened
    opened.close()


class Reads:
    """A real store that remembers what was read from it."""

    def __init__(self, store: RunStore) -> None:
        self._store, self.reads = store, []

    def history(self, uids, after_step=None) -> pd.DataFrame:
        self.reads.append((sorted(uids), after_step))
        return self._store.history(uids, after_step)


def log(store: RunStore, uid: str, epoch: int, value: float) -> None:
    points = [MetricPoint("loss", split, epoch, (epoch + 1) * 10, value) for split in ("train", "val")]
    store.log_epoch(uid, points)


def running(store: RunStore, epochs: int = 0) -> str:
    run = store.create(SPEC)
    store.claim(run.uid, "here", "cpu")
    store.started(run.uid, 1, 1.0)
    for epoch in range(epochs):
        log(store, run.uid, epoch, 1 / (epoch + 1))
    return run.uid


def assert_whole(followed: pd.DataFrame, store: RunStore, uids: list[str]) -> None:
    whole = pd.concat([store.history([uid]) for uid in uids], ignore_index=True)
    pd.testing.assert_frame_equal(followed, whole)


def test_an_active_run_is_read_once_and_then_only_from_its_last_epoch_on(store: RunStore) -> None:
    uid, follower, reads = running(store, 2), Follower(), Reads(store)
    assert_whole(follower.poll(reads, [store.get(uid)]), store, [uid])
    reads.reads.clear()
    log(store, uid, 2, 0.5)
    assert_whole(follower.poll(reads, [store.get(uid)]), store, [uid])
    assert reads.reads == [([uid], 10)]


def test_a_run_that_has_ended_is_read_no_more(store: RunStore) -> None:
    uid, follower, reads = running(store, 2), Follower(), Reads(store)
    follower.poll(reads, [store.get(uid)])
    log(store, uid, 2, 0.5)
    store.finish(uid, "finished")
    assert_whole(follower.poll(reads, [store.get(uid)]), store, [uid])
    reads.reads.clear()
    assert_whole(follower.poll(reads, [store.get(uid)]), store, [uid])
    assert not [uids for uids, _ in reads.reads if uids]


def test_a_run_that_waits_is_not_asked_for_points(store: RunStore) -> None:
    uid, follower, reads = store.create(SPEC).uid, Follower(), Reads(store)
    follower.poll(reads, [store.get(uid)])
    reads.reads.clear()
    assert follower.poll(reads, [store.get(uid)]).empty
    assert not [uids for uids, _ in reads.reads if uids]


def test_points_that_a_resumed_run_forgets_are_forgotten_here(store: RunStore) -> None:
    uid, follower = running(store, 5), Follower()
    follower.poll(store, [store.get(uid)])
    store.truncate(uid, after_step=20)
    followed = follower.poll(store, [store.get(uid)])
    assert followed["epoch"].max() == 1
    assert_whole(followed, store, [uid])


def test_a_resumed_run_that_writes_other_values_leaves_no_stale_ones(store: RunStore) -> None:
    uid, follower = running(store, 5), Follower()
    follower.poll(store, [store.get(uid)])
    store.requeue(uid, "died")
    store.claim(uid, "here", "cpu")
    store.started(uid, 2, 2.0)
    store.truncate(uid, after_step=20)
    for epoch in range(2, 7):
        log(store, uid, epoch, 9.0)
    assert_whole(follower.poll(store, [store.get(uid)]), store, [uid])


def test_a_value_that_is_nan_is_not_taken_for_a_change(store: RunStore) -> None:
    uid, follower, reads = running(store, 1), Follower(), Reads(store)
    log(store, uid, 1, float("nan"))
    follower.poll(reads, [store.get(uid)])
    reads.reads.clear()
    assert_whole(follower.poll(reads, [store.get(uid)]), store, [uid])
    assert reads.reads == [([uid], 10)]


def test_a_run_without_points_becomes_one_with_points(store: RunStore) -> None:
    uid, follower = running(store), Follower()
    assert follower.poll(store, [store.get(uid)]).empty
    log(store, uid, 0, 1.0)
    assert_whole(follower.poll(store, [store.get(uid)]), store, [uid])


def test_several_runs_come_in_the_order_asked_for(store: RunStore) -> None:
    uids = [running(store, 2), running(store, 3)]
    for order in (uids, uids[::-1]):
        assert_whole(Follower().poll(store, [store.get(uid) for uid in order]), store, order)
    assert Follower().poll(store, []).empty


def test_only_so_many_runs_are_kept(store: RunStore, monkeypatch) -> None:
    monkeypatch.setattr(follow, "KEPT", 2)
    uids, follower = [running(store, 1) for _ in range(3)], Follower()
    for uid in uids:
        follower.poll(store, [store.get(uid)])
    assert list(follower._known) == uids[1:]
    assert_whole(follower.poll(store, [store.get(uid) for uid in uids]), store, uids)
