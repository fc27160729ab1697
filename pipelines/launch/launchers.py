"""Two ways to start a run's process: forked from a process that has keras imported, or cold.

Measured on two cores from the call to the child's first line: forked 31 ms, cold 4 s with bytecode.
"""

import multiprocessing
import os
import subprocess
import sys
import time
from collections.abc import Sequence
from concurrent.futures import Future
from contextlib import suppress
from multiprocessing.process import BaseProcess
from pathlib import Path
from threading import Thread
from typing import Protocol

from pipelines.launch import child
from pipelines.runs.home import run_dir

ROOT = Path(__file__).resolve().parents[2]
# By import only: were one op run or one device listed here, every forked child would hang.
PRELOAD = ("keras", "tensorflow", "pipelines.training.worker", "pipelines.launch.child")


class Child(Protocol):
    """A process that a launcher has started."""

    @property
    def pid(self) -> int | None:
        """Its process id."""
        ...

    def exitcode(self) -> int | None:
        """How it ended, negative for a signal; waits up to a second for that to be known, then gives None."""
        ...


class Launcher(Protocol):
    """A way to start a run's process.

    Contract: the process leads a session of its own, writes to the run's log.txt, holds no file of the caller open,
    and outlives the caller, however that ends.

    Attributes:
        name: for the log.
        start_timeout_s: how long its processes may take to show their first sign of life in the store.
    """

    name: str
    start_timeout_s: float

    def start(self, home: Path, uid: str) -> Child:
        """Start the process that trains the claimed run `uid`. Raises: OSError (a TimeoutError too), EOFError."""
        ...


class ForkLauncher:
    """Forks each run's process from one that has imported keras and tensorflow, and has done nothing with them.

    Args:
        preload: modules that the forkserver imports.
        worker: `module:function` that the child calls with the home and the uid.
        start_timeout_s: as of Launcher.
        fork_timeout_s: for the forkserver to fork.
    """

    name = "forked"

    def __init__(
        self,
        preload: Sequence[str] = PRELOAD,
        worker: str = child.WORKER,
        start_timeout_s: float = 30,
        fork_timeout_s: float = 10,
    ) -> None:
        self.start_timeout_s = start_timeout_s
        self._fork_timeout_s = fork_timeout_s
        self._worker = worker
        self._context = multiprocessing.get_context("forkserver")
        self._context.set_forkserver_preload(list(preload))

    def warm(self) -> Future[bool]:
        """Start the forkserver and wait, in the background, until it has imported everything. Tells whether it forks.

        The thread is nobody's to wait for: an import may hang.
        """
        works: Future[bool] = Future()

        def warm() -> None:
            process = self._context.Process(target=child.nothing)
            try:
                process.start()
                process.join()
                works.set_result(process.exitcode == 0)
            except (OSError, EOFError):  # it died while importing; its last words are on stderr
                works.set_result(False)

        Thread(target=warm, name="warm", daemon=True).start()
        return works

    def start(self, home: Path, uid: str) -> "ForkedChild":
        """As Launcher.start. Waits for the forkserver's imports unless `warm` has.

        Raises:
            TimeoutError: the forkserver does not answer. A child that it forks after all ends at once.
        """
        until = time.monotonic() + self._fork_timeout_s
        process = self._context.Process(
            target=child.main, args=(str(home), uid, until, self._worker), name=f"run-{uid}"
        )
        forked: Future[None] = Future()

        def fork() -> None:
            try:
                process.start()
                forked.set_result(None)
            except BaseException as error:  # whatever it is: whoever waits is told
                forked.set_exception(error)

        # In a thread, which is left behind where the forkserver is stopped or hangs.
        Thread(target=fork, name="fork", daemon=True).start()
        with suppress(TimeoutError):
            forked.result(self._fork_timeout_s)
        if not forked.done():
            raise TimeoutError(f"the forkserver did not fork within {self._fork_timeout_s:g} s")
        forked.result()
        return ForkedChild(process)


class ForkedChild:
    """A process forked by the forkserver."""

    def __init__(self, process: BaseProcess) -> None:
        self._process = process
        self.pid = process.pid

    def exitcode(self) -> int | None:
        """As Child.exitcode. The forkserver tells it: 255 stands for a forkserver that is gone, so for not known."""
        self._process.join(1)
        code = self._process.exitcode
        return None if code == 255 else code


class ColdLauncher:
    """Starts each run's process as a program of its own, `python -m pipelines.training UID`."""

    name = "cold"

    def __init__(self, program: Sequence[str] = ("-m", "pipelines.training"), start_timeout_s: float = 180) -> None:
        self.start_timeout_s = start_timeout_s
        self._program = list(program)

    def start(self, home: Path, uid: str, backend: str = "tensorflow") -> "ColdChild":
        """As Launcher.start. backend: of Keras."""
        with (run_dir(home, uid) / "log.txt").open("ab") as log:
            process = subprocess.Popen(
                [sys.executable, *self._program, uid],
                cwd=ROOT,
                env={**os.environ, "NETLOOM_HOME": str(home), "KERAS_BACKEND": backend},
                stdin=subprocess.DEVNULL,
                stdout=log,
                stderr=log,
                start_new_session=True,
            )
        return ColdChild(process)


class ColdChild:
    """A process started as a program of its own."""

    def __init__(self, process: subprocess.Popen) -> None:
        self._process = process
        self.pid = process.pid

    def exitcode(self) -> int | None:
        """As Child.exitcode."""
        try:
            return self._process.wait(1)
        except subprocess.TimeoutExpired:
            return None
