"""Where runs can be placed: each GPU takes one run, and the CPU takes a few."""

import os
from collections.abc import Collection
from dataclasses import dataclass

import psutil
import pynvml

from models.errors import NetloomError

GIB = 2**30
MEMORY_PER_RUN_GIB = 2  # Keras and TensorFlow hold 0.7 GiB before any data


class NoSuchDevice(NetloomError):
    """A run asks for a GPU that this machine does not have."""


@dataclass(frozen=True, slots=True)
class Gpu:
    """A GPU as the driver tells it: its index in the order of the PCI bus, its name, its memory."""

    index: int
    name: str
    memory_bytes: int

    @property
    def device(self) -> str:
        """Its name in a TrainSpec: `gpu:0`."""
        return f"gpu:{self.index}"


@dataclass(frozen=True, slots=True)
class Inventory:
    """What a machine offers: its GPUs, one run each, and how many runs its CPU takes at a time (at least 1)."""

    gpus: tuple[Gpu, ...] = ()
    cpu_slots: int = 1

    def place(self, device: str, busy: Collection[str]) -> str | None:
        """The device that a run gets now, or None: it has to wait.

        Args:
            device: of the TrainSpec: `auto` (a free GPU, else the CPU), `cpu` or `gpu:N`.
            busy: the device of every run that is under way.

        Raises:
            NoSuchDevice: there is no such GPU here, so that waiting would be in vain.
        """
        free = [gpu.device for gpu in self.gpus if gpu.device not in busy]
        if sum(name == "cpu" for name in busy) < self.cpu_slots:
            free.append("cpu")
        if device == "auto":
            return free[0] if free else None
        if device != "cpu" and device not in {gpu.device for gpu in self.gpus}:
            known = ", ".join(gpu.device for gpu in self.gpus)
            here = f"this machine has {known}" if known else "this machine has no GPU that its driver tells of"
            raise NoSuchDevice(f"The run asks for {device}, but {here}.", "Choose the device auto or cpu.")
        return device if device in free else None

    def as_info(self) -> dict[str, object]:
        """The same as JSON, for the pages."""
        gpus = [{"device": gpu.device, "name": gpu.name, "memory_bytes": gpu.memory_bytes} for gpu in self.gpus]
        return {"gpus": gpus, "cpu_slots": self.cpu_slots}


def inventory() -> Inventory:
    """What this machine offers now. `NETLOOM_CPU_SLOTS` sets the number of CPU slots; `CUDA_VISIBLE_DEVICES` counts."""
    return Inventory(gpus(os.environ.get("CUDA_VISIBLE_DEVICES")), cpu_slots())


def cpu_slots() -> int:
    """How many runs the CPU takes at a time: one for each two cores, two at least, where memory allows."""
    asked = os.environ.get("NETLOOM_CPU_SLOTS", "")
    if asked:
        if not asked.isdecimal() or not 1 <= int(asked) <= 1000:
            raise NetloomError(f"NETLOOM_CPU_SLOTS is a number from 1 to 1000. Received: {asked!r}.")
        return int(asked)
    cores = len(os.sched_getaffinity(0))
    by_memory = psutil.virtual_memory().total // (MEMORY_PER_RUN_GIB * GIB)
    return max(1, min(max(2, cores // 2), by_memory))


def gpus(visible: str | None = None) -> tuple[Gpu, ...]:
    """The GPUs that NVIDIA's driver tells of; none where it does not answer.

    Args:
        visible: what `CUDA_VISIBLE_DEVICES` says: None for all, else indices separated by commas. As in CUDA, the list
            ends at the first entry that is no index.
    """
    try:
        pynvml.nvmlInit()
    except pynvml.NVMLError:
        return ()
    try:
        found = [_gpu(index) for index in range(pynvml.nvmlDeviceGetCount())]
    except pynvml.NVMLError:
        return ()
    finally:
        pynvml.nvmlShutdown()
    return tuple(found) if visible is None else tuple(gpu for gpu in found if gpu.index in visible_indices(visible))


def visible_indices(visible: str) -> set[int]:
    """The indices that a value of `CUDA_VISIBLE_DEVICES` lets through.

    >>> sorted(visible_indices("2,0")), visible_indices("-1"), visible_indices("")
    ([0, 2], set(), set())
    """
    indices: set[int] = set()
    for part in visible.split(","):
        if not part.strip().isdecimal():
            break
        indices.add(int(part))
    return indices


def _gpu(index: int) -> Gpu:
    handle = pynvml.nvmlDeviceGetHandleByIndex(index)
    name = pynvml.nvmlDeviceGetName(handle)
    memory = pynvml.nvmlDeviceGetMemoryInfo(handle).total
    return Gpu(index, name if isinstance(name, str) else name.decode(), int(memory))
