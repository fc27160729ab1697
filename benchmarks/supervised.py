"""A home with a warm supervisor, as the app keeps one up, for benchmarks that queue runs."""

import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path

import psutil

from pipelines.launch.keeper import ensure_supervisor
from pipelines.runs.facts import Run
from pipelines.runs.store import RunStore

TIMEOUT_S = 180


@contextmanager
def supervised(home: Path) -> Iterator[RunStore]:
    """The store of a home whose supervisor is ready; it is gone at the end."""
    store, me = RunStore(home), psutil.Process()
    store.register_service("app", me.pid, me.create_time())  # for whom it stays, also while nothing is queued
    ensure_supervisor(home)
    try:
        wait(lambda: any(service.info.get("ready") for service in store.services("supervisor")))
        yield store
    finally:
        for service in store.services("supervisor"):
            psutil.Process(service.pid).terminate()
        wait(lambda: not store.services("supervisor"))
        store.close()


def finished(store: RunStore, uid: str, timeout_s: float = TIMEOUT_S) -> Run:
    """A run once it has finished. Raises: RuntimeError: it ended in another way."""
    wait(lambda: not store.get(uid).active, timeout_s)
    run = store.get(uid)
    if run.status != "finished":
        raise RuntimeError(f"run {uid} {run.status}: {run.error}")
    return run


def wait(done: Callable[[], bool], timeout_s: float = TIMEOUT_S) -> None:
    """Until something is true. Raises: TimeoutError."""
    end = time.monotonic() + timeout_s
    while not done():
        if time.monotonic() > end:
            raise TimeoutError(f"nothing happened within {timeout_s:g} s")
        time.sleep(0.05)
