"""A thread that tells the run store where a run is and what it uses, and learns what a user asks of it."""

import threading
from collections.abc import Callable
from dataclasses import replace
from typing import Any, Self

from pipelines.launch.usage import gpu_usage, process_usage
from pipelines.runs.facts import Progress
from pipelines.runs.store import RunStore
from pipelines.training.clock import Clock
from pipelines.training.log import logger

PERIOD_S = 0.5


class Heartbeat:
    """Beats while its block lasts, also through a download, a slow compilation or a single long step.

    Args:
        store: where it tells.
        uid: of the run.
        device: that the run computes on.
        period_s: between two beats.

    Attributes:
        clock: what to tell; None until training begins.
        learning_rate: gives the rate of now; None until training begins.
        each_beat: called before each beat, for what else is to be told.
        stop_requested: a user asked the run to end.
        pause_requested: a user asked the run to end once its interval has.
    """

    def __init__(self, store: RunStore, uid: str, device: str = "cpu", period_s: float = PERIOD_S) -> None:
        self.clock: Clock | None = None
        self.learning_rate: Callable[[], float | None] | None = None
        self.each_beat: Callable[[], None] = lambda: None
        self.stop_requested = False
        self.pause_requested = False
        self._store = store
        self._uid = uid
        self._device = device
        self._period_s = period_s
        self._usage: dict[str, Any] = {}
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
        self.stop_requested = self.stop_requested or request == "stop"
        self.pause_requested = self.pause_requested or request == "pause"

    def progress(self) -> Progress | None:
        """Where the run is, with what it used at the last beat; None before training begins."""
        if self.clock is None:
            return None
        rate = self.learning_rate and self.learning_rate()
        return replace(self.clock.progress(), learning_rate=rate, **self._usage)

    def _beat(self) -> None:
        while not self._ended.wait(self._period_s):
            try:
                self._look()
                self.each_beat()
                self.heard(self._store.beat(self._uid, self.progress()))
            except Exception:  # a lost beat is no reason to lose a run: the next may get through
                logger.exception("a heartbeat did not reach the run store")

    def _look(self) -> None:
        cpu_percent, memory_bytes = process_usage()
        gpu_percent, gpu_memory_bytes = gpu_usage(self._device) or (None, None)
        self._usage = {"cpu_percent": cpu_percent, "memory_bytes": memory_bytes,
                       "gpu_percent": gpu_percent, "gpu_memory_bytes": gpu_memory_bytes}  # fmt: skip
