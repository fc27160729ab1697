"""The supervisor: claims queued runs, places and starts them, watches them, stops them, and recovers them.

Its only interface is the run store. Everything that it knows beyond the store can be found out anew, so it may be
killed at any moment: the runs go on, and the next supervisor adopts them.
"""

import logging
import os
import socket
import threading
import time
from collections.abc import Callable

from pydantic import ValidationError

from models.errors import NetloomError, SpecError
from pipelines.launch import causes, liveness
from pipelines.launch.facts import Patience, Watched
from pipelines.launch.launchers import ColdLauncher, ForkLauncher, Launcher
from pipelines.launch.slots import Inventory
from pipelines.runs.facts import Request, Run, RunNotFound, Status
from pipelines.runs.store import RunStore
from pipelines.spec import RunSpec

ATTEMPTS = 2  # a run whose worker dies is started once more by itself
RECENT_S = 5  # a worker's heart beats twice a second
RESUME = "Resume goes on from the last epoch that was finished."
KILLED = f"It was killed as asked. {RESUME}"
_log = logging.getLogger(__name__)


class Supervisor:
    """Drives the runs of one home on this machine. There may be only one at a time: hold the lock.

    Args:
        store: this process's own.
        inventory: what runs can be placed on.
        quick: the launcher to use; None to start every run cold. It is warmed in the background.
        cold: the launcher to fall back on.
        patience: how long it waits for what.
        is_ours: whether the home still is this supervisor's to supervise: it may be removed, and made anew.
        stopping: set by whoever wants it to end; the runs go on.
    """

    def __init__(
        self,
        store: RunStore,
        inventory: Inventory,
        quick: ForkLauncher | None = None,
        cold: Launcher | None = None,
        patience: Patience | None = None,
        is_ours: Callable[[], bool] = lambda: True,
        stopping: threading.Event | None = None,
    ) -> None:
        self.store = store
        self.inventory = inventory
        self.patience = patience or Patience()
        self.stopping = stopping or threading.Event()
        self._quick: Launcher | None = quick
        self._cold = cold or ColdLauncher()
        self._warming = quick.warm() if quick else None
        self._warm_by = time.monotonic() + self.patience.warm_s
        self._is_ours = is_ours
        self._host = socket.gethostname()
        self._watched: dict[str, Watched] = {}
        self._wanted: dict[str, str] = {}
        self._elsewhere: dict[str, float] = {}  # runs of other machines, and when to look at them again
        self._version: int | None = None
        self._states: dict[str, tuple[Status, Request | None]] = {}
        self._seen: object = None
        self._idle_since: float | None = None
        self._look_at: float = 0
        self._register()

    def serve(self) -> None:
        """Work until there is nothing to do and no app alive, or `stopping` is set, or the home is somebody else's."""
        while not self.stopping.is_set():
            try:
                if self._done():
                    return
                self.step()
                time.sleep(self.patience.poll_s)
            except Exception:  # a full disk, a locked database: the runs that go well are not to lose their keeper
                _log.exception("a step failed")
                time.sleep(1)

    def step(self) -> None:
        """Look at the store and at the processes once, and do what is to be done."""
        version = self.store.version()
        if version != self._version:
            self._version = version
            self._states = {uid: (status, request) for uid, status, request in self.store.pulse()}
        states = self._states
        self._adopt(states)
        for watched in list(self._watched.values()):
            self._check(watched, *states.get(watched.uid, (None, None)))
        if self._is_ready():
            self._place([uid for uid, (status, _) in states.items() if status == "queued"])

    # Watching

    def _adopt(self, states: dict) -> None:
        """Watch the runs of this machine that somebody else started: a supervisor that is gone."""
        running = {uid for uid, (status, _) in states.items() if status == "running"}
        now = time.monotonic()
        self._elsewhere = {uid: look_at for uid, look_at in self._elsewhere.items() if uid in running}
        for uid in running - self._watched.keys():
            if self._elsewhere.get(uid, now) > now:
                continue
            run = self.store.get(uid)
            if run.host != self._host:
                # Its process cannot be seen from here, and this machine may only have got another name.
                if self.store.clock() - (run.heartbeat_at or 0) > self.patience.elsewhere_s:
                    self._bury(run, f"nothing was heard of it on {run.host} any more")
                else:
                    self._elsewhere[uid] = now + RECENT_S
            elif run.pid is not None:
                _log.info("adopted %s: process %d", uid, run.pid)
                # A clock that was set makes the time of creation another one, but then there are heartbeats.
                recent = self.store.clock() - (run.heartbeat_at or 0) < RECENT_S
                process = liveness.process_of(run.pid) if recent else liveness.find(run.pid, run.pid_created)
                self._watched[uid] = Watched(uid, run.device or "cpu", process)
            elif self.store.clock() - (run.heartbeat_at or 0) > self._cold.start_timeout_s:
                self._bury(run, "its supervisor ended while it was being started")

    def _check(self, watched: Watched, status: str | None, request: str | None) -> None:
        now = time.monotonic()
        if not liveness.lives(watched.process):
            self._settle(watched)
        elif watched.verdict is not None:
            liveness.end(watched.process)
        elif status != "running":
            watched.end_seen = watched.end_seen or now
            if now - watched.end_seen > self.patience.linger_s:
                _log.warning("killed %s: its run has ended but its process stays", watched.uid)
                liveness.end(watched.process)
        elif request == "kill":
            self._end(watched, KILLED)
        elif request == "stop" and (why := self._overdue(watched, now)):
            self._end(watched, f"It was killed: asked to stop, it {why}. {RESUME}")
        elif watched.start_by is not None:
            self._await_life(watched, now)

    def _overdue(self, watched: Watched, now: float) -> str | None:
        """Why a run that was asked to stop is not waited for any longer; None: it is. Saving it may take its time."""
        watched.stop_seen = watched.stop_seen or now
        if now - watched.stop_seen < self.patience.stop_s:
            return None
        if now - watched.stop_seen > self.patience.save_s:
            return f"was not done after {self.patience.save_s:g} s"
        silent_s = self.store.clock() - (self.store.get(watched.uid).heartbeat_at or 0)
        return f"showed no sign of life for {self.patience.stop_s:g} s" if silent_s > self.patience.stop_s else None

    def _await_life(self, watched: Watched, now: float) -> None:
        if self.store.get(watched.uid).heartbeat_at != watched.heartbeat_at:
            watched.start_by = None
        elif watched.start_by is not None and now > watched.start_by:
            self._say(watched.uid, f"The {watched.launcher} process showed no sign of life and was killed.")
            watched.verdict = "it did not begin to work in time"
            liveness.end(watched.process)

    def _end(self, watched: Watched, verdict: str) -> None:
        """Kill a process; what is said of it is written once it is gone, so that its own last word comes first."""
        _log.info("killing %s", watched.uid)
        watched.verdict = verdict
        liveness.end(watched.process)

    def _settle(self, watched: Watched) -> None:
        """A process is gone: was its run done?"""
        del self._watched[watched.uid]
        exitcode = watched.child.exitcode() if watched.child else None
        try:
            run = self.store.get(watched.uid)
        except RunNotFound:
            return
        if run.status != "running":
            return
        hung = watched.start_by is not None and watched.verdict is not None and not run.request
        if hung and watched.launcher == ForkLauncher.name:
            self._start(run, watched.device, self._cold)
        elif run.request:
            verdict = watched.verdict or f"It died while it was asked to end. {RESUME}"
            self.store.finish(run.uid, "stopped", error=verdict)
        else:
            out_of_memory = causes.oom_kills() > watched.oom_kills
            why = watched.verdict or causes.cause(exitcode, out_of_memory)
            self._bury(run, why, causes.hint(exitcode, out_of_memory))

    def _bury(self, run: Run, why: str, hint: str = "") -> None:
        """A run's process died: the first time it is queued again by itself, to resume; then it has failed."""
        where = f"in epoch {run.progress.epoch + 1}" if run.progress.epochs else "before its first epoch"
        if run.attempt < ATTEMPTS:
            reason = f"Its process died {where}: {why}. It starts again by itself, from its last checkpoint."
            self.store.requeue(run.uid, reason)
        else:
            reason = f"Its process died {where}, for the second time: {why}. {hint}".strip()
            self.store.finish(run.uid, "failed", error=reason)
        self._say(run.uid, reason)

    # Placing

    def _place(self, waiting: list[str]) -> None:
        """Start every waiting run that has a place, in the order of the queue; one that has none holds up no other."""
        busy = [watched.device for watched in self._watched.values()]
        seen = (waiting, busy)
        if seen == self._seen:
            return
        self._seen = seen
        self._wanted = {uid: device for uid, device in self._wanted.items() if uid in set(waiting)}
        for uid in waiting:
            if uid in self._watched:  # asked for again while its old process is still about to go
                continue
            try:
                device = self.inventory.place(self._device_wanted(uid), busy)
            except NetloomError as error:
                self.store.finish(uid, "failed", error=str(error))
                continue
            if device is not None and self.store.claim(uid, self._host, device):
                busy.append(device)
                self._start(self.store.get(uid), device, self._quick or self._cold)

    def _device_wanted(self, uid: str) -> str:
        if uid not in self._wanted:
            try:
                spec = RunSpec.model_validate_json(self.store.get(uid).spec_json)
            except ValidationError as error:
                raise SpecError.from_validation(error, "The run's spec") from error
            self._wanted[uid] = spec.train.device
        return self._wanted[uid]

    def _start(self, run: Run, device: str, launcher: Launcher) -> None:
        oom_kills = causes.oom_kills()
        try:
            child = launcher.start(self.store.home, run.uid)
        except (OSError, EOFError) as error:
            if launcher is self._cold:
                self._bury(run, f"it could not be started ({error})")
            else:
                _log.warning("a %s start failed (%s): runs start cold from now on", launcher.name, error)
                self._quick = None
                self._start(run, device, self._cold)
            return
        process = liveness.process_of(child.pid)
        if process is not None:
            self.store.placed(run.uid, process.pid, process.create_time())
        _log.info("started %s on %s: %s process %s", run.uid, device, launcher.name, child.pid)
        self._watched[run.uid] = Watched(
            run.uid, device, process, child, run.heartbeat_at,
            start_by=time.monotonic() + launcher.start_timeout_s, oom_kills=oom_kills, launcher=launcher.name,
        )  # fmt: skip

    def _is_ready(self) -> bool:
        """Whether runs can be started: the forkserver has its imports, or has been given up."""
        if self._warming is None:
            return True
        if not self._warming.done() and time.monotonic() < self._warm_by:
            return False
        works = self._warming.done() and self._warming.result()
        if not works:
            self._quick = None
        _log.info("the forkserver is warm" if works else "the forkserver does not work: runs start cold")
        self._warming = None
        self._register()
        return True

    # Itself

    def close(self) -> None:
        """Say that this supervisor is gone. The runs go on."""
        self.store.unregister_service("supervisor", os.getpid())

    def has_work(self) -> bool:
        """Whether a run waits, or works on this machine."""
        return bool(self._watched) or any(uid not in self._elsewhere for uid, _, _ in self.store.pulse())

    def _done(self) -> bool:
        now = time.monotonic()
        if now < self._look_at:
            return False
        self._look_at = now + 1
        if not self._is_ours():
            _log.warning("%s is not this supervisor's any more", self.store.home)
            self.stopping.set()
            return True
        if self.has_work() or self._app_lives():
            self._idle_since = None
            return False
        self._idle_since = self._idle_since or now
        return now - self._idle_since > self.patience.idle_s

    def _app_lives(self) -> bool:
        return any(
            app.host == self._host and liveness.alive(app.pid, app.pid_created) for app in self.store.services("app")
        )

    def _register(self) -> None:
        """Tell the pages what there is, and forget those who were killed before they could say goodbye."""
        for service in self.store.services("supervisor"):
            if service.host == self._host and not liveness.alive(service.pid, service.pid_created):
                self.store.unregister_service("supervisor", service.pid)
        for app in self.store.services("app"):
            if app.host == self._host and liveness.created(app.pid) is None:
                self.store.unregister_service("app", app.pid)
        info = {"ready": self._warming is None, "warm": self._quick is not None, **self.inventory.as_info()}
        self.store.register_service("supervisor", os.getpid(), liveness.created(os.getpid()) or 0, info)

    def _say(self, uid: str, sentence: str) -> None:
        """One line in the run's log, and in the supervisor's."""
        _log.warning("%s: %s", uid, sentence)
        with (self.store.run_dir(uid) / "log.txt").open("a", encoding="utf-8") as log:
            log.write(f"{time.strftime('%H:%M:%S')} supervisor: {sentence}\n")
