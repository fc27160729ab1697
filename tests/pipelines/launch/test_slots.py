"""Placing runs on an inventory that is given, and reading that of this machine."""

from collections.abc import Sequence

import pytest

from models.errors import NetloomError
from pipelines.launch.gpus import Gpu
from pipelines.launch.slots import GIB, Inventory, NoSuchDevice, Placed, as_set, cpu_slots, inventory


def machine(*gpus: Gpu, cpu_slots: int = 2, **free: int) -> Inventory:
    """A machine whose GPUs have so much free, all of it unless said."""
    return Inventory(gpus, cpu_slots, lambda gpu: free.get(gpu.name, gpu.memory_bytes))


def gpu(index: int, name: str, memory_gib: int = 8, slots: int = 4) -> Gpu:
    return Gpu(index, name, memory_gib * GIB, f"GPU-{name}", slots)


MACHINE = machine(gpu(0, "A"), gpu(1, "B"))


def unknown(*devices: str) -> list[Placed]:
    return [Placed(device) for device in devices]


@pytest.mark.parametrize(
    ("device", "busy", "placed"),
    [
        ("auto", [], "gpu:0"),
        ("auto", ["gpu:0"], "gpu:1"),
        ("auto", ["gpu:0", "gpu:1"], "cpu"),
        ("auto", ["gpu:0", "gpu:1", "cpu", "cpu"], None),
        ("cpu", ["cpu"], "cpu"),
        ("cpu", ["cpu", "cpu"], None),
        ("gpu:1", ["gpu:0"], "gpu:1"),
        ("gpu:1", ["gpu:1"], None),
    ],
)
def test_a_run_of_unknown_memory_has_a_gpu_alone(device: str, busy: Sequence[str], placed: str | None) -> None:
    assert MACHINE.place(device, unknown(*busy)) == placed


@pytest.mark.parametrize(
    ("device", "busy", "gib", "placed"),
    [
        ("gpu:0", [], 2, "gpu:0"),
        ("gpu:0", [2], 2, "gpu:0"),  # 3 + 3 of 8, what CUDA takes included
        ("gpu:0", [2, 2], 2, None),  # 9 of 8
        ("gpu:0", [2, 2], 1, "gpu:0"),  # 8 of 8
        ("gpu:0", [None], 1, None),  # who knows what the other takes
        ("gpu:0", [], 80, "gpu:0"),  # as asked: there is no other to be harmed
        ("auto", [], 80, "cpu"),  # it fits on none
        ("auto", [1], 1, "gpu:1"),  # a GPU of its own before one that is shared
        ("auto", [0, 0, 0, 0], 7, "gpu:1"),
    ],
)
def test_runs_share_a_gpu_where_their_memory_fits(
    device: str, busy: Sequence[int | None], gib: int, placed: str | None
) -> None:
    there = [Placed("gpu:0", None if known is None else known * GIB) for known in busy]
    assert MACHINE.place(device, there, gib * GIB) == placed


def test_a_gpu_takes_no_more_runs_than_it_has_slots() -> None:
    there = [Placed("gpu:0", 0), Placed("gpu:0", 0)]
    assert machine(gpu(0, "A", 80, slots=2)).place("gpu:0", there, 0) is None
    assert machine(gpu(0, "A", 80, slots=3)).place("gpu:0", there, 0) == "gpu:0"
    assert machine(gpu(0, "A", slots=0)).place("auto", []) == "cpu"


def test_what_others_hold_of_a_gpu_counts() -> None:
    one = machine(gpu(0, "A"), A=3 * GIB)
    assert one.place("auto", [], 2 * GIB) == "gpu:0"
    assert one.place("auto", [], 3 * GIB) == "cpu"
    assert one.place("gpu:0", [Placed("gpu:0", GIB)], 3 * GIB) is None


def test_a_gpu_whose_driver_does_not_tell_what_is_free_has_what_is_not_promised() -> None:
    silent = Inventory((gpu(0, "A"),), 1, lambda gpu: None)
    assert silent.place("gpu:0", [Placed("gpu:0", 3 * GIB)], 3 * GIB) == "gpu:0"
    assert silent.place("gpu:0", [Placed("gpu:0", 3 * GIB)], 4 * GIB) is None


def test_a_gpu_that_an_earlier_run_waits_for_is_left_alone() -> None:
    assert MACHINE.place("auto", [], GIB, reserved={"gpu:0"}) == "gpu:1"
    assert MACHINE.place("auto", [], GIB, reserved={"gpu:0", "gpu:1"}) == "cpu"


def test_a_gpu_that_is_not_there_is_refused_even_while_all_is_busy() -> None:
    with pytest.raises(NoSuchDevice, match="asks for gpu:2, but this machine has gpu:0, gpu:1"):
        MACHINE.place("gpu:2", unknown("gpu:0", "gpu:1", "cpu", "cpu"))
    with pytest.raises(NoSuchDevice, match="no GPU that its driver tells of"):
        Inventory().place("gpu:0", [])


def test_the_settings_change_the_number_of_slots() -> None:
    settings = {"slots.cpu": 5, "slots.gpu": {"gpu:1": 1, "gpu:7": 3}}
    changed = as_set(MACHINE, settings.get)
    assert (changed.cpu_slots, [gpu.slots for gpu in changed.gpus]) == (5, [4, 1])
    assert changed.as_info()["slots"] == ["gpu:0"] * 4 + ["gpu:1"] + ["cpu"] * 5
    assert as_set(MACHINE, {}.get) == MACHINE


@pytest.mark.parametrize("nonsense", [0, -1, "2", 1.5, True, 10_000, [], None])
def test_settings_that_make_no_sense_do_not_count(nonsense: object) -> None:
    assert as_set(MACHINE, {"slots.cpu": nonsense}.get) == MACHINE
    if nonsense != 0:  # a GPU may be given none
        assert as_set(MACHINE, {"slots.gpu": {"gpu:0": nonsense}}.get) == MACHINE
    assert as_set(MACHINE, {"slots.gpu": nonsense}.get) == MACHINE


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
    assert all(0 <= (everything.free_bytes(gpu) or 0) <= gpu.memory_bytes for gpu in everything.gpus)
    assert everything.as_info()["slots"][-1] == "cpu"
