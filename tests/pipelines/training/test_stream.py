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

    parts = [(x.numpy(), y.numpy()) for x, y in evaluation_batches(data, split, 100)]
    return np.concatenate([x for x, _ in parts]), np.concatenate([y for _, y in parts])


def large(data, folder: Path, on_disk: bool):
    """The same data as it would be were it large: encoded, and perhaps mapped from disk."""
    from dataclasses import replace

    from pipelines.data.loading import load

    splits = load(data.spec)
    mapped = {}
    for split, x in splits.x.items():
        np.save(folder / f"{split}.npy", x)
        mapped[split] = np.load(folder / f"{split}.npy", mmap_mode="r" if on_disk else None)
    return replace(data, x=mapped, y=splits.y, ready=False)


@pytest.mark.parametrize("spec", [DataSpec(), DataSpec(scaling="standardise", pca=PcaSpec(components=5, whiten=True))])
def test_a_stream_gives_what_whole_arrays_give(spec: DataSpec, tmp_path: Path, monkeypatch) -> None:
    from pipelines.training import stream
    from pipelines.training.prepare import prepare

    data = prepare(spec)
    monkeypatch.setattr(stream, "_KEEP_BYTES", 1000)
    for on_disk in (True, False):
        mapped = large(data, tmp_path, on_disk)
        assert data.ready and not mapped.ready
        np.testing.assert_allclose(mapped.sample(), data.sample()[: len(mapped.sample())], atol=1e-5)
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


EPOCH = """
import sys, psutil
from pathlib import Path
from pipelines.data.encoding import encoded
from pipelines.data.spec import DataSpec, ImageSpec, ImagesSource
from pipelines.training import stream
from pipelines.training import prepare as preparing
from pipelines.training.feed import evaluation_batches, training_batches

for module, name in ((encoded, "LARGE_BYTES"), (stream, "IN_MEMORY_BYTES"), (preparing, "IN_MEMORY_BYTES")):
    setattr(module, name, 16 * 2**20)
stream._KEEP_BYTES = 2**20
data = preparing.prepare(DataSpec(source=ImagesSource(path=sys.argv[1]), image=ImageSpec(height=160, width=160)))
process, before, most = psutil.Process(), None, 0
for number, _ in enumerate(training_batches(data, 8, 0, 0, 1)):
    most = max(most, process.memory_info().rss)
    if number == 10:
        before = process.memory_info().rss
for _ in evaluation_batches(data, "val", 8):
    most = max(most, process.memory_info().rss)
print(sum(x.nbytes for x in data.x.values()), most - before)
"""


def test_what_is_larger_than_memory_is_never_in_it(home: Path, tmp_path: Path, monkeypatch) -> None:
    import os
    import subprocess
    import sys

    from PIL import Image

    monkeypatch.setenv("NETLOOM_DATA", str(tmp_path))
    pixels = np.random.default_rng(0).integers(0, 256, (40, 40, 3), dtype=np.uint8)
    for kind in ("a", "b"):
        (tmp_path / "photos" / kind).mkdir(parents=True)
        Image.fromarray(pixels).save(tmp_path / "photos" / kind / "0.png")
        for number in range(1, 700):
            os.link(tmp_path / "photos" / kind / "0.png", tmp_path / "photos" / kind / f"{number}.png")
    run = [sys.executable, "-c", EPOCH, str(tmp_path / "photos")]
    told = subprocess.run(run, capture_output=True, text=True, check=True).stdout
    size, grown = map(int, told.split())
    assert size > 100 * 2**20 and grown < 40 * 2**20, told
