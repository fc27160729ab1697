"""A world to break: a home, the real app, its supervisor, real runs, and eyes on who trains them."""

import os
import signal
import socket
import subprocess
import sys
import threading
import time
import urllib.error
import urllib.request
from collections.abc import Callable
from contextlib import suppress
from pathlib import Path

import numpy as np
import pandas as pd

from models.spec import Node
from pipelines.examples import EXAMPLES
from pipelines.launch import liveness
from pipelines.runs.facts import Run, Service
from pipelines.runs.store import RunStore
from pipelines.spec import RunSpec

ROOT = Path(__file__).resolve().parents[2]
PATIENCE_S = 150  # for what takes seconds, on a machine that may be busy with other things


def short_run(epochs: int = 40, **changes) -> RunSpec:
    """An MLP with dropout on iris: epochs of some 20 ms, no early stopping."""
    spec = EXAMPLES["iris-mlp"]
    body, head = spec.model.nodes[:-1], spec.model.nodes[-1]
    model = spec.model.replace(nodes=(*body, Node(name="forget", kind="Dropout", config={"rate": 0.3}), head))
    return spec.replace(model=model, train=spec.train.replace(epochs=epochs, early_stopping=None), **changes)


def until(true: Callable[[], object], what: str = "what was waited for", timeout_s: float = PATIENCE_S) -> None:
    """Wait until something is true."""
    end = time.monotonic() + timeout_s
    while not true():
        assert time.monotonic() < end, f"{what} did not happen in {timeout_s:g} s"
        time.sleep(0.02)


def curve(store: RunStore, uid: str) -> pd.DataFrame:
    """Every point of a run without its time, checked to be there once."""
    history = store.history([uid])
    assert not history.duplicated(["split", "name", "step"]).any()
    return history[["split", "name", "epoch", "step", "value"]]


def state(store: RunStore, uid: str) -> dict[str, np.ndarray]:
    """The weights, seeds and optimizer of a run's last checkpoint."""
    newest = max((store.run_dir(uid) / "backup").glob("epoch-*.npz"))
    with np.load(newest) as arrays:
        return {name: arrays[name] for name in arrays.files if name.startswith("variable_")}


class Eyes:
    """Watches a run: which processes have its log open, and so train it, at the same time."""

    def __init__(self, world: "World", uid: str) -> None:
        self._log = str(world.store.run_dir(uid) / "log.txt")
        self._world = world
        self._shut = threading.Event()
        self._thread = threading.Thread(target=self._look, daemon=True)
        self.most: set[int] = set()
        self._thread.start()

    def shut(self) -> set[int]:
        """Stop. Returns the largest group of processes that were seen to train it at once."""
        self._shut.set()
        self._thread.join()
        return self.most

    def _look(self) -> None:
        while not self._shut.wait(0.02):
            keepers = {service.pid for service in self._world.services("supervisor")}
            seen = {pid for pid in _pids() if pid not in keepers and pid != os.getpid() and self._trains(pid)}
            # Looked at twice: between two processes' files one may have ended and another begun.
            seen = {pid for pid in seen if self._trains(pid)}
            if len(seen) > len(self.most):
                self.most = seen

    def _trains(self, pid: int) -> bool:
        with suppress(OSError):
            return os.readlink(f"/proc/{pid}/fd/1") == self._log
        return False


def _pids() -> list[int]:
    return [int(name) for name in os.listdir("/proc") if name.isdecimal()]


class World:
    """One home with everything that lives on it."""

    def __init__(self, home: Path) -> None:
        self.store = RunStore(home)
        self.home = home
        self._app: subprocess.Popen[bytes] | None = None
        with socket.socket() as probe:
            probe.bind(("127.0.0.1", 0))
            self._port = probe.getsockname()[1]

    def start_app(self) -> None:
        """Start the app as `make run` does, and wait until it answers."""
        with (self.home / "app.log").open("ab") as log:
            self._app = subprocess.Popen(
                [sys.executable, "-m", "streamlit", "run", "app.py", f"--server.port={self._port}",
                 "--server.headless=true"],
                cwd=ROOT, env={**os.environ, "NETLOOM_HOME": str(self.home)}, stdout=log, stderr=log,
                start_new_session=True,
            )  # fmt: skip
        until(self._answers, "an answer of the app")

    def kill_app(self) -> None:
        """kill -9, as when its terminal is closed or the machine runs out of memory."""
        assert self._app is not None
        self._app.kill()
        self._app.wait()

    def services(self, kind: str) -> list[Service]:
        """Those of a kind that live."""
        return [s for s in self.store.services(kind) if liveness.alive(s.pid, s.pid_created)]

    def supervised(self) -> None:
        """Wait until a supervisor lives and is warm."""
        until(lambda: any(s.info.get("ready") for s in self.services("supervisor")), "a ready supervisor")

    def kill_supervisor(self) -> None:
        """kill -9 whichever supervisor lives; none may."""
        for service in self.services("supervisor"):
            with suppress(ProcessLookupError):
                os.kill(service.pid, signal.SIGKILL)

    def kill_worker(self, uid: str) -> None:
        """kill -9 the process that trains a run; none may."""
        run = self.store.get(uid)
        if run.status == "running" and liveness.alive(run.pid, run.pid_created):
            with suppress(ProcessLookupError):
                os.kill(run.pid or 0, signal.SIGKILL)

    def ended(self, uid: str) -> Run:
        """Wait until a run has ended."""
        until(lambda: not self.store.get(uid).active, "the end of the run")
        return self.store.get(uid)

    def log(self, uid: str) -> str:
        """What a run has logged."""
        return (self.store.run_dir(uid) / "log.txt").read_text()

    def close(self) -> None:
        """Nothing may stay behind."""
        if self._app is not None:
            with suppress(ProcessLookupError):
                os.killpg(self._app.pid, signal.SIGTERM)
            try:
                self._app.wait(15)
            except subprocess.TimeoutExpired:
                os.killpg(self._app.pid, signal.SIGKILL)
        for service in self.services("supervisor"):
            if service.pid == os.getpid():  # a test that failed left one of its own threads
                continue
            liveness.kill(service.pid, service.pid_created)
        for run in self.store.find():
            liveness.kill(run.pid, run.pid_created)
        self.store.close()

    def _answers(self) -> bool:
        assert self._app is not None and self._app.poll() is None, (self.home / "app.log").read_text()
        with suppress(OSError, urllib.error.URLError):
            return urllib.request.urlopen(f"http://127.0.0.1:{self._port}/_stcore/health", timeout=1).status == 200
        return False
