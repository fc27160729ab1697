"""What the end of a process says about its cause, in plain words."""

import re
import signal
from pathlib import Path

from pipelines.runs.facts import Cause

OUT_OF_MEMORY = "the system ended it because memory ran out"
# Counters of the kernel's out-of-memory killer, the nearest first: this container's, else the whole machine's.
_OOM_COUNTERS = ("/sys/fs/cgroup/memory.events", "/sys/fs/cgroup/memory/memory.oom_control", "/proc/vmstat")


def oom_kills(counters: tuple[str, ...] = _OOM_COUNTERS) -> int:
    """How often the kernel has killed a process for memory so far; 0 where it does not tell."""
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
    """The kind of that cause, for pages that have a cure."""
    return "memory" if out_of_memory else "died"


def hint(exitcode: int | None, out_of_memory: bool = False) -> str:
    """How to mend what `cause` says."""
    if out_of_memory or exitcode == -signal.SIGKILL:
        return "Try a smaller batch or a smaller network, or let fewer runs train at the same time. Its log is kept."
    return "Its log may say more; Resume goes on from the last checkpoint."
