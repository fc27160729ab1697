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

from pipelines.launch import liveness, versions
from pipelines.launch.facts import Patience
from pipelines.launch.launchers import ColdLauncher, ForkLauncher
from pipelines.launch.placing import Placer
from pipelines.launch.slots import Inventory, as_set
from pipelines.launch.starting import Starter
from pipelines.launch.watching import States, Watch
from pipelines.launch.webhook import Webhook
from pipelines.runs.store import RunStore

LOOK_S = 1.0  # between two looks at what changes rarely
_log = logging.getLogger(__name__)


class Supervisor:
    """Drives the runs of one home on this machine. There may be only one at a time: hold the lock.

    Args:
        store: this process's own.
        inventory: what runs can be placed on; the store's settings change the number of slots at any time.
        quick: the launcher to use; None to start every run cold. It is warmed in the background.
        cold: the launcher to fall back on.
        patience: how long it waits for what.
        is_ours: whether the home still is this supervisor's to supervise: it may be removed, and made anew.
        stopping: set by whoever wants it to end; the runs go on.
        webhook: tells of runs that end; None: nobody is told.
    """

    def __init__(
        self,
        store: RunStore,
        inventory: Inventory,
        quick: ForkLauncher | None = None,
        cold: ColdLauncher | None = None,
        patience: Patience | None = None,
        is_ours: Callable[[], bool] = lambda: True,
        stopping: threading.Event | None = None,
        webhook: Webhook | None = None,
    ) -> None:
        self.store = store
        self.patience = patience or Patience()
        self.stopping = stopping or threading.Event()
        self._machine = inventory
        self._is_ours = is_ours
        self._webhook = webhook
        self._starter = Starter(store, quick, cold or ColdLauncher(), self.patience.warm_s)
        self._watch = Watch(store, self._starter, self.patience)
        self._placer = Placer(store)
        self._host = socket.gethostname()
        self._version: int | None = None
        self._states: States = {}
        self._info: dict[str, object] = {}
        self._idle_since: float | None = None
        self._look_at: float = 0
        self.inventory = as_set(inventory, store.setting)
        self._forget_the_dead()
        self.store.empty_trash()  # of a delete that was killed half way
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
            self._read()
            self._version = version  # not before: where reading failed, it is to be tried again
        self._watch.look(self._states)
        if self._starter.ready():
            # Those that are asked for again while their old process is still about to go have to wait for that.
            waiting = [uid for uid, (status, _) in self._states.items()
                       if status == "queued" and uid not in self._watch.watched]  # fmt: skip
            for run, placed, backend in self._placer.claim(waiting, self.inventory, self._watch.busy()):
                self._watch.start(run, placed, backend)
        self._register()

    def close(self) -> None:
        """Say that this supervisor is gone. The runs go on."""
        if self._webhook is not None:
            self._webhook.close()
        self.store.unregister_service("supervisor", os.getpid())

    def has_work(self) -> bool:
        """Whether a run waits, or works on this machine."""
        return bool(self._watch.watched) or any(not self._watch.is_elsewhere(uid) for uid, _, _ in self.store.pulse())

    def _read(self) -> None:
        """What the store says now: who waits and works, who has ended, and how many slots there are."""
        states: States = {uid: (status, request) for uid, status, request in self.store.pulse()}
        gone, self._states = self._states.keys() - states.keys(), states
        self.inventory = as_set(self._machine, self.store.setting)
        if self._webhook is not None:
            for uid in gone:
                self._webhook.ended(uid)

    def _done(self) -> bool:
        now = time.monotonic()
        if now < self._look_at:
            return False
        self._look_at = now + LOOK_S
        if not self._is_ours():
            _log.warning("%s is not this supervisor's any more", self.store.home)
            self.stopping.set()
            return True
        if why := versions.outdated(self.store):
            _log.warning(why)
            self.stopping.set()
            return True
        if self.has_work() or self._app_lives() or (self._webhook is not None and self._webhook.busy):
            self._idle_since = None
            return False
        self._idle_since = self._idle_since or now
        return now - self._idle_since > self.patience.idle_s

    def _app_lives(self) -> bool:
        return any(
            app.host == self._host and liveness.alive(app.pid, app.pid_created) for app in self.store.services("app")
        )

    def _forget_the_dead(self) -> None:
        """Those who were killed before they could say goodbye."""
        for service in self.store.services("supervisor"):
            if service.host == self._host and not liveness.alive(service.pid, service.pid_created):
                self.store.unregister_service("supervisor", service.pid)
        for app in self.store.services("app"):
            if app.host == self._host and liveness.created(app.pid) is None:
                self.store.unregister_service("app", app.pid)

    def _register(self) -> None:
        """Tell the pages what there is, where that has changed."""
        info = {**self._starter.info, **self.inventory.as_info(), "version": list(versions.version())}
        if info != self._info:
            self.store.register_service("supervisor", os.getpid(), liveness.created(os.getpid()) or 0, info)
            self._info = info
