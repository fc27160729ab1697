"""Watching the processes of runs: adopted, asked to end, killed where they do not, recovered where they died."""

import logging
import socket
import time
from collections.abc import Mapping

from pipelines.launch import causes, liveness
from pipelines.launch.child import TOO_LATE
from pipelines.launch.facts import Patience, Watched
from pipelines.launch.launchers import ForkLauncher
from pipelines.launch.recovery import bury, say
from pipelines.launch.slots import Placed
from pipelines.launch.starting import FORKED_BACKEND, Starter
from pipelines.runs.facts import Request, Run, RunNotFound, Status
from pipelines.runs.store import RunStore

RECENT_S = 5  # a worker's heart beats twice a second
RESUME = "Resume goes on from the last epoch that was finished."
KILLED = f"It was killed as asked. {RESUME}"
States = Mapping[str, tuple[Status, Request | None]]
_log = logging.getLogger(__name__)


class Watch:
    """The processes of this machine's runs.

    Attributes:
        watched: by uid of the run, until the process is gone.
    """

    def __init__(self, store: RunStore, starter: Starter, patience: Patience) -> None:
        self.watched: dict[str, Watched] = {}
        self._store = store
        self._starter = starter
        self._patience = patience
        self._host = socket.gethostname()
        self._elsewhere: dict[str, float] = {}  # runs of other machines, and when to look at them again

    def look(self, states: States) -> None:
        """Look at every process once, and do what is to be done."""
        self._adopt(states)
        for watched in list(self.watched.values()):
            self._check(watched, *states.get(watched.uid, (None, None)))

    def start(self, run: Run, placed: Placed, backend: str, cold: bool = False) -> None:
        """Start a claimed run, and watch it."""
        try:
            self.watched[run.uid] = self._starter.start(run, placed, backend, cold)
        except OSError as error:
            bury(self._store, run, f"it could not be started ({error})")

    def busy(self) -> list[Placed]:
        """The places that are taken.

        On a CPU a run whose work is done makes room for the next while its process goes; on a GPU that holds its memory
        until then.
        """
        return [
            watched.placed
            for watched in self.watched.values()
            if watched.end_seen is None or watched.placed.device != "cpu"
        ]

    def is_elsewhere(self, uid: str) -> bool:
        """Whether another machine has this run."""
        return uid in self._elsewhere

    def _adopt(self, states: States) -> None:
        """Watch the runs of this machine that somebody else started: a supervisor that is gone."""
        running = {uid for uid, (status, _) in states.items() if status == "running"}
        now = time.monotonic()
        self._elsewhere = {uid: look_at for uid, look_at in self._elsewhere.items() if uid in running}
        for uid in running - self.watched.keys():
            if self._elsewhere.get(uid, now) > now:
                continue
            run = self._store.get(uid)
            silent_s = self._store.clock() - (run.heartbeat_at or 0)
            if run.host != self._host:
                # Its process cannot be seen from here, and this machine may only have got another name.
                if silent_s > self._patience.elsewhere_s:
                    bury(self._store, run, f"nothing was heard of it on {run.host} any more")
                else:
                    self._elsewhere[uid] = now + RECENT_S
            elif run.pid is not None:
                _log.info("adopted %s: process %d", uid, run.pid)
                # A clock that was set makes the time of creation another one, but then there are heartbeats.
                recent = silent_s < RECENT_S
                process = liveness.process_of(run.pid) if recent else liveness.find(run.pid, run.pid_created)
                self.watched[uid] = Watched(uid, Placed(run.device or "cpu", run.memory_bytes), process)
            elif silent_s > self._starter.cold.start_timeout_s:
                bury(self._store, run, "its supervisor ended while it was being started")

    def _check(self, watched: Watched, status: Status | None, request: Request | None) -> None:
        now = time.monotonic()
        if request != watched.asked:
            watched.asked, watched.asked_at = request, now
        if not liveness.lives(watched.process):
            self._settle(watched)
        elif watched.verdict is not None:
            liveness.end(watched.process)
        elif status != "running":
            watched.end_seen = watched.end_seen or now
            if now - watched.end_seen > self._patience.linger_s:
                _log.warning("killed %s: its run has ended but its process stays", watched.uid)
                liveness.end(watched.process)
        elif request == "kill":
            self._end(watched, KILLED)
        elif request is not None and (why := self._overdue(watched, now)):
            self._end(watched, f"It was killed: asked to {request}, it {why}. {RESUME}")
        elif watched.start_by is not None:
            self._await_life(watched, now)

    def _overdue(self, watched: Watched, now: float) -> str | None:
        """Why a run that was asked to end is not waited for any longer; None: it is. Saving it may take its time."""
        waited_s = now - watched.asked_at
        if waited_s < self._patience.stop_s:
            return None
        if watched.asked == "stop" and waited_s > self._patience.save_s:
            return f"was not done after {self._patience.save_s:g} s"
        silent_s = self._store.clock() - (self._store.get(watched.uid).heartbeat_at or 0)
        return f"showed no sign of life for {self._patience.stop_s:g} s" if silent_s > self._patience.stop_s else None

    def _await_life(self, watched: Watched, now: float) -> None:
        if self._store.get(watched.uid).heartbeat_at != watched.heartbeat_at:
            self._starter.began(watched)
        elif watched.start_by is not None and now > watched.start_by:
            say(self._store, watched.uid, f"The {watched.launcher} process showed no sign of life and was killed.")
            watched.verdict = "it did not begin to work in time"
            liveness.end(watched.process)

    def _end(self, watched: Watched, verdict: str) -> None:
        """Kill a process; what is said of it is written once it is gone, so that its own last word comes first."""
        _log.info("killing %s", watched.uid)
        watched.verdict = verdict
        liveness.end(watched.process)

    def _settle(self, watched: Watched) -> None:
        """A process is gone: was its run done?"""
        exitcode = watched.child.exitcode() if watched.child else None
        del self.watched[watched.uid]
        try:
            run = self._store.get(watched.uid)
        except RunNotFound:
            return
        if run.status != "running":
            return
        silent = watched.start_by is not None and (watched.verdict is not None or exitcode == TOO_LATE)
        if silent and not run.request and watched.launcher == ForkLauncher.name:
            self._starter.hung(watched)
            self.start(run, watched.placed, FORKED_BACKEND, cold=True)
        elif run.request:
            verdict = watched.verdict or f"It died while it was asked to end. {RESUME}"
            self._store.finish(run.uid, "paused" if run.request == "pause" else "stopped", error=verdict)
        else:
            out_of_memory = causes.oom_kills() > watched.oom_kills
            why = watched.verdict or causes.cause(exitcode, out_of_memory)
            bury(self._store, run, why, causes.hint(exitcode, out_of_memory), causes.kind(out_of_memory))
