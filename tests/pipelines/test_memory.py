"""What a run will take, against what was measured, and the batch size with which it fits."""

import pytest

from models.facts import NodeSummary, Summary
from pipelines.data.facts import facts
from pipelines.examples import EXAMPLES
from pipelines.launch.gpus import Gpu
from pipelines.launch.slots import GPU_CONTEXT_BYTES, Inventory
from pipelines.memory import MIB, estimate, kind_of, room, smaller_batch

SPEC = EXAMPLES["digits-cnn"]
KNOWN = facts(SPEC.data)
DENSE = NodeSummary("dense", "Dense", (None, 1000), 64_000, 64_000, ("input",), activation_bytes=4_000,
                    weight_bytes=256_000)  # fmt: skip
SUMMARY = Summary((DENSE,), 64_000, 64_000, output_shapes=((None, 1000),))
GPUS = Inventory((Gpu(0, "small", 4 * 2**30), Gpu(1, "large", 8 * 2**30)), free_bytes=lambda gpu: gpu.memory_bytes // 2)


def of(**train):
    return SPEC.replace(train=SPEC.train.replace(**train))


def test_it_grows_with_the_batch_and_no_further_than_the_rows():
    small, large = (estimate(of(batch_size=size), SUMMARY, KNOWN) for size in (10, 100))
    assert large.activations == 10 * small.activations and large.weights == small.weights
    whole = estimate(of(batch_size="all"), SUMMARY, KNOWN)
    assert whole == estimate(of(batch_size=100_000), SUMMARY, KNOWN)
    assert whole.total == whole.process + whole.tensors > whole.activations == pytest.approx(1257 * 4_000 * 1.8, abs=1)


def test_what_else_it_depends_on():
    plain = estimate(of(optimizer={"kind": "SGD", "config": {}}), SUMMARY, KNOWN)
    assert plain.weights == 2 * 256_000  # weights and gradients
    adam = {"kind": "Adam", "config": {"gradient_accumulation_steps": 2}}
    assert estimate(of(optimizer=adam), SUMMARY, KNOWN).weights == 5 * 256_000
    half = estimate(of(precision="mixed_float16"), SUMMARY, KNOWN)
    assert half.activations == pytest.approx(estimate(SPEC, SUMMARY, KNOWN).activations / 2, abs=1)
    gpu = estimate(SPEC, SUMMARY, KNOWN, "gpu")
    assert gpu.process == GPU_CONTEXT_BYTES and gpu.data == 0 < estimate(SPEC, SUMMARY, KNOWN).data


def test_a_length_that_varies_is_not_known():
    varies = NodeSummary("lstm", "LSTM", (None, None, 8), 10, 10, ("input",), weight_bytes=40)
    assert estimate(SPEC, Summary((varies,), 10, 10), KNOWN) is None


def test_the_largest_batch_that_fits_is_told_and_fits():
    spec = of(batch_size=1_000)
    needs = estimate(spec, SUMMARY, KNOWN)
    has = needs.total - needs.activations // 3
    smaller = smaller_batch(spec, SUMMARY, KNOWN, has, needs)
    assert smaller == 512
    assert estimate(of(batch_size=smaller), SUMMARY, KNOWN).total <= has < needs.total
    assert estimate(of(batch_size=2 * smaller), SUMMARY, KNOWN).total > has
    assert smaller_batch(spec, SUMMARY, KNOWN, needs.process, needs) is None


def test_the_device_that_it_will_get():
    assert [kind_of(device, GPUS) for device in ("auto", "cpu", "gpu:0")] == ["gpu", "cpu", "gpu"]
    assert kind_of("auto", Inventory()) == "cpu"
    assert room("auto", GPUS).total == 8 * 2**30 and room("gpu:0", GPUS).total == 4 * 2**30
    assert room("gpu:0", GPUS).free == 2 * 2**30
    here = room("cpu", GPUS)
    assert 0 < here.free <= here.total and here.total > 256 * MIB


def test_a_container_has_what_it_may_use(tmp_path, monkeypatch):
    (tmp_path / "memory.max").write_text(f"{300 * MIB}\n")
    (tmp_path / "memory.current").write_text(f"{100 * MIB}\n")
    monkeypatch.setattr("pipelines.memory._CGROUP", tmp_path)
    assert room("cpu", Inventory()).total == 300 * MIB and room("cpu", Inventory()).free == 200 * MIB
    (tmp_path / "memory.max").write_text("max\n")
    assert room("cpu", Inventory()).total > 300 * MIB
