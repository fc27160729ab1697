"""What the supervisor knows of the processes under its watch, and how long it waits for what."""

from dataclasses import dataclass

import psutil

from pipelines.launch.launchers import Child
from pipelines.launch.slots import Placed
from pipelines.runs.facts import Request


@dataclass(frozen=True, slots=True)
class Patience:
    """How long the supervisor waits, in seconds.

    Attributes:
        poll_s: between two looks at the store.
        warm_s: for the forkserver's imports, before runs are started cold.
        stop_s: for any sign of life of a run that was asked to stop or pause, before it is killed.
        save_s: for a run that was asked to stop and still shows signs of life to be done. One that was asked to pause
            finishes its epoch, however long that takes.
        linger_s: for a process to go once its run has ended, before it is killed.
        elsewhere_s: for a heartbeat of a run that another machine (or this one under another name) claimed.
        idle_s: with nothing to do and no app alive, before the supervisor ends.
    """

    poll_s: float = 0.05
    warm_s: float = 120
    stop_s: float = 60
    save_s: float = 900
    linger_s: float = 30
    elsewhere_s: float = 60
    idle_s: float = 30


@dataclass(slots=True)
class Watched:
    """A run's process under watch. Times are of the monotonic clock.

    Attributes:
        placed: where it is.
        process: None: it died before it could be looked at.
        child: what its launcher knows of it; None for an adopted process.
        heartbeat_at: the store's, when the run was claimed: a later one is the process's first sign of life.
        start_by: when that is overdue; None once it was seen.
        asked, asked_at: what a user asked of it, and when that was first seen.
        end_seen: when the end of the run was first seen.
        verdict: what is said of its end, where the supervisor brought it about.
    """

    uid: str
    placed: Placed
    process: psutil.Process | None
    child: Child | None = None
    heartbeat_at: float | None = None
    start_by: float | None = None
    asked: Request | None = None
    asked_at: float = 0.0
    end_seen: float | None = None
    oom_kills: int = 0
    launcher: str = ""
    verdict: str | None = None
