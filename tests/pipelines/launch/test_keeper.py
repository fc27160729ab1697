"""Supervisors of other versions: an older one makes room, a newer one is left alone, and none takes a newer store."""

import os
import subprocess
import sys
import time
from collections.abc import Callable
from pathlib import Path

import pytest

from pipelines.launch import keeper, liveness, lock, versions
from pipelines.launch.keeper import ensure_supervisor
from pipelines.launch.watching import KILLED
from pipelines.runs.facts import Service
from pipelines.runs.schema import HEAD
from pipelines.runs.store import RunStore

pytestmark = pytest.mark.slow
ROOT = Path(__file__).parents[3]


def until(true: Callable[[], object], timeout_s: float = 90) -> None:
    end = time.monotonic() + timeout_s
    while not true():
        assert time.monotonic() < end, "it did not happen in time"
        time.sleep(0.02)


def living(store: RunStore) -> list[Service]:
    """Those that are processes of their own."""
    others = [service for service in store.services("supervisor") if service.pid != os.getpid()]
    return [service for service in others if liveness.alive(service.pid, service.pid_created)]


def started(store: RunStore) -> Service:
    """A supervisor that lives and has described itself."""
    ensure_supervisor(store.home)
    until(lambda: living(store))
    assert lock.described(store.home)["pid"] == living(store)[0].pid
    return living(store)[0]


def newer(monkeypatch: pytest.MonkeyPatch, by: int) -> None:
    head, written = versions.version()
    monkeypatch.setattr(versions, "version", lambda: (head, written + by))


def test_an_older_supervisor_is_replaced_and_its_runs_are_adopted(lab, monkeypatch) -> None:
    monkeypatch.setattr(keeper, "END_S", 90)
    uid = lab.queue("stay")
    own = lab.supervisor(cold=True)
    run = lab.until_it_works(own, uid)
    old = started(lab.store)
    newer(monkeypatch, by=1)
    assert ensure_supervisor(lab.home) is False
    assert not liveness.alive(old.pid, old.pid_created)
    until(lambda: living(lab.store))
    (new,) = living(lab.store)
    assert new.pid != old.pid
    assert (lab.run(uid).pid, lab.run(uid).attempt) == (run.pid, 1)
    lab.store.request(uid, "kill")
    until(lambda: lab.run(uid).error == KILLED)


def test_one_that_is_as_new_or_newer_is_left_alone(lab, monkeypatch) -> None:
    old = started(lab.store)
    assert ensure_supervisor(lab.home) is True
    newer(monkeypatch, by=-1)
    assert ensure_supervisor(lab.home) is True
    assert [service.pid for service in living(lab.store)] == [old.pid]


def test_one_from_before_they_described_themselves_is_replaced(lab, monkeypatch) -> None:
    monkeypatch.setattr(keeper, "END_S", 90)
    held = lock.take(lab.home)
    sleeper = [sys.executable, "-c", "import time; print(1, flush=True); time.sleep(600)"]
    old = subprocess.Popen(sleeper, pass_fds=[held], stdout=subprocess.PIPE)
    os.close(held)
    assert old.stdout is not None and old.stdout.readline()
    assert ensure_supervisor(lab.home) is True  # it is not known who that is
    with lab.store._db.write() as connection:
        connection.exec_driver_sql(
            "INSERT INTO services (kind, host, pid, pid_created, started_at) VALUES ('supervisor', 'here', ?, ?, 0)",
            (old.pid, liveness.created(old.pid)),
        )
    assert ensure_supervisor(lab.home) is False
    assert old.wait(30) == -15
    old.stdout.close()
    until(lambda: old.pid not in [service.pid for service in living(lab.store)] and living(lab.store))


def test_a_supervisor_whose_store_becomes_newer_says_why_and_ends(lab) -> None:
    old = started(lab.store)
    with lab.store._db.write() as connection:
        connection.exec_driver_sql("UPDATE alembic_version SET version_num = '9999'")
    until(lambda: not liveness.alive(old.pid, old.pid_created))
    said = (lab.home / "supervisor.log").read_text()
    assert f"A newer Netloom has changed the run store: its schema is 9999 now, this supervisor knows {HEAD}." in said


def test_a_supervisor_that_is_started_on_a_newer_store_refuses_and_says_why(lab) -> None:
    with lab.store._db.write() as connection:
        connection.exec_driver_sql("UPDATE alembic_version SET version_num = '9999'")
    ran = subprocess.run([sys.executable, "-m", "pipelines.launch", "--home", lab.home], cwd=ROOT,
                         capture_output=True, text=True, check=False)  # fmt: skip
    assert ran.returncode == 1
    assert f"its schema is 9999, this one knows {HEAD}" in ran.stderr
    assert "Traceback" not in ran.stderr
    assert lock.take(lab.home) is not None  # it holds nothing
