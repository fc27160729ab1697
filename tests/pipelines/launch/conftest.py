"""A laboratory: a store, supervisors driven step by step, and the end of every process that a test has left."""

import os
import sys
import time
from collections.abc import Callable, Iterator
from multiprocessing import forkserver
from pathlib import Path

import pytest

from models.spec import ModelSpec
from pipelines.launch import liveness
from pipelines.launch.facts import Patience
from pipelines.launch.launchers import ColdLauncher, ForkLauncher
from pipelines.launch.slots import Inventory
from pipelines.launch.supervisor import Supervisor
from pipelines.launch.webhook import Webhook
from pipelines.runs.facts import Run, Status
from pipelines.runs.store import RunStore
from pipelines.spec import RunSpec, TrainSpec

HERE = Path(__file__).parent
ROOT = HERE.parents[2]
PATIENCE_S = 90.0  # for what takes a second, on a machine that may be busy with other things
PRELOAD = ("pipelines.launch.child", "pipelines.runs.store", "psutil")


class Lab:
    """Runs of tiny workers, and supervisors that start them."""

    def __init__(self, home: Path) -> None:
        self.home = home
        self.store = RunStore(home)
        self.cold = ColdLauncher([str(HERE / "tiny_worker.py")], start_timeout_s=20)
        self.forked = ForkLauncher(PRELOAD, worker="tiny_worker:train", start_timeout_s=20)
        self.patience = Patience(poll_s=0.01, warm_s=60, stop_s=0.5, linger_s=0.3, idle_s=0)
        self._supervisors: list[Supervisor] = []

    def supervisor(
        self, cpu_slots: int = 2, cold: bool = False, inventory: Inventory | None = None, webhook: Webhook | None = None
    ) -> Supervisor:
        quick = None if cold else self.forked
        machine = inventory or Inventory(cpu_slots=cpu_slots)
        self._supervisors.append(Supervisor(self.store, machine, quick, self.cold, self.patience, webhook=webhook))
        return self._supervisors[-1]

    def queue(self, do: str = "finish", memory_bytes: int | None = None, priority: int = 0, **train) -> str:
        """Queue a run whose worker behaves so. Returns its uid."""
        spec = RunSpec(model=ModelSpec(), train=TrainSpec(**train), tags={"do": do})
        return self.store.create(spec, priority=priority, memory_bytes=memory_bytes).uid

    def run(self, uid: str) -> Run:
        return self.store.get(uid)

    def log(self, uid: str) -> str:
        return (self.store.run_dir(uid) / "log.txt").read_text()

    def drive(self, supervisor: Supervisor, until: Callable[[], object], timeout_s: float = PATIENCE_S) -> None:
        """Step a supervisor until something is true."""
        end = time.monotonic() + timeout_s
        while not until():
            assert time.monotonic() < end, [(run.status, run.error) for run in self.store.find()]
            supervisor.step()
            time.sleep(supervisor.patience.poll_s)

    def until_status(self, supervisor: Supervisor, uid: str, status: Status, timeout_s: float = PATIENCE_S) -> Run:
        self.drive(supervisor, lambda: self.run(uid).status == status, timeout_s)
        return self.run(uid)

    def until_it_works(self, supervisor: Supervisor, *uids: str) -> Run:
        """Until each has finished an epoch. Returns the first."""
        self.drive(supervisor, lambda: all(self.run(uid).progress.epoch > 0 for uid in uids))
        return self.run(uids[0])

    def close(self) -> None:
        for run in self.store.find():
            liveness.kill(run.pid, run.pid_created)
        for service in self.store.services("supervisor"):
            if service.pid != os.getpid():
                liveness.kill(service.pid, service.pid_created)
        for supervisor in self._supervisors:
            for watched in supervisor._watch.watched.values():
                if watched.child:
                    watched.child.exitcode()
        self.store.close()


@pytest.fixture(scope="module", autouse=True)
def _own_forkserver() -> Iterator[None]:
    """A process has one forkserver: these tests get one with their own preloads, and so do those that follow.

    One that earlier tests left has all of keras in it, and forks ten times as slowly.
    """
    forkserver._forkserver._stop()
    yield
    forkserver._forkserver._stop()


@pytest.fixture
def lab(home: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Lab]:
    monkeypatch.setenv("PYTHONPATH", str(ROOT))
    monkeypatch.setattr(sys, "path", [str(HERE), str(ROOT), *sys.path])
    lab = Lab(home)
    yield lab
    lab.close()
