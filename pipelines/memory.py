"""Memory that a run will take on its device, before it is launched. No keras."""

import math
from dataclasses import dataclass
from pathlib import Path
from typing import Literal

import psutil

from models.costs.memory import memory, slots
from models.facts import Summary
from pipelines.data.facts import DataFacts
from pipelines.launch.slots import GPU_CONTEXT_BYTES, Inventory
from pipelines.spec import RunSpec

MIB = 2**20
_CGROUP = Path("/sys/fs/cgroup")
# What a worker holds (RSS, measured on Linux with TensorFlow 2.21) before any data, and what CUDA takes beside tensors.
PROCESS_BYTES = {"cpu": 900 * MIB, "gpu": GPU_CONTEXT_BYTES}
# Of activations kept for the way back, with their gradients and the workspace: LeNet-5 and others came to 1.6 to 1.8.
BACKWARD = 1.8
# Of the rows as they are fed, in float32, on their way to TensorFlow (measured too); larger sets are read as they go.
COPIES, IN_MEMORY_BYTES = 2.5, 512 * MIB


@dataclass(frozen=True, slots=True)
class Estimate:
    """Bytes that training will take on its device, and what they are for.

    Attributes:
        kind: of the device.
        process: what TensorFlow takes for itself.
        weights: the weights, their gradients, and what the optimizer remembers.
        activations: what a batch leaves in the network on its way forth and back.
        data: the rows, where they lie on that device.
    """

    kind: Literal["cpu", "gpu"]
    process: int
    weights: int
    activations: int
    data: int

    @property
    def tensors(self) -> int:
        """All but what TensorFlow takes for itself."""
        return self.weights + self.activations + self.data

    @property
    def total(self) -> int:
        """All of it."""
        return self.process + self.tensors


def estimate(spec: RunSpec, summary: Summary, known: DataFacts, kind: Literal["cpu", "gpu"] = "cpu") -> Estimate | None:
    """What training `spec` will take, within a factor of about 1.5; None where a length varies.

    Args:
        spec: the run.
        summary: of its network.
        known: of its data.
        kind: of the device that it trains on.
    """
    optimizer = spec.train.optimizer
    batch = spec.train.rows_in_batch(known.rows["train"])
    needs = memory(summary, min(batch, known.rows["train"]), slots(optimizer.kind, optimizer.config))
    if needs.activations is None:
        return None
    half = 0.5 if spec.train.precision != "float32" else 1.0
    accumulated = needs.gradients if optimizer.config.get("gradient_accumulation_steps") else 0
    return Estimate(
        kind=kind,
        process=PROCESS_BYTES[kind],
        weights=needs.weights + needs.gradients + needs.optimizer + accumulated,
        activations=math.ceil(needs.activations * BACKWARD * half),
        data=_data_bytes(known) if kind == "cpu" else 0,
    )


def _data_bytes(known: DataFacts) -> int:
    rows = sum(known.rows.values())
    read = rows * math.prod(known.encoded_shape) * (1 if known.dtype == "uint8" else 4)
    fed = rows * math.prod(known.input_shape) * 4
    return read + (int(COPIES * fed) if fed <= IN_MEMORY_BYTES else 0)


def smaller_batch(spec: RunSpec, summary: Summary, known: DataFacts, room_bytes: int, found: Estimate) -> int | None:
    """The largest power of two as a batch size with which a run fits; None where no batch size helps.

    Args:
        room_bytes: that the device has.
        found: what the run takes as it is.
    """
    batch = min(spec.train.rows_in_batch(known.rows["train"]), known.rows["train"])
    for_batch = room_bytes - (found.total - found.activations)
    if found.activations <= 0 or for_batch <= 0:
        return None
    rows = math.floor(batch * for_batch / found.activations)
    return 2 ** int(math.log2(rows)) if rows >= 1 else None


@dataclass(frozen=True, slots=True)
class Room:
    """Memory of a device: all of it, and what is free now, in bytes."""

    total: int
    free: int


def room(device: str, inventory: Inventory) -> Room:
    """The memory of the device that a run with this `train.device` will get; of several GPUs, of the largest.

    What a container may use counts as the machine's.
    """
    if kind_of(device, inventory) == "gpu":
        gpus = [gpu for gpu in inventory.gpus if device in ("auto", gpu.device)] or inventory.gpus
        gpu = max(gpus, key=lambda each: each.memory_bytes)
        free = inventory.free_bytes(gpu)
        return Room(gpu.memory_bytes, gpu.memory_bytes if free is None else free)
    machine = psutil.virtual_memory()
    limit, used = (_number(_CGROUP / name) for name in ("memory.max", "memory.current"))
    if limit is None or limit >= machine.total:
        return Room(machine.total, machine.available)
    return Room(limit, min(machine.available, max(0, limit - (used or 0))))


def kind_of(device: str, inventory: Inventory) -> Literal["cpu", "gpu"]:
    """What a run with this `train.device` is likely to be placed on."""
    return "gpu" if inventory.gpus and device != "cpu" else "cpu"


def _number(file: Path) -> int | None:
    try:
        words = file.read_text().strip()
    except OSError:
        return None
    return int(words) if words.isdecimal() else None
