"""How long runs will take, from those that did the same work."""

import pytest

from models.spec import ModelSpec, Node
from pipelines.runs.facts import MetricPoint
from pipelines.runs.forecast import Forecast, spec_key
from pipelines.runs.store import RunStore
from pipelines.spec import RunSpec


def spec(units: int = 8, **changes) -> RunSpec:
    nodes = (
        Node(name="input", kind="Input", config={"shape": [4]}),
        Node(name="dense", kind="Dense", config={"units": units}),
    )
    return RunSpec(model=ModelSpec(nodes=nodes), **changes)


@pytest.mark.parametrize(
    "changes",
    [
        {"name": "another", "experiment": "another", "tags": {"a": "b"}, "seed": 5},
        {"start": {"run": "abcdefghijkl", "epoch": 3}},
        {"train": {"epochs": 99, "schedule": {"kind": "cosine"}, "snapshots": {"every": 3}}},
        {"train": {"optimizer": {"kind": "Adam", "config": {"learning_rate": 0.5}}}},
        {"train": {"early_stopping": {"patience": 3}}},
    ],
)
def test_what_costs_no_time_makes_no_other_key(changes: dict) -> None:
    assert spec_key(spec(**changes)) == spec_key(spec())


@pytest.mark.parametrize(
    "changes",
    [
        {"units": 9},
        {"train": {"batch_size": 33}},
        {"train": {"optimizer": {"kind": "SGD"}}},
        {"train": {"optimizer": {"kind": "Adam", "config": {"use_ema": True}}}},
        {"train": {"early_stopping": {"every_steps": 3}}},
        {"train": {"jit": "on"}},
        {"train": {"device": "gpu:0"}},
        {"data": {"source": {"kind": "bundled", "name": "iris"}}},
    ],
)
def test_what_costs_time_makes_another_key(changes: dict) -> None:
    assert spec_key(spec(**changes)) != spec_key(spec())


def train(store: RunStore, clock, spec: RunSpec, starts_s: float, epochs_s: list[float]) -> str:
    """A run that took so long, by the test's clock."""
    uid = store.create(spec).uid
    store.claim(uid, "here", "cpu")
    clock.now += 100
    store.started(uid, 1, 1.0)
    started = store.get(uid).started_at
    end = started + starts_s
    for epoch, seconds in enumerate(epochs_s):
        end += seconds
        clock.now = end - 1  # the clock moves on by one as it is read
        store.log_epoch(uid, [MetricPoint("loss", name, epoch, epoch + 1, 1.0) for name in ("train", "val")])
    clock.now = end + 1000
    store.finish(uid, "finished")
    return uid


def test_the_forecast_is_what_runs_of_the_spec_took(store, clock) -> None:
    assert store.forecast(spec()) is None
    train(store, clock, spec(), 4.0, [2.0, 2.0, 60.0, 2.0])  # was paused in the third
    told = store.forecast(spec(seed=9))
    assert told == Forecast(seconds_per_epoch=2.0, start_s=4.0, runs=1)
    assert told.seconds(10) == 24.0
    assert told.seconds_left(spec(train={"epochs": 10}), finished_epochs=7) == 10.0
    assert store.forecast(spec(units=9)) is None
    train(store, clock, spec(seed=1), 6.0, [4.0, 4.0])
    assert store.forecast(spec()) == Forecast(3.0, 5.0, 2)


def test_only_the_newest_runs_count(store, clock) -> None:
    for _ in range(3):
        train(store, clock, spec(), 4.0, [100.0, 100.0])
    for _ in range(5):
        train(store, clock, spec(), 4.0, [1.0, 1.0])
    assert store.forecast(spec()) == Forecast(1.0, 4.0, 5)


def test_a_run_of_one_epoch_tells_only_where_no_longer_one_does(store, clock) -> None:
    train(store, clock, spec(), 4.0, [2.0])
    assert store.forecast(spec()) == Forecast(6.0, 0.0, 1)
    train(store, clock, spec(), 4.0, [3.0, 3.0])
    assert store.forecast(spec()) == Forecast(3.0, 4.0, 1)


def test_several_points_an_epoch_are_one_epoch(store, clock) -> None:
    uid = store.create(spec()).uid
    store.claim(uid, "here", "cpu")
    store.started(uid, 1, 1.0)
    started = store.get(uid).started_at
    for step in range(1, 9):  # four an epoch, a point every half second
        clock.now = started + 10 + step / 2 - 1
        store.log_epoch(uid, [MetricPoint("loss", "train", (step - 1) // 4, step, 1.0)])
    assert store.forecast(spec()) == Forecast(2.0, 10.0, 1)


def test_epochs_that_a_fork_was_given_took_it_no_time(store, clock) -> None:
    parent = train(store, clock, spec(units=7), 4.0, [9.0] * 4)
    child = store.create(spec(units=8)).uid
    store.copy_history(parent, child, epochs=3)
    assert store.forecast(spec(units=8)) is None
    forked = spec(units=8, start={"run": parent, "epoch": 3}, train={"epochs": 5})
    assert Forecast(2.0, 4.0, 1).seconds_left(forked) == 8.0
    store.claim(child, "here", "cpu")
    clock.now += 50
    store.started(child, 1, 1.0)
    started = store.get(child).started_at
    for epoch in (3, 4):
        clock.now = started + 4 + 2 * (epoch - 2) - 1
        store.log_epoch(child, [MetricPoint("loss", "train", epoch, epoch + 1, 1.0)])
    assert store.forecast(spec(units=8)) == Forecast(2.0, 4.0, 1)
