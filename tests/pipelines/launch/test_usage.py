"""What this process takes, measured; what a GPU takes, from a driver that is played."""

from collections.abc import Iterator
from types import SimpleNamespace

import psutil
import pynvml
import pytest

from pipelines.launch import gpus, usage
from pipelines.launch.usage import gpu_usage, process_usage


@pytest.fixture
def driver(monkeypatch: pytest.MonkeyPatch) -> Iterator[list[str]]:
    """A driver of two GPUs, 30 and 60 percent busy. Gives the list of what was asked of it."""
    asked: list[str] = []
    monkeypatch.setattr(gpus.pynvml, "nvmlInit", lambda: asked.append("init"))
    monkeypatch.setattr(gpus.pynvml, "nvmlShutdown", lambda: None)
    monkeypatch.setattr(gpus.pynvml, "nvmlDeviceGetCount", lambda: 2)
    monkeypatch.setattr(gpus.pynvml, "nvmlDeviceGetHandleByIndex", lambda index: index)
    monkeypatch.setattr(gpus.pynvml, "nvmlDeviceGetHandleByUUID", lambda uuid: int(uuid[-1]))
    monkeypatch.setattr(gpus.pynvml, "nvmlDeviceGetName", lambda handle: f"card {handle}")
    monkeypatch.setattr(gpus.pynvml, "nvmlDeviceGetUUID", lambda handle: f"GPU-{handle}")
    memory = [SimpleNamespace(total=8, used=3, free=5), SimpleNamespace(total=8, used=6, free=2)]
    monkeypatch.setattr(gpus.pynvml, "nvmlDeviceGetMemoryInfo", memory.__getitem__)
    rates = [SimpleNamespace(gpu=30), SimpleNamespace(gpu=60)]
    monkeypatch.setattr(gpus.pynvml, "nvmlDeviceGetUtilizationRates", rates.__getitem__)
    monkeypatch.delenv("CUDA_VISIBLE_DEVICES", raising=False)
    usage._handle.cache_clear()
    yield asked
    usage._handle.cache_clear()


def test_this_process_is_measured() -> None:
    process_usage()
    before = sum(psutil.Process().cpu_times()[:2])
    while sum(psutil.Process().cpu_times()[:2]) < before + 0.05:
        pass
    percent, memory_bytes = process_usage()
    assert percent > 0
    assert memory_bytes > 2**20


def test_a_gpu_is_asked_by_its_number(driver) -> None:
    assert gpu_usage("gpu:0") == (30.0, 3)
    assert gpu_usage("gpu:1") == (60.0, 6)
    assert gpu_usage("gpu:2") is None
    assert gpu_usage("cpu") is None


def test_numbers_count_what_may_be_seen(driver, monkeypatch) -> None:
    monkeypatch.setenv("CUDA_VISIBLE_DEVICES", "1,0")
    assert gpu_usage("gpu:0") == (60.0, 6)
    monkeypatch.setenv("CUDA_VISIBLE_DEVICES", "1")  # as the process of a run on gpu:1 has it
    assert gpu_usage("gpu:1") == (60.0, 6)


def test_the_driver_is_opened_once(driver) -> None:
    gpu_usage("gpu:1")
    opened = len(driver)
    gpu_usage("gpu:1")
    assert len(driver) == opened


def test_a_driver_that_does_not_tell_is_no_error(driver, monkeypatch) -> None:
    def refuse(handle):
        raise pynvml.NVMLError(pynvml.NVML_ERROR_NOT_SUPPORTED)

    monkeypatch.setattr(gpus.pynvml, "nvmlDeviceGetUtilizationRates", refuse)
    assert gpu_usage("gpu:0") is None


def test_a_machine_without_a_gpu_has_nothing_to_tell(monkeypatch) -> None:
    usage._handle.cache_clear()
    monkeypatch.setenv("CUDA_VISIBLE_DEVICES", "")
    assert gpu_usage("gpu:0") is None
