"""Batches made while a network trains: what they hold, and that they are the same whenever they are made again."""

from pathlib import Path

import numpy as np
import pytest

from pipelines.data.spec import AugmentSpec, BundledSource, CorruptSpec, DataSpec, PcaSpec
from pipelines.runs.facts import Split

pytestmark = pytest.mark.slow

AUGMENT = (AugmentSpec(kind="RandomTranslation", config={"height_factor": 0.2, "width_factor": 0.2}),)
NOISY = CorruptSpec(noise=0.3, mask=0.2)


def batches(data, batch_size: int = 100, first: int = 0, last: int = 2) -> list[tuple[np.ndarray, np.ndarray]]:
    from pipelines.training.feed import training_batches

    return [(x.numpy(), y.numpy()) for x, y in training_batches(data, batch_size, 5, first, last)]


def evaluated(data, split: Split) -> tuple[np.ndarray, np.ndarray]:
    from pipelines.training.feed import evaluation_batches

    given = evaluation_batches(data, split, 100)
    if "y" in given:
        return given["x"], given["y"]
    parts = [(x.numpy(), y.numpy()) for x, y in given["x"]]
    return np.concatenate([x for x, _ in parts]), np.concatenate([y for _, y in parts])


def large(data, folder: Path):
    """The same data as it would be were it larger than memory: encoded, and mapped from disk."""
    from dataclasses import replace

    from pipelines.data.loading import load

    splits = load(data.spec)
    mapped = {}
    for split, x in splits.x.items():
        np.save(folder / f"{split}.npy", x)
        mapped[split] = np.load(folder / f"{split}.npy", mmap_mode="r")
    return replace(data, x=mapped, y=splits.y, ready=False)


@pytest.mark.parametrize("spec", [DataSpec(), DataSpec(scaling="standardise", pca=PcaSpec(components=5, whiten=True))])
def test_a_stream_gives_what_whole_arrays_give(spec: DataSpec, tmp_path: Path, monkeypatch) -> None:
    from pipelines.training import stream
    from pipelines.training.prepare import prepare

    data = prepare(spec)
    mapped = large(data, tmp_path)
    assert data.ready and not mapped.ready
    np.testing.assert_allclose(mapped.sample(), data.sample()[: len(mapped.sample())], atol=1e-5)
    for limit in (0, stream.IN_MEMORY_BYTES):  # read from disk, or held as they are
        monkeypatch.setattr(stream, "IN_MEMORY_BYTES", limit)
        monkeypatch.setattr(stream, "_KEEP_BYTES", 1000)
        for (x, y), (expected_x, expected_y) in zip(batches(mapped), batches(data), strict=True):
            np.testing.assert_array_equal(y, expected_y)
            np.testing.assert_allclose(x, expected_x, atol=1e-5)
            assert x.dtype == expected_x.dtype == np.float32
        for split in ("val", "test"):
            for given, expected in zip(evaluated(mapped, split), evaluated(data, split), strict=True):
                np.testing.assert_allclose(given, expected, atol=1e-5)


@pytest.mark.parametrize(
    "spec",
    [
        DataSpec(augment=AUGMENT, corrupt=NOISY),
        DataSpec(augment=(AugmentSpec(kind="MixUp"),)),
        DataSpec(task="reconstruction", augment=AUGMENT, corrupt=NOISY),
        DataSpec(source=BundledSource(name="iris"), corrupt=NOISY),
    ],
)
def test_a_later_start_gives_the_same_batches_to_the_bit(spec: DataSpec) -> None:
    from pipelines.training.prepare import prepare

    data = prepare(spec)
    whole, later = batches(data, 16, 0, 3), batches(prepare(spec), 16, 2, 3)
    for (x, y), (expected_x, expected_y) in zip(later, whole[-len(later) :], strict=True):
        np.testing.assert_array_equal(x, expected_x)
        np.testing.assert_array_equal(y, expected_y)
    assert not np.array_equal(whole[0][0], whole[len(later)][0])


def test_classes_are_harmed_in_training_only() -> None:
    from pipelines.training.prepare import prepare

    clean, harmed = prepare(DataSpec()), prepare(DataSpec(augment=AUGMENT, corrupt=NOISY))
    for split in ("val", "test"):
        for given, expected in zip(evaluated(harmed, split), evaluated(clean, split), strict=True):
            np.testing.assert_allclose(given, expected, atol=1e-6)
    (x, y), (clean_x, clean_y) = batches(harmed)[0], batches(clean)[0]
    np.testing.assert_array_equal(y, clean_y)
    assert (x == 0).mean() == pytest.approx(0.2, abs=0.02)  # noise comes first, so only what is masked is 0
    assert np.abs(x - clean_x).mean() > 0.1


def test_an_autoencoder_is_asked_for_the_clean_inputs_everywhere() -> None:
    from pipelines.training.prepare import prepare

    spec = DataSpec(task="reconstruction", scaling="standardise", corrupt=NOISY)
    clean, harmed = prepare(spec.replace(corrupt=CorruptSpec())), prepare(spec)
    assert clean.ready and clean.y["train"] is clean.x["train"]
    for (x, y), (clean_x, _) in zip(batches(harmed), batches(clean), strict=True):
        np.testing.assert_allclose(y, clean_x, atol=1e-6)
        assert 0.1 < np.abs(x - y).mean() < 1
    for split in ("val", "test"):
        x, y = evaluated(harmed, split)
        np.testing.assert_allclose(y, evaluated(clean, split)[0], atol=1e-6)
        assert 0.1 < np.abs(x - y).mean() < 1
        np.testing.assert_array_equal(x, evaluated(harmed, split)[0])


def test_mixed_classes_are_shares_in_every_split() -> None:
    from pipelines.training.prepare import prepare

    data = prepare(DataSpec(augment=(AugmentSpec(kind="MixUp", config={"alpha": 0.4}),)))
    _, y = batches(data)[0]
    assert y.shape == (100, 10) and ((0 < y) & (y < 1)).any()
    np.testing.assert_allclose(y.sum(axis=1), 1, rtol=1e-5)
    _, y = evaluated(data, "val")
    assert y.dtype == np.float32 and set(np.unique(y)) == {0, 1} and (y.sum(axis=1) == 1).all()
