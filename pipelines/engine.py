"""The engine: warm Keras processes that answer pages, so that the web server never imports keras.

Each lane is one process with keras imported, doing one job after the other: `quick` for what a page waits for, `slow`
for exports and downloads, so that a page never waits behind them. The process is started as a program of its own
(`pipelines.engine_worker`) and not by multiprocessing, whose children run the parent's `__main__` again: under
Streamlit that is whichever page happens to be drawn.
"""

import atexit
import logging
import multiprocessing
import os
import queue
import re
import signal
import subprocess
import sys
import threading
from collections.abc import Sequence
from concurrent.futures import Future
from contextlib import suppress
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, Literal

from models.errors import NetloomError

LaneName = Literal["quick", "slow"]
ROOT = Path(__file__).resolve().parents[1]
START_TIMEOUT_S = 180  # importing keras with cold disk caches on a busy machine
IDLE_S: dict[LaneName, float | None] = {"quick": None, "slow": 300}  # a process with keras holds 600 MB
# The CPU answers pages; the GPUs belong to training. Set before the interpreter starts: TensorFlow reads them early.
ENVIRONMENT = {
    "CUDA_VISIBLE_DEVICES": "",
    "KERAS_BACKEND": "tensorflow",
    "TF_CPP_MIN_LOG_LEVEL": "3",
    "TF_NUM_INTRAOP_THREADS": "2",
    "TF_NUM_INTEROP_THREADS": "2",
    "OMP_NUM_THREADS": "2",
}
_FUNCTION = re.compile(r"[A-Za-z_]\w*(\.[A-Za-z_]\w*)+")
_log = logging.getLogger(__name__)


class EngineError(NetloomError):
    """The engine could not answer: the function failed, took too long, or its process died."""


@dataclass(frozen=True, slots=True)
class _Job:
    function: str
    kwargs: dict[str, Any]
    timeout_s: float
    future: Future = field(default_factory=Future)


class Engine:
    """Runs functions by their dotted names in warm processes. Safe to call from many threads at once.

    Args:
        rooms: packages whose functions may be called.
        preload: modules that a process imports before its first job.
        idle_s: seconds without a job after which a lane's process ends, None for never. The next job starts another.
    """

    def __init__(
        self,
        rooms: Sequence[str] = ("models", "pipelines"),
        preload: Sequence[str] = ("keras", "models.summary"),
        idle_s: dict[LaneName, float | None] = IDLE_S,
    ) -> None:
        self._rooms = frozenset(rooms)
        self._lanes = {name: _Lane(name, tuple(preload), seconds) for name, seconds in idle_s.items()}

    def submit(self, function: str, /, timeout_s: float = 60, lane: LaneName = "quick", **kwargs: Any) -> Future:
        """Queue `function(**kwargs)` and return at once.

        Args:
            function: dotted name, `package.module.function`, in one of the rooms.
            timeout_s: seconds that the function may run, not counting its wait for the process. Then it is killed.
            lane: `slow` for what takes longer than a page may wait.
            **kwargs: picklable; so is the result, of types that can be imported without keras.

        Returns:
            A future. Cancelling works while the job waits; its exceptions are those of `call`.

        Raises:
            ValueError: the function lies in no room.
        """
        if not _FUNCTION.fullmatch(function) or function.partition(".")[0] not in self._rooms:
            raise ValueError(f"The engine calls functions of {sorted(self._rooms)}. Received: {function!r}")
        job = _Job(function, kwargs, timeout_s)
        self._lanes[lane].put(job)
        return job.future

    def call(self, function: str, /, timeout_s: float = 60, lane: LaneName = "quick", **kwargs: Any) -> Any:
        """Run `function(**kwargs)` in a warm process and return its result. Arguments as for `submit`.

        Raises:
            NetloomError: whatever the function raised, as it was.
            EngineError: it raised something else (its traceback is logged), ran out of time, or its process died. The
                next call gets a new process.
        """
        return self.submit(function, timeout_s, lane, **kwargs).result()

    def warm(self) -> None:
        """Start the quick process in the background and return at once."""
        self._lanes["quick"].put(None)

    def stop(self) -> None:
        """End every process; jobs under way fail with an EngineError. A later call starts anew."""
        for lane in self._lanes.values():
            lane.stop()


class _Lane:
    """One process, and the thread that feeds it. Callers only touch the queue, so none can leave it half way."""

    def __init__(self, name: str, preload: tuple[str, ...], idle_s: float | None) -> None:
        self._name, self._preload, self._idle_s = name, preload, idle_s
        self._jobs: queue.SimpleQueue[_Job | None] = queue.SimpleQueue()
        self._lock = threading.Lock()
        self._thread: threading.Thread | None = None
        self._process: subprocess.Popen[bytes] | None = None
        self._stopped = 0

    def put(self, job: _Job | None) -> None:
        """Queue a job; None only warms the process up."""
        with self._lock:
            if self._thread is None:
                self._thread = threading.Thread(target=self._serve, name=f"engine-{self._name}", daemon=True)
                self._thread.start()
        self._jobs.put(job)

    def stop(self) -> None:
        """Fail what waits and kill the process: what runs fails too."""
        with suppress(queue.Empty):
            while True:
                job = self._jobs.get_nowait()
                if job is not None and job.future.set_running_or_notify_cancel():
                    job.future.set_exception(_stopped())
        with self._lock:
            self._stopped += 1
            if self._process is not None:
                _kill(self._process)

    def _serve(self) -> None:
        while True:
            try:
                job = self._jobs.get(timeout=self._idle_s)
            except queue.Empty:
                self._end()
                continue
            if job is None:
                with suppress(Exception):  # warming up is no promise; the next call says what is wrong
                    self._ensure()
            elif job.future.set_running_or_notify_cancel():
                try:
                    result = self._run(job)
                except Exception as error:  # belongs to the caller; this thread must live
                    job.future.set_exception(error)
                else:
                    job.future.set_result(result)
            job = result = None  # do not keep arrays while waiting

    def _run(self, job: _Job) -> Any:
        stopped = self._stopped
        what = job.function.rpartition(".")[2].replace("_", " ")
        try:
            self._ensure()
            self._connection.send((job.function, job.kwargs))
            if not self._connection.poll(job.timeout_s):
                self._renew()
                raise EngineError(
                    f"{what} did not answer within {job.timeout_s:g} s and was stopped.",
                    "Try something smaller, or try again when the machine is less busy.",
                )
            kind, value = self._connection.recv()
        except (EOFError, OSError) as error:
            if stopped != self._stopped:
                raise _stopped() from error
            raise _died(what, self._renew()) from error
        if kind == "result":
            return value
        if kind == "known":
            raise value
        sentence, trace = value
        _log.error("%s failed in the engine\n%s", job.function, trace)
        raise EngineError(f"{what} failed: {sentence}", "The traceback is in the server's log.")

    def _ensure(self) -> None:
        """Start the process unless it lives. Raises: EngineError, EOFError or OSError when it does not get ready."""
        if self._process is not None and self._process.poll() is None:
            return
        self._end()
        ours, theirs = multiprocessing.Pipe()
        python_path = os.pathsep.join(filter(None, [str(ROOT), os.environ.get("PYTHONPATH", "")]))
        with self._lock, theirs:
            self._connection = ours
            self._process = subprocess.Popen(
                [sys.executable, "-P", "-m", "pipelines.engine_worker", str(theirs.fileno()), *self._preload],
                env={**os.environ, **ENVIRONMENT, "PYTHONPATH": python_path},
                stdin=subprocess.DEVNULL,
                stdout=subprocess.DEVNULL,
                pass_fds=[theirs.fileno()],
                start_new_session=True,  # Ctrl-C in the terminal ends the server, which ends this in order
            )
        if not self._connection.poll(START_TIMEOUT_S):
            self._end()
            raise EngineError(f"The Keras process did not start within {START_TIMEOUT_S} s.", "Try again.")
        self._connection.recv()

    def _renew(self) -> int | None:
        """End the process and start the next one ahead of need. Returns the exit status of the old one."""
        code = self._end()
        if self._idle_s is None:
            self._jobs.put(None)
        return code

    def _end(self) -> int | None:
        with self._lock:
            process, self._process = self._process, None
        if process is None:
            return None
        self._connection.close()
        return _kill(process)


def _kill(process: subprocess.Popen[bytes]) -> int:
    """Kill a process with what it started (it leads a session). Returns its status: its own if it had died before."""
    if process.returncode is None:
        with suppress(ProcessLookupError):
            os.killpg(process.pid, signal.SIGKILL)
    return process.wait()


def _died(what: str, code: int | None) -> EngineError:
    if code == -signal.SIGKILL:
        return EngineError(
            f"{what}: the Keras process was killed, as happens when memory runs out.",
            "Try something smaller; the next try gets a new process.",
        )
    how = signal.Signals(-code).name if code and code < 0 else f"exit status {code}"
    return EngineError(f"{what}: the Keras process died ({how}).", "The next try gets a new process.")


def _stopped() -> EngineError:
    return EngineError("The engine was stopped before it could answer.")


_engine = Engine()
submit = _engine.submit
call = _engine.call
warm = _engine.warm
stop = _engine.stop
atexit.register(stop)
