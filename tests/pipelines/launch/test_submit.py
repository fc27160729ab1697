"""Supervisors as processes: they start, end, and make room for each other."""

import shutil
import time
from collections.abc import Callable
from pathlib import Path

import pytest

from models.spec import ModelSpec
from pipelines.launch import liveness
from pipelines.launch.keeper import ensure_supervisor
from pipelines.launch.submit import submit
from pipelines.runs.facts import Service
from pipelines.runs.store import RunStore
from pipelines.spec import RunSpec

pytestmark = pytest.mark.slow


def until(true: Callable[[], object], timeout_s: float = 60) -> None:
    end = time.monotonic() + timeout_s
    while not true():
        assert time.monotonic() < end, "it did not happen in time"
        time.sleep(0.02)


def living(store: RunStore) -> list[Service]:
    return [s for s in store.services("supervisor") if liveness.alive(s.pid, s.pid_created)]


def test_submit_starts_a_supervisor_that_is_nobodys_child(lab) -> None:
    store = lab.store
    submit(store, RunSpec(model=ModelSpec()))
    until(lambda: living(store))
    (service,) = living(store)
    process = liveness.process_of(service.pid)
    assert liveness.os.getsid(process.pid) != liveness.os.getsid(0)
    assert liveness.os.getpid() not in [parent.pid for parent in process.parents()]
    assert service.info["slots"][-1] == "cpu"
    process.terminate()
    until(lambda: not liveness.lives(process))
    assert store.services("supervisor") == []  # it said goodbye


def test_a_supervisor_whose_home_is_removed_ends(lab, home: Path) -> None:
    ensure_supervisor(home)
    until(lambda: living(lab.store))
    (service,) = living(lab.store)
    lab.store.close()
    shutil.rmtree(home)
    lab.store = RunStore(home)  # made anew: another home, which another supervisor may have
    ensure_supervisor(home)
    until(lambda: not liveness.alive(service.pid, service.pid_created))
    until(lambda: living(lab.store))
