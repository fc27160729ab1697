"""Keeping a supervisor up: started where none lives, replaced where it is older than the code that asks."""

import logging
import os
import signal
import subprocess
import sys
import time
from pathlib import Path

import psutil

from models.errors import NetloomError
from pipelines.launch import liveness, lock, versions
from pipelines.runs.store import RunStore

ROOT = Path(__file__).resolve().parents[2]
END_S = 5.0  # for an older supervisor to say goodbye
# Becomes nobody's child, so that no zombie is left to whoever asked for it, and leads a session of its own.
_DETACH = "import os, sys; os.fork() and os._exit(0); os.setsid(); os.execv(sys.argv[1], sys.argv[1:])"
_log = logging.getLogger(__name__)


def ensure_supervisor(home: Path) -> bool:
    """Start a supervisor of `home` unless one lives, True if one did. Returns at once, unless it has to replace one.

    Safe to call from any process at any time. The supervisor inherits the lock, so it holds it from the start; one that
    ends looks at the queue once more after it has let the lock go. One that holds older code than the caller is asked
    to end; its runs go on, and the next one adopts them.
    """
    home = Path(home).resolve()
    home.mkdir(parents=True, exist_ok=True)
    held = lock.take(home)
    if held is None and (older := _older(home)) is not None:
        held = _replaced(home, older)
    if held is None:
        return True
    program = ["-m", "pipelines.launch", "--home", str(home), "--lock", str(held)]
    python_path = os.pathsep.join(filter(None, [str(ROOT), os.environ.get("PYTHONPATH", "")]))
    try:
        with (home / "supervisor.log").open("ab") as log:
            subprocess.run(
                [sys.executable, "-ISc", _DETACH, sys.executable, *program],
                cwd=ROOT,
                env={**os.environ, "PYTHONPATH": python_path},
                pass_fds=[held],
                stdin=subprocess.DEVNULL,
                stdout=log,
                stderr=log,
                check=True,
            )
    finally:
        os.close(held)  # not let go: it is the supervisor's now
    return False


def _older(home: Path) -> psutil.Process | None:
    """The supervisor that holds the lock, where its code is older than this one's."""
    facts = lock.described(home)
    if not facts:
        return _undescribed(home)
    its = versions.read(facts.get("version"))
    if its is None or its >= versions.version():
        return None
    return liveness.find(facts.get("pid"), facts.get("pid_created"))


def _undescribed(home: Path) -> psutil.Process | None:
    """A supervisor from before they wrote about themselves into their lock."""
    try:
        store = RunStore(home)
    except NetloomError:  # its schema is newer than this code
        return None
    try:
        for service in store.services("supervisor"):
            if "version" not in service.info and (found := liveness.find(service.pid, service.pid_created)):
                return found
    finally:
        store.close()
    return None


def _replaced(home: Path, older: psutil.Process) -> int | None:
    """The lock that an older supervisor has let go; None: it did not, or somebody else has taken it."""
    _log.info("a supervisor of older code (process %d) is asked to end", older.pid)
    try:
        older.send_signal(signal.SIGTERM)
    except psutil.NoSuchProcess:
        pass
    end = time.monotonic() + END_S
    while (held := lock.take(home)) is None and time.monotonic() < end:
        if not liveness.lives(older) and lock.described(home).get("pid") not in (None, older.pid):
            return None
        time.sleep(0.02)
    return held
