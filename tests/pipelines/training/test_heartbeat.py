"""The thread that tells the store where a run is."""

import time

from pipelines.runs.store import RunStore
from pipelines.training.clock import Clock
from pipelines.training.heartbeat import Heartbeat
from tests.pipelines.training.conftest import mlp_spec


def until(condition) -> None:
    end = time.monotonic() + 10
    while not condition():
        assert time.monotonic() < end
        time.sleep(0.01)


def test_it_beats_and_hears(store, claimed) -> None:
    uid = claimed(mlp_spec())
    first = store.get(uid).heartbeat_at
    with Heartbeat(store, uid, period_s=0.01) as heartbeat:
        until(lambda: store.get(uid).heartbeat_at > first)
        heartbeat.clock = Clock(epochs=5, steps=3, rows=9)
        until(lambda: store.get(uid).progress.epochs == 5)
        assert not heartbeat.stop_requested
        store.request(uid, "stop")
        until(lambda: heartbeat.stop_requested)
    last = store.get(uid).heartbeat_at
    time.sleep(0.05)
    assert store.get(uid).heartbeat_at == last


def test_it_outlives_a_store_that_does_not_answer(store, claimed, caplog, home) -> None:
    uid = claimed(mlp_spec())
    broken = RunStore(home, clock=lambda: object())
    with Heartbeat(broken, uid, period_s=0.01) as heartbeat:
        until(lambda: len(caplog.records) > 1)
        assert heartbeat._thread.is_alive()
    broken.close()
