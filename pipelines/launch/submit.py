"""Queueing runs, and making sure that a supervisor is there to take them."""

import os
import subprocess
import sys
from collections.abc import Sequence
from pathlib import Path

from pipelines.launch import lock
from pipelines.runs.facts import Run
from pipelines.runs.store import RunStore
from pipelines.spec import RunSpec

ROOT = Path(__file__).resolve().parents[2]
# Becomes nobody's child, so that no zombie is left to whoever asked for it, and leads a session of its own.
_DETACH = "import os, sys; os.fork() and os._exit(0); os.setsid(); os.execv(sys.argv[1], sys.argv[1:])"


def submit(store: RunStore, spec: RunSpec, priority: int = 0, parent_uid: str | None = None) -> Run:
    """Queue a run and make sure that a supervisor lives. Higher priorities start first."""
    return submit_all(store, [spec], priority, parent_uid)[0]


def submit_all(
    store: RunStore,
    specs: Sequence[RunSpec],
    priority: int = 0,
    parent_uid: str | None = None,
    held: bool = False,
    memory_bytes: int | None = None,
) -> list[Run]:
    """Queue several runs, all or none, and make sure that a supervisor lives. Arguments as of `RunStore.create`."""
    queued = store.create_all(specs, parent_uid, priority, held, memory_bytes)
    ensure_supervisor(store.home)
    return queued


def ensure_supervisor(home: Path) -> bool:
    """Start a supervisor of `home` unless one lives. Returns at once, True if one lived already.

    Safe to call from any process at any time. The supervisor inherits the lock, so it holds it from the start; one that
    ends looks at the queue once more after it has let the lock go.
    """
    home = Path(home).resolve()
    home.mkdir(parents=True, exist_ok=True)
    held = lock.take(home)
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
