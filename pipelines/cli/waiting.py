"""Waiting for a run to end, with a line on stderr now and then."""

import sys
import time

from models.errors import NetloomError
from pipelines.launch import liveness
from pipelines.launch.keeper import ensure_supervisor
from pipelines.runs.facts import Run
from pipelines.runs.store import RunStore

POLL_S = 0.1
SAY_S = 1
LOOK_S = 3
STARTS = 3


def wait(store: RunStore, uid: str) -> Run:
    """The run once it has ended. Keeps a supervisor alive meanwhile.

    Raises:
        KeyboardInterrupt: the run goes on.
        NetloomError: no supervisor stays alive, so that the run would wait for ever.
    """
    said, say_at, look_at, starts = "", 0.0, 0.0, 0
    while (run := store.get(uid)).active:
        now, line = time.monotonic(), _line(run)
        if line != said and now > say_at:
            print(line, file=sys.stderr, flush=True)
            said, say_at = line, now + SAY_S
        if now > look_at:
            if not ensure_supervisor(store.home):
                starts += 1
            elif any(liveness.alive(service.pid, service.pid_created) for service in store.services("supervisor")):
                starts = 0  # it is more than a process that may yet end while it starts
            look_at = now + LOOK_S
            if starts > STARTS:
                log = store.home / "supervisor.log"
                raise NetloomError(f"The supervisor of the runs ends as soon as it is started; {log} says why.")
        time.sleep(POLL_S)
    return run


def _line(run: Run) -> str:
    if run.status == "queued":
        why = "it is held" if run.held else run.error
        return f"{run.uid} waits" + (f": {why}" if why else "")
    if not run.progress.epochs:
        return f"{run.uid} starts on {run.device}"
    return f"{run.uid} epoch {run.progress.epoch}/{run.progress.epochs}"
