"""What a process and its GPU are busy with: cheap enough to ask twice a second, None where nobody can tell."""

import functools
import os

import psutil
import pynvml

from pipelines.launch.gpus import gpus


def process_usage() -> tuple[float, int]:
    """CPU and memory of this process.

    Returns:
        (percent, bytes): CPU time since the last call, 100 for each core that was busy, 0 at the first call; and the
        memory that the process holds (RSS).
    """
    process = _process(os.getpid())
    return process.cpu_percent(), process.memory_info().rss


def gpu_usage(device: str) -> tuple[float, int] | None:
    """How busy a GPU is as a whole, whoever uses it.

    Args:
        device: `gpu:N`, N counting the GPUs that `CUDA_VISIBLE_DEVICES` lets through; in a process that has been
            narrowed to one of them, that one. `cpu` has none.

    Returns:
        (percent of the last moments in which it computed, bytes of its memory in use), or None: it is no GPU, or the
        driver does not tell.
    """
    if not device.startswith("gpu:"):
        return None
    handle = _handle(os.getpid(), device, os.environ.get("CUDA_VISIBLE_DEVICES"))
    if handle is None:
        return None
    try:
        busy = pynvml.nvmlDeviceGetUtilizationRates(handle).gpu
        return float(busy), int(pynvml.nvmlDeviceGetMemoryInfo(handle).used)
    except pynvml.NVMLError:
        return None


# By pid, since what is known of a process or of its driver is another's after a fork.


@functools.lru_cache(maxsize=1)
def _process(pid: int) -> psutil.Process:
    return psutil.Process(pid)


@functools.lru_cache(maxsize=16)
def _handle(pid: int, device: str, setting: str | None):  # of NVML, which stays open for the next question
    seen = gpus(setting)
    number = int(device.removeprefix("gpu:")) if len(seen) > 1 else 0
    if number >= len(seen):
        return None
    try:
        pynvml.nvmlInit()
        return pynvml.nvmlDeviceGetHandleByUUID(seen[number].uuid)
    except pynvml.NVMLError:
        return None
