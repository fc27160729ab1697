"""Where runs can be placed: each GPU takes one run, and the CPU takes a few."""

import os
from collections.abc import Collection
from dataclasses import dataclass, replace

import psutil
import pynvml

from models.errors import NetloomError

GIB = 2**30
MEMORY_PER_RUN_GIB = 2  # Keras and TensorFlow hold 0.7 GiB before any data


class NoSuchDevice(NetloomError):
    """A run asks for a GPU that this machine does not have."""


@dataclass(frozen=True, slots=True)
class Gpu:
    """A GPU. index counts those that this process may see, in the order of the PCI bus unless it was told another."""

    index: int
    name: str
    memory_bytes: int
    uuid: str = ""

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
        slots = [gpu.device for gpu in self.gpus] + ["cpu"] * self.cpu_slots
        return {"slots": slots, "gpus": gpus}


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


def gpus(setting: str | None = None) -> tuple[Gpu, ...]:
    """The GPUs that NVIDIA's driver tells of; none where it does not answer.

    Args:
        setting: what `CUDA_VISIBLE_DEVICES` says; None: all may be seen.
    """
    try:
        pynvml.nvmlInit()
    except pynvml.NVMLError:
        return ()
    try:
        found = tuple(_gpu(index) for index in range(pynvml.nvmlDeviceGetCount()))
    except pynvml.NVMLError:
        return ()
    finally:
        pynvml.nvmlShutdown()
    return found if setting is None else visible(found, setting)


def visible(found: tuple[Gpu, ...], setting: str) -> tuple[Gpu, ...]:
    """The GPUs that a value of `CUDA_VISIBLE_DEVICES` lets through, numbered anew in its order.

    It lists indices or beginnings of UUIDs with commas between them; as in CUDA, it ends at the first that is neither.
    """
    kept: list[Gpu] = []
    for part in (part.strip() for part in setting.split(",")):
        match = [
            gpu for gpu in found if str(gpu.index) == part or (part.startswith("GPU-") and gpu.uuid.startswith(part))
        ]
        if len(match) != 1:
            break
        kept.append(replace(match[0], index=len(kept)))
    return tuple(kept)


def _gpu(index: int) -> Gpu:
    handle = pynvml.nvmlDeviceGetHandleByIndex(index)
    memory = pynvml.nvmlDeviceGetMemoryInfo(handle).total
    return Gpu(index, pynvml.nvmlDeviceGetName(handle), int(memory), pynvml.nvmlDeviceGetUUID(handle))
