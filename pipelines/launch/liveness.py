"""Whether a process lives. A pid alone may have been given to another, so the time of creation goes with it."""

import os
import signal
from contextlib import suppress

import psutil

# The time of creation moves a little when the system's clock is set.
TOLERANCE_S = 2.0


def created(pid: int) -> float | None:
    """When the process was created (seconds since 1970), or None: there is none, or only a zombie of one."""
    try:
        process = psutil.Process(pid)
        return process.create_time() if lives(process) else None
    except psutil.NoSuchProcess:
        return None


def find(pid: int | None, pid_created: float | None) -> psutil.Process | None:
    """The living process with this pid that was created then, or None."""
    since = created(pid) if pid is not None and pid_created is not None else None
    if since is None or abs(since - (pid_created or 0)) >= TOLERANCE_S:
        return None
    return process_of(pid)


def process_of(pid: int | None) -> psutil.Process | None:
    """The process that has this pid now, or None. psutil then knows it again, whatever becomes of pid and clock."""
    if pid is None:
        return None
    try:
        return psutil.Process(pid)
    except psutil.NoSuchProcess:
        return None


def lives(process: psutil.Process | None) -> bool:
    """Whether it still is the same process. A zombie is dead."""
    try:
        return process is not None and process.is_running() and process.status() != psutil.STATUS_ZOMBIE
    except psutil.NoSuchProcess:
        return False


def alive(pid: int | None, pid_created: float | None) -> bool:
    """Whether the process with this pid still is the one that was created then."""
    return find(pid, pid_created) is not None


def kill(pid: int | None, pid_created: float | None) -> None:
    """`end` the process with this pid if it was created then."""
    end(find(pid, pid_created))


def end(process: psutil.Process | None) -> None:
    """SIGKILL a process and, where it leads a group, the group. Does nothing where it does not live any more."""
    if process is None or not lives(process):
        return
    with suppress(ProcessLookupError):
        if os.getpgid(process.pid) == process.pid:
            os.killpg(process.pid, signal.SIGKILL)
        else:  # it has not come as far as its setsid()
            os.kill(process.pid, signal.SIGKILL)
