from pathlib import Path

import numpy as np
import pytest

from pipelines.data.facts import facts
from pipelines.data.loading import load
from pipelines.data.registry import source_of
from pipelines.data.spec import BundledSource, DataSpec, KerasSource, SplitSpec

BUNDLED = ["digits", "iris", "breast_cancer", "diabetes"]


@pytest.mark.parametrize("name", BUNDLED)
def test_splits_are_the_rows_they_say_they_are(name: str):
    spec = DataSpec(source=BundledSource(name=name))
    splits = load(spec)
    data = source_of(spec.source).read()
    x, y = data.x, data.y
    assert {split: len(rows) for split, rows in splits.rows.items()} == facts(spec).rows
    for split, rows in splits.rows.items():
        np.testing.assert_array_equal(splits.x[split], x[rows])
        np.testing.assert_array_equal(splits.y[split], y[rows])


@pytest.mark.parametrize("name", BUNDLED)
def test_equal_specs_give_equal_arrays_and_other_seeds_do_not(name: str):
    spec = DataSpec(source=BundledSource(name=name), split=SplitSpec(seed=3))
    other = DataSpec(source=BundledSource(name=name), split=SplitSpec(seed=4))
    np.testing.assert_array_equal(load(spec).x["train"], load(spec).x["train"])
    assert not np.array_equal(load(spec).rows["train"], load(other).rows["train"])


def test_what_is_loaded_is_raw():
    assert load(DataSpec(scaling="standardise")).x["train"].max() == 16


def test_mnist_keeps_its_own_test_rows(mnist_home: Path):
    splits = load(DataSpec(source=KerasSource(), split=SplitSpec(val=0.1)))
    assert {split: x.shape for split, x in splits.x.items()} == {
        "train": (54_000, 28, 28, 1),
        "val": (6_000, 28, 28, 1),
        "test": (10_000, 28, 28, 1),
    }
    np.testing.assert_array_equal(splits.rows["test"], np.arange(60_000, 70_000))
    shares = [np.bincount(splits.y[split]) / len(splits.y[split]) for split in ("train", "val")]
    np.testing.assert_allclose(*shares, atol=1e-3)
