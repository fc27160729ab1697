"""Whether a process lives, told by its pid and its time of creation: a pid alone may have been given to another."""

import os
import signal
from contextlib import suppress

import psutil

# psutil counts from the boot time, which moves a little when the clock is set.
TOLERANCE_S = 2.0


def created(pid: int) -> float | None:
    """When the process was created (seconds since 1970), or None: there is none, or only a zombie of one."""
    try:
        process = psutil.Process(pid)
        return None if process.status() == psutil.STATUS_ZOMBIE else process.create_time()
    except psutil.NoSuchProcess:
        return None


def alive(pid: int | None, pid_created: float | None) -> bool:
    """Whether the process with this pid still is the one that was created then. A zombie is dead."""
    if pid is None or pid_created is None:
        return False
    since = created(pid)
    return since is not None and abs(since - pid_created) < TOLERANCE_S


def kill(pid: int | None, pid_created: float | None) -> None:
    """SIGKILL a process and, where it leads a group, the group. Does nothing where it does not live any more."""
    if pid is None or not alive(pid, pid_created):
        return
    with suppress(ProcessLookupError):
        if os.getpgid(pid) == pid:
            os.killpg(pid, signal.SIGKILL)
        else:  # it has not come as far as its setsid()
            os.kill(pid, signal.SIGKILL)
