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
        until(lambda: (store.get(uid).progress.memory_bytes or 0) > 2**20)
        assert not heartbeat.stop_requested and not heartbeat.pause_requested
        store.request(uid, "stop")
        until(lambda: heartbeat.stop_requested)
    last = store.get(uid).heartbeat_at
    time.sleep(0.05)
    assert store.get(uid).heartbeat_at == last


def test_it_tells_the_rate_and_what_else_there_is_before_each_beat(store, claimed) -> None:
    uid = claimed(mlp_spec())
    told: list[float] = []
    with Heartbeat(store, uid, period_s=0.01) as heartbeat:
        assert heartbeat.progress() is None
        heartbeat.each_beat = lambda: told.append(1.0)
        heartbeat.learning_rate = lambda: 0.25
        heartbeat.clock = Clock(epochs=5, steps=3, rows=9)
        until(lambda: store.get(uid).progress.learning_rate == 0.25)
        assert told and heartbeat.progress().cpu_percent >= 0
        assert heartbeat.progress().gpu_percent is None


def test_a_request_to_pause_may_become_one_to_stop(store, claimed) -> None:
    uid = claimed(mlp_spec())
    with Heartbeat(store, uid, period_s=0.01) as heartbeat:
        store.request(uid, "pause")
        until(lambda: heartbeat.pause_requested)
        assert not heartbeat.stop_requested
        store.request(uid, "stop")
        until(lambda: heartbeat.stop_requested)


def test_it_outlives_a_store_that_does_not_answer(store, claimed, caplog, home) -> None:
    uid = claimed(mlp_spec())
    broken = RunStore(home, clock=lambda: object())
    with Heartbeat(broken, uid, period_s=0.01) as heartbeat:
        until(lambda: len(caplog.records) > 1)
        assert heartbeat._thread.is_alive()
    broken.close()
