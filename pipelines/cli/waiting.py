"""Waiting for a run to end, with a line on stderr for each step that it makes."""

import sys
import time

from pipelines.launch.submit import ensure_supervisor
from pipelines.runs.facts import Run
from pipelines.runs.store import RunStore

POLL_S = 0.1
LOOK_S = 5


def wait(store: RunStore, uid: str) -> Run:
    """The run once it has ended. Keeps a supervisor alive meanwhile. Raises: KeyboardInterrupt; the run goes on."""
    said, look_at = "", 0.0
    while (run := store.get(uid)).active:
        line = _line(run)
        if line != said:
            print(line, file=sys.stderr, flush=True)
            said = line
        if time.monotonic() > look_at:
            ensure_supervisor(store.home)
            look_at = time.monotonic() + LOOK_S
        time.sleep(POLL_S)
    return run


def _line(run: Run) -> str:
    if run.status == "queued":
        return f"{run.uid} waits" + (f": {run.error}" if run.error else "")
    if not run.progress.epochs:
        return f"{run.uid} starts on {run.device}"
    return f"{run.uid} epoch {run.progress.epoch}/{run.progress.epochs}"
