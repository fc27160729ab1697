"""`python -m pipelines.launch --home HOME`: the supervisor of a home. A second one ends quietly."""

import argparse
import logging
import os
import shutil
import signal
import sys
from pathlib import Path

from filelock import FileLock, Timeout

from models.errors import NetloomError
from pipelines.launch.launchers import ForkLauncher
from pipelines.launch.slots import inventory
from pipelines.launch.submit import LOCK
from pipelines.launch.supervisor import Supervisor
from pipelines.runs.home import home_dir
from pipelines.runs.store import RunStore


def main() -> int:
    """Supervise until there is nothing left to do."""
    parser = argparse.ArgumentParser(prog="python -m pipelines.launch", description=__doc__)
    parser.add_argument("--home", type=Path, default=home_dir(), help="root folder of everything (default %(default)s)")
    home = parser.parse_args().home.resolve()
    # Whoever looks whether somebody holds the lock holds it for a moment, so wait a little.
    lock = FileLock(home / LOCK, timeout=1)
    try:
        lock.acquire()
    except Timeout:
        return 0
    logging.basicConfig(handlers=[BoundedLog(home / "supervisor.log")], level=logging.INFO)
    os.environ.setdefault("TF_CPP_MIN_LOG_LEVEL", "2")
    os.environ.setdefault("CUDA_DEVICE_ORDER", "PCI_BUS_ID")  # CUDA counts GPUs as the driver does
    store = RunStore(home)
    supervisor = Supervisor(store, inventory(), ForkLauncher(), is_ours=lambda: _is_held(home / LOCK))

    def stop(*_: object) -> None:
        supervisor.stopping = True

    signal.signal(signal.SIGTERM, stop)
    signal.signal(signal.SIGINT, stop)
    while True:
        supervisor.serve()
        lock.release()
        # A run queued before the lock was let go found a supervisor; one queued later starts its own.
        if supervisor.stopping or not supervisor.has_work():
            break
        try:
            lock.acquire()
        except Timeout:
            break
    supervisor.close()
    return 0


def _is_held(path: Path) -> bool:
    """Whether the lock at this path is held: by this process, unless its home was removed and made anew."""
    try:
        with FileLock(path, timeout=0):
            return False
    except Timeout:
        return True
    except OSError:
        return False


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
