"""Reading the driver's GPUs, and choosing among them as CUDA does."""

import pytest

from pipelines.launch.gpus import Gpu, free_bytes, gpus, visible

TWO = (Gpu(0, "A", 8, "GPU-aa11"), Gpu(1, "B", 8, "GPU-bb22"))


@pytest.mark.parametrize(
    ("setting", "names"),
    [("", ""), ("-1", ""), ("1", "B"), ("1,0", "BA"), ("0,-1,1", "A"), ("GPU-bb", "B"), ("GPU-", ""), ("1, 0", "BA")],
)
def test_cuda_visible_devices_chooses_and_numbers_anew(setting: str, names: str) -> None:
    chosen = visible(TWO, setting)
    assert "".join(gpu.name for gpu in chosen) == names
    assert [gpu.device for gpu in chosen] == [f"gpu:{place}" for place in range(len(names))]


def test_nothing_is_seen_where_nothing_may_be_seen() -> None:
    assert gpus("-1") == ()


def test_nobody_knows_what_is_free_on_a_gpu_that_is_not_there() -> None:
    assert free_bytes(Gpu(0, "none", 8, "GPU-not-there")) is None
