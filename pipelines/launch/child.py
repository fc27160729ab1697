"""The first thing that a run's process does when it is forked from the forkserver."""

import os
import sys
import time
from pathlib import Path
from pkgutil import resolve_name

from pipelines.runs.home import run_dir

# By name: this module is imported where keras must not be, and its worker is where keras is.
WORKER = "pipelines.training.worker:train"
TOO_LATE = 75  # the exit status of a process that came too late to train; EX_TEMPFAIL of sysexits.h


def main(home: str, uid: str, until: float, worker: str = WORKER) -> None:
    """Train a claimed run, as the leader of a session of its own, with what it prints in the run's log.

    Forked later than `until` (of the monotonic clock, which all processes share) it does nothing: by then whoever
    started it may have given it up, and another process trains the run.
    """
    if time.monotonic() > until:
        sys.exit(TOO_LATE)
    os.setsid()  # Ctrl-C, and the end of whoever started it, do not reach it; its group can be killed whole
    log = os.open(run_dir(Path(home), uid) / "log.txt", os.O_WRONLY | os.O_CREAT | os.O_APPEND, 0o644)
    os.dup2(log, 1)
    os.dup2(log, 2)
    os.close(log)
    resolve_name(worker)(Path(home), uid)


def nothing() -> None:
    """Return: to see that the forkserver forks."""
