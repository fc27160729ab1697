"""Placing runs on an inventory that is given, and reading that of this machine."""

import pytest

from models.errors import NetloomError
from pipelines.launch.slots import Gpu, Inventory, NoSuchDevice, cpu_slots, gpus, inventory, visible

TWO = (Gpu(0, "A", 8, "GPU-aa11"), Gpu(1, "B", 8, "GPU-bb22"))
MACHINE = Inventory(TWO, cpu_slots=2)


@pytest.mark.parametrize(
    ("device", "busy", "placed"),
    [
        ("auto", [], "gpu:0"),
        ("auto", ["gpu:0"], "gpu:1"),
        ("auto", ["gpu:0", "gpu:1", "cpu"], "cpu"),
        ("auto", ["gpu:0", "gpu:1", "cpu", "cpu"], None),
        ("cpu", ["cpu"], "cpu"),
        ("cpu", ["cpu", "cpu"], None),
        ("gpu:1", ["gpu:0"], "gpu:1"),
        ("gpu:1", ["gpu:1"], None),
    ],
)
def test_place(device: str, busy: list[str], placed: str | None) -> None:
    assert MACHINE.place(device, busy) == placed


def test_a_gpu_that_is_not_there_is_refused_even_while_all_is_busy() -> None:
    with pytest.raises(NoSuchDevice, match="asks for gpu:2, but this machine has gpu:0, gpu:1"):
        MACHINE.place("gpu:2", ["gpu:0", "gpu:1", "cpu", "cpu"])
    with pytest.raises(NoSuchDevice, match="no GPU that its driver tells of"):
        Inventory().place("gpu:0", [])


@pytest.mark.parametrize(
    ("setting", "names"),
    [("", ""), ("-1", ""), ("1", "B"), ("1,0", "BA"), ("0,-1,1", "A"), ("GPU-bb", "B"), ("GPU-", ""), ("1, 0", "BA")],
)
def test_cuda_visible_devices_chooses_and_numbers_anew(setting: str, names: str) -> None:
    chosen = visible(TWO, setting)
    assert "".join(gpu.name for gpu in chosen) == names
    assert [gpu.device for gpu in chosen] == [f"gpu:{place}" for place in range(len(names))]


def test_the_number_of_cpu_slots_can_be_set(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delenv("NETLOOM_CPU_SLOTS", raising=False)
    assert cpu_slots() >= 1
    monkeypatch.setenv("NETLOOM_CPU_SLOTS", "7")
    assert cpu_slots() == 7
    for bad in ("0", "many", "-1", "1.5", "1001"):
        monkeypatch.setenv("NETLOOM_CPU_SLOTS", bad)
        with pytest.raises(NetloomError, match="NETLOOM_CPU_SLOTS"):
            cpu_slots()


def test_this_machine_has_an_inventory(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delenv("CUDA_VISIBLE_DEVICES", raising=False)
    everything = inventory()
    assert [gpu.index for gpu in everything.gpus] == list(range(len(everything.gpus)))
    assert all(gpu.memory_bytes > 0 and gpu.name for gpu in everything.gpus)
    assert gpus("-1") == ()
    assert everything.as_info()["slots"][-1] == "cpu"
