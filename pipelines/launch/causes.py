"""What the end of a process says about its cause, in plain words."""

import re
import signal
from pathlib import Path

from pipelines.runs.facts import Cause

OUT_OF_MEMORY = "the system ended it because memory ran out"
_CGROUPS = "/sys/fs/cgroup"
_OF_CONTAINER_OR_MACHINE = (f"{_CGROUPS}/memory.events", f"{_CGROUPS}/memory/memory.oom_control", "/proc/vmstat")


def oom_counters(groups: str) -> tuple[str, ...]:
    """Files that count kills of the kernel's out-of-memory killer, the nearest first.

    They are this process's own control group's, which its runs belong to as well, this container's, and the whole
    machine's. A group above counts no kills in those below it, in version 1 of control groups.

    Args:
        groups: what /proc/self/cgroup says.

    >>> oom_counters("4:memory:/jobs/7")[0], oom_counters("0::/user")[0]
    ('/sys/fs/cgroup/memory/jobs/7/memory.oom_control', '/sys/fs/cgroup/user/memory.events')
    """
    own = []
    for _, controllers, path in (line.split(":", 2) for line in groups.splitlines()):
        if "memory" in controllers.split(","):
            own.append(f"{_CGROUPS}/memory{path}/memory.oom_control")
        elif not controllers:
            own.append(f"{_CGROUPS}{path}/memory.events")
    return (*own, *_OF_CONTAINER_OR_MACHINE)


def oom_kills(counters: tuple[str, ...] | None = None) -> int:
    """How often the kernel has killed a process for memory so far, by the first file that tells; 0 where none does."""
    if counters is None:
        try:
            counters = oom_counters(Path("/proc/self/cgroup").read_text(encoding="utf-8"))
        except OSError:
            counters = _OF_CONTAINER_OR_MACHINE
    for path in counters:
        try:
            found = re.search(r"^oom_kill (\d+)$", Path(path).read_text(encoding="ascii"), re.MULTILINE)
        except OSError:
            continue
        if found:
            return int(found[1])
    return 0


def cause(exitcode: int | None, out_of_memory: bool = False) -> str:
    """Why a process ended, to stand after "Its process died: ".

    Args:
        exitcode: as Python's multiprocessing gives it, negative for a signal; None where nobody was there to see it.
        out_of_memory: the kernel killed some process for memory while it ran.

    >>> cause(-11)
    'it crashed in native code (SIGSEGV)'
    """
    if exitcode is None:
        return OUT_OF_MEMORY if out_of_memory else "nobody was watching when it ended"
    if exitcode == -signal.SIGKILL:
        return f"{OUT_OF_MEMORY} (SIGKILL)" if out_of_memory else "it was killed (SIGKILL), as when memory runs out"
    if exitcode < 0:
        try:
            name = signal.Signals(-exitcode).name
        except ValueError:
            name = f"signal {-exitcode}"
        crashed = name in ("SIGSEGV", "SIGBUS", "SIGILL", "SIGFPE", "SIGABRT")
        return f"it crashed in native code ({name})" if crashed else f"it was ended by {name}"
    return f"it ended with exit status {exitcode} before the run was done"


def kind(out_of_memory: bool) -> Cause:
    """The kind of that cause, as of Run."""
    return "memory" if out_of_memory else "died"


def hint(exitcode: int | None, out_of_memory: bool = False) -> str:
    """How to mend what `cause` says."""
    if out_of_memory or exitcode == -signal.SIGKILL:
        return "Try a smaller batch or a smaller network, or let fewer runs train at the same time. Its log is kept."
    return "Its log may say more; Resume goes on from the last checkpoint."
