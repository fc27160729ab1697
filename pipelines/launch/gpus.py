"""The GPUs that NVIDIA's driver tells of, and what is free of their memory."""

from dataclasses import dataclass, replace

import pynvml

SLOTS = 4  # runs that share a GPU, unless the settings say otherwise; as many of them as its memory allows


@dataclass(frozen=True, slots=True)
class Gpu:
    """A GPU. index counts those that this process may see, in the order of the PCI bus unless it was told another.

    Attributes:
        memory_bytes: all that it has.
        slots: runs that it takes at a time, where their memory allows it.
    """

    index: int
    name: str
    memory_bytes: int
    uuid: str = ""
    slots: int = SLOTS

    @property
    def device(self) -> str:
        """Its name in a TrainSpec: `gpu:0`."""
        return f"gpu:{self.index}"


def gpus(setting: str | None = None) -> tuple[Gpu, ...]:
    """The GPUs that the driver tells of; none where it does not answer.

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


def free_bytes(gpu: Gpu) -> int | None:
    """Memory of a GPU that nobody holds now, other programs counted; None where the driver does not tell."""
    try:
        pynvml.nvmlInit()
    except pynvml.NVMLError:
        return None
    try:
        return int(pynvml.nvmlDeviceGetMemoryInfo(pynvml.nvmlDeviceGetHandleByUUID(gpu.uuid)).free)
    except pynvml.NVMLError:
        return None
    finally:
        pynvml.nvmlShutdown()


def _gpu(index: int) -> Gpu:
    handle = pynvml.nvmlDeviceGetHandleByIndex(index)
    memory = pynvml.nvmlDeviceGetMemoryInfo(handle).total
    return Gpu(index, pynvml.nvmlDeviceGetName(handle), int(memory), pynvml.nvmlDeviceGetUUID(handle))
