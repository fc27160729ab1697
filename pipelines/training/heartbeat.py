"""A thread that tells the run store where a run is, and learns what a user asks of it."""

import threading
from typing import Self

from pipelines.runs.store import RunStore
from pipelines.training.clock import Clock
from pipelines.training.log import logger

PERIOD_S = 0.5


class Heartbeat:
    """Beats while its block lasts, also through a download, a slow compilation or a single long step.

    Attributes:
        clock: what to tell; None until training begins.
        stop_requested: a user asked the run to end.
    """

    def __init__(self, store: RunStore, uid: str, period_s: float = PERIOD_S) -> None:
        self.clock: Clock | None = None
        self.stop_requested = False
        self._store = store
        self._uid = uid
        self._period_s = period_s
        self._ended = threading.Event()
        self._thread = threading.Thread(target=self._beat, name="heartbeat", daemon=True)

    def __enter__(self) -> Self:
        self._thread.start()
        return self

    def __exit__(self, *_: object) -> None:
        """No beat follows: the run's last word is its status."""
        self._ended.set()
        self._thread.join()

    def heard(self, request: str | None) -> None:
        """Take note of what the store answered; killing is the supervisor's."""
        if request == "stop":
            self.stop_requested = True

    def _beat(self) -> None:
        while not self._ended.wait(self._period_s):
            try:
                self.heard(self._store.beat(self._uid, self.clock and self.clock.progress()))
            except Exception:  # a lost beat is no reason to lose a run: the next may get through
                logger.exception("a heartbeat did not reach the run store")
