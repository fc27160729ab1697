"""Starting runs: forked while that works, else cold. What does not work is said in the logs, and told to the pages."""

import logging
import time

from pipelines.launch import causes, liveness
from pipelines.launch.facts import Watched
from pipelines.launch.launchers import Child, ColdLauncher, ForkLauncher, Launcher
from pipelines.launch.recovery import say
from pipelines.launch.slots import Placed
from pipelines.runs.facts import Run, StoreError
from pipelines.runs.store import RunStore

FORKED_BACKEND = "tensorflow"  # the one that the forkserver's keras was imported with
MOST_HANGS = 2  # forked processes in a row that show no sign of life, before all runs are started cold
_log = logging.getLogger(__name__)


class Starter:
    """Starts the processes of runs.

    Args:
        store: of the supervisor.
        quick: None to start every run cold. It is warmed in the background.
        cold: what to fall back on.
        warm_s: seconds that warming may take.
    """

    def __init__(self, store: RunStore, quick: ForkLauncher | None, cold: ColdLauncher, warm_s: float) -> None:
        self.cold = cold
        self._store = store
        self._quick = quick
        self._warming = quick.warm() if quick else None
        self._warm_by = time.monotonic() + warm_s
        self._hangs = 0

    @property
    def info(self) -> dict[str, object]:
        """For the pages: whether runs can be started, and whether they start forked."""
        return {"ready": self._warming is None, "warm": self._quick is not None}

    def ready(self) -> bool:
        """Whether runs can be started: the forkserver has its imports, or has been given up."""
        if self._warming is None:
            return True
        if not self._warming.done() and time.monotonic() < self._warm_by:
            return False
        if self._warming.done() and self._warming.result():
            _log.info("the forkserver is warm")
        else:
            self._give_up("the forkserver does not work")
        self._warming = None
        return True

    def start(self, run: Run, placed: Placed, backend: str, cold: bool = False) -> Watched:
        """Start the process of a claimed run, cold if it has to be. Raises: OSError where not even that can be done."""
        oom_kills = causes.oom_kills()
        launcher: Launcher = self.cold
        child: Child | None = None
        if self._quick is not None and backend == FORKED_BACKEND and not cold:
            try:
                launcher, child = self._quick, self._quick.start(self._store.home, run.uid)
            except (OSError, EOFError) as error:
                launcher = self.cold
                self._give_up(f"a forked start failed ({error or type(error).__name__})")
                say(self._store, run.uid, "The forkserver does not answer: this run starts cold.")
        if child is None:
            child = self.cold.start(self._store.home, run.uid, backend)
        process = liveness.process_of(child.pid)
        if process is not None:
            try:
                self._store.placed(run.uid, process.pid, process.create_time())
            except StoreError as error:
                _log.warning("%s: its process could not be noted, and will say so itself: %s", run.uid, error)
        _log.info("started %s on %s: %s process %s", run.uid, placed.device, launcher.name, child.pid)
        return Watched(
            run.uid, placed, process, child, run.heartbeat_at,
            start_by=time.monotonic() + launcher.start_timeout_s, oom_kills=oom_kills, launcher=launcher.name,
        )  # fmt: skip

    def began(self, watched: Watched) -> None:
        """A process has shown its first sign of life."""
        watched.start_by = None
        if watched.launcher == ForkLauncher.name:
            self._hangs = 0

    def hung(self, watched: Watched) -> None:
        """A process never showed one."""
        self._hangs += watched.launcher == ForkLauncher.name
        if self._hangs >= MOST_HANGS:
            self._give_up(f"{self._hangs} forked processes in a row showed no sign of life")

    def _give_up(self, why: str) -> None:
        if self._quick is not None:
            _log.warning("%s: runs start cold from now on", why)
        self._quick = None
