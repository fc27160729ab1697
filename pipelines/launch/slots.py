"""Where runs can be placed: the CPU takes a few, and so does each GPU as long as its memory is enough for all."""

import os
from collections.abc import Callable, Collection, Sequence
from dataclasses import dataclass, field, replace

import psutil

from models.errors import NetloomError
from pipelines.launch.gpus import Gpu, free_bytes, gpus

GIB = 2**30
MEMORY_PER_RUN_GIB = 2  # Keras and TensorFlow hold 0.7 GiB before any data
GPU_CONTEXT_BYTES = GIB  # what CUDA and its libraries hold for each process that uses a GPU, before any tensor
CPU_SETTING, GPU_SETTING = "slots.cpu", "slots.gpu"
MOST_ON_CPU, MOST_ON_GPU = 1000, 64


class NoSuchDevice(NetloomError):
    """A run asks for a GPU that this machine does not have."""


@dataclass(frozen=True, slots=True)
class Placed:
    """A run that is under way: on which device, and the memory that it takes there, None where nobody knows."""

    device: str
    memory_bytes: int | None = None


@dataclass(frozen=True, slots=True)
class Inventory:
    """What a machine offers.

    Attributes:
        gpus: that may be seen, each with its number of slots.
        cpu_slots: runs that the CPU takes at a time, at least 1.
        free_bytes: memory of a GPU that is free now, None where nobody knows.
    """

    gpus: tuple[Gpu, ...] = ()
    cpu_slots: int = 1
    free_bytes: Callable[[Gpu], int | None] = field(default=free_bytes, repr=False, compare=False)

    def place(
        self, device: str, busy: Sequence[Placed], memory_bytes: int | None = None, reserved: Collection[str] = ()
    ) -> str | None:
        """The device that a run gets now, or None: it has to wait.

        A GPU is shared only by runs whose memory is known and fits together. A run that asks for a GPU by its number
        gets it, whatever it needs, once no other run is there; `auto` looks for one on which it fits.

        Args:
            device: of the TrainSpec: `auto` (the GPU with the fewest runs, else the CPU), `cpu` or `gpu:N`.
            busy: every run that is under way.
            memory_bytes: that the run takes on a GPU, None where nobody knows.
            reserved: GPUs that an earlier run waits for.

        Raises:
            NoSuchDevice: there is no such GPU here, so that waiting would be in vain.
        """
        for gpu in sorted(self.wanted(device), key=lambda gpu: sum(run.device == gpu.device for run in busy)):
            if gpu.device not in reserved and self._takes(gpu, busy, memory_bytes, by_number=device != "auto"):
                return gpu.device
        if device in ("auto", "cpu") and sum(run.device == "cpu" for run in busy) < self.cpu_slots:
            return "cpu"
        return None

    def wanted(self, device: str) -> tuple[Gpu, ...]:
        """The GPUs that will do for a run that asks for `device`. Raises: as `place`."""
        if device in ("auto", "cpu"):
            return self.gpus if device == "auto" else ()
        found = tuple(gpu for gpu in self.gpus if gpu.device == device)
        if not found:
            known = ", ".join(gpu.device for gpu in self.gpus)
            here = f"this machine has {known}" if known else "this machine has no GPU that its driver tells of"
            raise NoSuchDevice(f"The run asks for {device}, but {here}.", "Choose the device auto or cpu.")
        return found

    def as_info(self) -> dict[str, object]:
        """The same as JSON, for the pages: a slot is named by its device."""
        about = [
            {"device": gpu.device, "name": gpu.name, "memory_bytes": gpu.memory_bytes, "slots": gpu.slots}
            for gpu in self.gpus
        ]
        slots = [gpu.device for gpu in self.gpus for _ in range(gpu.slots)] + ["cpu"] * self.cpu_slots
        return {"slots": slots, "gpus": about}

    def _takes(self, gpu: Gpu, busy: Sequence[Placed], memory_bytes: int | None, by_number: bool) -> bool:
        there = [run.memory_bytes for run in busy if run.device == gpu.device]
        if len(there) >= gpu.slots:
            return False
        if not there and (by_number or memory_bytes is None):
            return True
        if memory_bytes is None or None in there:
            return False
        # What runs have been promised counts, since one that has just begun does not hold its memory yet; and what is
        # free counts, since others may use the GPU.
        left = gpu.memory_bytes - sum(known + GPU_CONTEXT_BYTES for known in there if known is not None)
        free = self.free_bytes(gpu)
        return memory_bytes + GPU_CONTEXT_BYTES <= (left if free is None else min(left, free))


def inventory() -> Inventory:
    """What this machine offers now. `NETLOOM_CPU_SLOTS` sets the number of CPU slots; `CUDA_VISIBLE_DEVICES` counts."""
    return Inventory(gpus(os.environ.get("CUDA_VISIBLE_DEVICES")), cpu_slots())


def as_set(found: Inventory, setting: Callable[[str], object]) -> Inventory:
    """What a machine offers, with as many slots as the store's settings say. Settings that make no sense do not count.

    Args:
        found: on this machine.
        setting: `RunStore.setting`; asked for "slots.cpu", a number from 1 to 1000, and "slots.gpu", an object of
            numbers from 0 to 64 by device.
    """
    cpu, gpu = setting(CPU_SETTING), setting(GPU_SETTING)
    by_device = gpu if isinstance(gpu, dict) else {}
    shared = tuple(replace(one, slots=_within(by_device.get(one.device), 0, MOST_ON_GPU, one.slots))
                   for one in found.gpus)  # fmt: skip
    return replace(found, gpus=shared, cpu_slots=_within(cpu, 1, MOST_ON_CPU, found.cpu_slots))


def cpu_slots() -> int:
    """How many runs the CPU takes at a time: one for each two cores, two at least, where memory allows."""
    asked = os.environ.get("NETLOOM_CPU_SLOTS", "")
    if asked:
        if not asked.isdecimal() or not 1 <= int(asked) <= MOST_ON_CPU:
            raise NetloomError(f"NETLOOM_CPU_SLOTS is a number from 1 to {MOST_ON_CPU}. Received: {asked!r}.")
        return int(asked)
    cores = len(os.sched_getaffinity(0))
    by_memory = psutil.virtual_memory().total // (MEMORY_PER_RUN_GIB * GIB)
    return max(1, min(max(2, cores // 2), by_memory))


def _within(value: object, least: int, most: int, default: int) -> int:
    return value if isinstance(value, int) and not isinstance(value, bool) and least <= value <= most else default
