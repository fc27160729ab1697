"""The queue's order against a machine that is given; with real processes where it says so."""

from collections.abc import Sequence

import pytest

from pipelines.launch.gpus import Gpu
from pipelines.launch.placing import Placer
from pipelines.launch.slots import GIB, Inventory, Placed
from pipelines.runs.facts import StoreError


def machine(slots: int = 4, cpu_slots: int = 1) -> Inventory:
    """One GPU of 10 GiB that nobody else uses."""
    gpu = Gpu(0, "card", 10 * GIB, "GPU-card", slots)
    return Inventory((gpu,), cpu_slots, lambda gpu: gpu.memory_bytes)


def placed(lab, waiting: Sequence[str], inventory: Inventory, busy: Sequence[Placed] = ()) -> dict[str, str]:
    return {run.uid: place.device for run, place, _ in Placer(lab.store).claim(waiting, inventory, busy)}


def test_small_runs_share_a_gpu_until_its_memory_or_its_slots_are_taken(lab) -> None:
    uids = [lab.queue(memory_bytes=2 * GIB, device="gpu:0") for _ in range(5)]
    assert placed(lab, uids, machine()) == dict.fromkeys(uids[:3], "gpu:0")  # 3 GiB each, with what CUDA takes
    small = [lab.queue(memory_bytes=0, device="gpu:0") for _ in range(5)]
    assert placed(lab, small, machine(slots=2)) == dict.fromkeys(small[:2], "gpu:0")


def test_a_large_run_is_not_overtaken_on_its_gpu_by_smaller_ones(lab) -> None:
    large = lab.queue(memory_bytes=8 * GIB, device="gpu:0")
    small = [lab.queue(memory_bytes=0, device="auto") for _ in range(2)]
    busy = [Placed("gpu:0", 2 * GIB)]
    assert placed(lab, [large, *small], machine(), busy) == {small[0]: "cpu"}
    assert placed(lab, [large], machine()) == {large: "gpu:0"}


def test_a_run_says_which_backend_it_wants(lab) -> None:
    uid = lab.queue(backend="jax")
    ((run, place, backend),) = Placer(lab.store).claim([uid], machine(cpu_slots=1), [])
    assert (run.uid, place, backend) == (uid, Placed("gpu:0"), "jax")


def test_the_same_queue_is_not_looked_at_twice_where_only_the_store_can_change_it(lab) -> None:
    placer, uid = Placer(lab.store), lab.queue(device="cpu")
    full, busy = Inventory(cpu_slots=1), [Placed("cpu")]
    assert list(placer.claim([uid], full, busy)) == []
    lab.store.get = None  # to ask is an error now
    assert list(placer.claim([uid], full, busy)) == []
    del lab.store.get
    assert [run.uid for run, _, _ in placer.claim([uid], Inventory(cpu_slots=2), busy)] == [uid]


def test_a_look_that_fails_half_way_is_taken_again(lab, monkeypatch: pytest.MonkeyPatch) -> None:
    placer, uid = Placer(lab.store), lab.queue(device="cpu")

    def locked(*_) -> bool:
        raise StoreError("The database is locked.")

    with monkeypatch.context() as patch:
        patch.setattr(lab.store, "claim", locked)
        with pytest.raises(StoreError):
            list(placer.claim([uid], Inventory(), []))
    assert [run.uid for run, _, _ in placer.claim([uid], Inventory(), [])] == [uid]


def test_memory_that_becomes_free_is_noticed(lab, monkeypatch: pytest.MonkeyPatch) -> None:
    free = [0]
    gpu = Gpu(0, "card", 10 * GIB, "GPU-card")
    inventory = Inventory((gpu,), 1, lambda gpu: free[0])
    placer, uid = Placer(lab.store), lab.queue(memory_bytes=GIB)
    busy = [Placed("cpu")]
    now = [100.0]
    monkeypatch.setattr("pipelines.launch.placing.time.monotonic", lambda: now[0])
    assert list(placer.claim([uid], inventory, busy)) == []
    free[0] = 10 * GIB
    now[0] += 2
    assert [run.uid for run, _, _ in placer.claim([uid], inventory, busy)] == [uid]


@pytest.mark.slow
def test_the_number_of_slots_changes_while_it_runs(lab) -> None:
    supervisor = lab.supervisor(cpu_slots=1)
    first, second, third = (lab.queue("stay") for _ in range(3))
    lab.until_it_works(supervisor, first)
    assert lab.run(second).status == "queued"
    lab.store.set_setting("slots.cpu", 2)
    lab.until_it_works(supervisor, second)
    assert lab.run(third).status == "queued"
    assert lab.store.services("supervisor")[0].info["slots"] == ["cpu", "cpu"]
    lab.store.set_setting("slots.cpu", 1)  # nobody is sent away
    lab.store.request(first, "stop")
    lab.until_status(supervisor, first, "stopped")
    lab.drive(supervisor, lambda: lab.run(second).progress.epoch > 10)
    assert lab.run(third).status == "queued"
    lab.store.request(second, "stop")
    lab.until_it_works(supervisor, third)


@pytest.mark.slow
def test_runs_really_share_a_gpu_and_wait_for_one_by_number(lab) -> None:
    supervisor = lab.supervisor(inventory=machine(cpu_slots=1))
    uids = [lab.queue("stay", memory_bytes=GIB, device="gpu:0") for _ in range(2)]
    alone = lab.queue("stay", device="gpu:0")  # its memory is not known
    lab.until_it_works(supervisor, *uids)
    assert [lab.run(uid).device for uid in uids] == ["gpu:0", "gpu:0"]
    for uid in uids:
        assert lab.run(alone).status == "queued"
        lab.store.request(uid, "stop")
        lab.until_status(supervisor, uid, "stopped")
    lab.until_it_works(supervisor, alone)
