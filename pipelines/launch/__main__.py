"""`python -m pipelines.launch --home HOME`: the supervisor of a home. A second one ends quietly."""

import argparse
import logging
import os
import shutil
import signal
import sys
import threading
from pathlib import Path

from models.errors import NetloomError
from pipelines.launch import liveness, lock, versions
from pipelines.launch.launchers import ForkLauncher
from pipelines.launch.slots import inventory
from pipelines.launch.starting import FORKED_BACKEND
from pipelines.launch.supervisor import Supervisor
from pipelines.launch.webhook import Webhook
from pipelines.runs.home import home_dir
from pipelines.runs.store import RunStore


def main() -> int:
    """Supervise until there is nothing left to do."""
    parser = argparse.ArgumentParser(prog="python -m pipelines.launch", description=__doc__)
    parser.add_argument("--home", type=Path, default=home_dir(), help="root folder of everything (default %(default)s)")
    parser.add_argument("--lock", type=int, help="an open file that holds the home's lock already")
    given = parser.parse_args()
    home = given.home.resolve()
    home.mkdir(parents=True, exist_ok=True)
    held = lock.take(home) if given.lock is None else given.lock
    if held is None:
        return 0
    os.set_inheritable(held, False)
    logging.basicConfig(handlers=[BoundedLog(home / "supervisor.log")], level=logging.INFO)
    os.environ.setdefault("TF_CPP_MIN_LOG_LEVEL", "2")
    os.environ.setdefault("CUDA_DEVICE_ORDER", "PCI_BUS_ID")  # CUDA counts GPUs as the driver does
    os.environ["KERAS_BACKEND"] = FORKED_BACKEND  # whatever the shell says: runs say what they want
    # Before the store says that there is a supervisor: from then on it may be asked to end, and says goodbye.
    asked_to_end = threading.Event()
    for name in (signal.SIGTERM, signal.SIGINT):
        signal.signal(name, lambda *_: asked_to_end.set())
    store = RunStore(home)
    me = os.getpid()
    lock.describe(held, {"pid": me, "pid_created": liveness.created(me), "version": versions.version()})
    supervisor = Supervisor(
        store,
        inventory(),
        ForkLauncher(),
        is_ours=lambda: lock.is_of(held, home),
        stopping=asked_to_end,
        webhook=Webhook(store),
    )
    supervisor.serve()
    lock.let_go(held)
    # A run queued before that found a supervisor; one queued from now on finds none, and starts its own.
    while not asked_to_end.is_set() and supervisor.has_work() and lock.take_again(held):
        supervisor.serve()
        lock.let_go(held)
    supervisor.close()
    return 0


class BoundedLog(logging.StreamHandler):
    """Writes to stderr and, where that is the supervisor's log, begins it anew when it is long; the old one stays."""

    def __init__(self, path: Path, limit_bytes: int = 1_000_000) -> None:
        super().__init__()
        self.setFormatter(logging.Formatter("%(asctime)s %(message)s"))
        self._path, self._limit_bytes = path, limit_bytes

    def emit(self, record: logging.LogRecord) -> None:
        """Write one line."""
        super().emit(record)
        if self._path.exists() and self._path.stat().st_size > self._limit_bytes:
            shutil.copyfile(self._path, self._path.with_name(f"{self._path.name}.1"))
            os.truncate(self._path, 0)  # every writer appends


if __name__ == "__main__":
    try:
        code = main()
    except NetloomError as error:
        print(error, file=sys.stderr)
        code = 1
    # Not sys.exit: multiprocessing would wait for the runs, which are to go on by themselves.
    sys.stdout.flush()
    sys.stderr.flush()
    os._exit(code)
