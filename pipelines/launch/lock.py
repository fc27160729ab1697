"""The lock that makes a supervisor the only one of its home: held by an open file, and so gone with its process.

Not filelock, since this lock is handed over: whoever starts a supervisor takes it first, so that there is no moment
in which a second one could be started.
"""

import fcntl
import json
import os
from contextlib import suppress
from pathlib import Path
from typing import Any

NAME = "supervisor.lock"
MOST_BYTES = 4096


def take(home: Path) -> int | None:
    """The open file that holds the lock of `home`, or None: somebody else holds it. Raises: OSError."""
    lock = os.open(home / NAME, os.O_RDWR | os.O_CREAT | os.O_CLOEXEC, 0o644)
    if take_again(lock):
        return lock
    os.close(lock)
    return None


def take_again(lock: int) -> bool:
    """Take the lock with a file that had let it go. False: somebody else holds it."""
    try:
        fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except BlockingIOError:
        return False
    return True


def let_go(lock: int) -> None:
    """Release the lock, for every process that has this file open."""
    fcntl.flock(lock, fcntl.LOCK_UN)


def is_of(lock: int, home: Path) -> bool:
    """Whether it still is the lock of `home`: a home may be removed, and made anew."""
    try:
        return os.path.samestat(os.fstat(lock), os.stat(home / NAME))
    except OSError:
        return False


def describe(lock: int, facts: dict[str, Any]) -> None:
    """Write into the locked file who holds it."""
    os.truncate(lock, 0)
    os.pwrite(lock, json.dumps(facts).encode(), 0)


def described(home: Path) -> dict[str, Any]:
    """What whoever held the lock of `home` last has written about itself; empty where it wrote nothing."""
    with suppress(OSError, ValueError):
        with (home / NAME).open("rb") as file:
            facts = json.loads(file.read(MOST_BYTES))
        if isinstance(facts, dict):
            return facts
    return {}
