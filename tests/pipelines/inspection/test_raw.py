"""Rows of tables and texts are shown as they came."""

from pathlib import Path

import numpy as np
import pandas as pd
import pytest

from pipelines.data.spec import DataSpec

pytestmark = pytest.mark.slow


def test_misclassified_texts_are_texts(home: Path, make_run, words: DataSpec, files: Path) -> None:
    from pipelines.inspection.confusion import confusion
    from pipelines.inspection.feature_maps import feature_maps

    uid, _ = make_run(words, "words")
    table = pd.read_csv(files / "words.csv")
    found = confusion(home, uid, split="train")
    assert found.raw is not None and len(found.raw) == len(found.rows) > 5
    np.testing.assert_array_equal(table["kind"].to_numpy()[found.raw.index], np.array(found.labels)[found.true])
    np.testing.assert_array_equal(table["text"].to_numpy()[found.raw.index], found.raw["text"])
    maps = feature_maps(home, uid, row=2, split="train")
    assert maps.raw is not None and list(maps.raw["text"]) == [table["text"][maps.raw.index[0]]]
    assert maps.true == table["kind"][maps.raw.index[0]]


def test_misclassified_rows_have_their_missing_values(home: Path, make_run, mixed_columns: DataSpec, files: Path):
    from pipelines.inspection.confusion import confusion

    uid, _ = make_run(mixed_columns, "mixed columns")
    found = confusion(home, uid, split="train")
    table = pd.read_csv(files / "mixed.csv")
    assert found.raw is not None and list(found.raw) == ["age", "town"]
    np.testing.assert_array_equal(found.raw["age"], table["age"][found.raw.index])
    assert found.raw["age"].isna().any() and set(found.raw["town"]) == {"Ulm", "Bonn", "Jena"}


def test_arrays_have_none(home: Path, make_run) -> None:
    from pipelines.inspection.confusion import confusion

    uid, _ = make_run("iris", "iris")
    assert confusion(home, uid).raw is None
