"""Who gets which slot: the queue in its order, against what the machine offers."""

import logging
import socket
import time
from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from models.errors import NetloomError
from pipelines.launch.slots import Inventory, Placed
from pipelines.runs.facts import Run
from pipelines.runs.specs import spec_of
from pipelines.runs.store import RunStore

LOOK_S = 1.0  # a GPU's memory may become free without a word in the store
_log = logging.getLogger(__name__)


@dataclass(frozen=True, slots=True)
class Needs:
    """What a waiting run asks for: a device and a backend, as its TrainSpec names them, and memory on a GPU."""

    device: str
    backend: str
    memory_bytes: int | None


class Placer:
    """Claims waiting runs for devices that are free."""

    def __init__(self, store: RunStore) -> None:
        self._store = store
        self._host = socket.gethostname()
        self._needs: dict[str, Needs] = {}
        self._seen: object = None
        self._look_at = 0.0

    def claim(
        self, waiting: Sequence[str], inventory: Inventory, busy: Sequence[Placed]
    ) -> Iterator[tuple[Run, Placed, str]]:
        """Claim every waiting run that has a place: the run, its place, and the backend that it asks for.

        A run that has none holds up no other, but keeps later ones from the GPUs that it waits for: were they given
        to smaller runs as these come, a large one would never find one empty. A run that asks for what is not there
        fails here.

        Args:
            waiting: uids in the order of the queue.
            inventory: of this machine.
            busy: every run that is under way on it.
        """
        seen = (list(waiting), list(busy), inventory)
        now = time.monotonic()
        if seen == self._seen and (now < self._look_at or not inventory.gpus):
            return
        self._seen, self._look_at = None, now + LOOK_S
        self._needs = {uid: needs for uid, needs in self._needs.items() if uid in set(waiting)}
        busy, reserved, claimed = list(busy), set(), False
        for uid in waiting:
            try:
                needs = self._needs_of(uid)
                device = inventory.place(needs.device, busy, needs.memory_bytes, reserved)
            except NetloomError as error:
                _log.warning("%s: %s", uid, error)
                self._store.finish(uid, "failed", error=str(error))
                continue
            if device is None:
                reserved |= {gpu.device for gpu in inventory.wanted(needs.device)}
            elif self._store.claim(uid, self._host, device):
                claimed = True
                busy.append(Placed(device, needs.memory_bytes))
                yield self._store.get(uid), busy[-1], needs.backend

        # Where one was claimed that cannot be started, it waits again, and nothing looks changed.
        self._seen = None if claimed else seen

    def _needs_of(self, uid: str) -> Needs:
        if uid not in self._needs:
            run = self._store.get(uid)
            train = spec_of(run).train
            self._needs[uid] = Needs(train.device, train.backend, run.memory_bytes)
        return self._needs[uid]
