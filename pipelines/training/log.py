"""The run's log: everything that its process prints, ours with the time before it."""

import contextlib
import logging
import os
import sys
import time
from collections.abc import Iterator
from pathlib import Path

logger = logging.getLogger("netloom.training")
_house = logging.getLogger("netloom")


@contextlib.contextmanager
def written_to(path: Path) -> Iterator[None]:
    """Append stdout, stderr (of native code too) and what `netloom` logs to the file at `path` until the block ends."""
    sys.stdout.flush()
    sys.stderr.flush()
    log = os.open(path, os.O_WRONLY | os.O_CREAT | os.O_APPEND, 0o644)
    before = {fd: os.dup(fd) for fd in (1, 2)}
    for fd in before:
        os.dup2(log, fd)
    handler = logging.StreamHandler(os.fdopen(log, "w", buffering=1, encoding="utf-8"))
    formatter = logging.Formatter("%(asctime)s.%(msecs)03dZ %(message)s", "%Y-%m-%dT%H:%M:%S")
    formatter.converter = time.gmtime
    handler.setFormatter(formatter)
    _house.addHandler(handler)
    _house.setLevel(logging.INFO)
    _house.propagate = False
    try:
        yield
    finally:
        _house.removeHandler(handler)
        handler.stream.close()
        sys.stdout.flush()
        sys.stderr.flush()
        for fd, old in before.items():
            os.dup2(old, fd)
            os.close(old)
