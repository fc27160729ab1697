"""At a glance: what numpy says of each split, what was done on purpose, and a hash that follows the data."""

import numpy as np
import pytest

from pipelines.data.preview.glance import glance
from pipelines.data.preview.looked import look_at
from pipelines.data.source import RawData
from pipelines.data.spec import BundledSource, CorruptSpec, DataSpec, SplitSpec, TableSource
from pipelines.data.tables.propose import propose


@pytest.mark.parametrize("name", ["digits", "iris", "diabetes"])
def test_the_table_of_splits_is_what_numpy_says(bundled, name: str):
    looked = bundled(name)
    table = glance(looked).splits.set_index("split")
    assert list(table.index) == ["train", "val", "test"]
    assert table["share"].sum() == pytest.approx(1)
    assert not table["own"].any() and not table["missing"].any()
    for split, rows in looked.rows.items():
        x, y, row = looked.data.x[rows], looked.data.y[rows], table.loc[split]
        assert (row["rows"], row["shape"]) == (len(rows), x.shape)
        assert row["bytes"] == x.nbytes + y.nbytes
        assert (row["min"], row["max"]) == (x.min(), x.max())
        exact = x.astype(np.float64)
        np.testing.assert_allclose([row["mean"], row["std"]], [exact.mean(), exact.std()], rtol=1e-9)


def test_moments_are_the_same_in_many_pieces(bundled, monkeypatch):
    looked = bundled("breast_cancer")
    whole = glance(looked).splits
    monkeypatch.setattr("pipelines.data.preview.glance._CHUNK_VALUES", 500)
    pieces = glance(looked).splits
    np.testing.assert_allclose(pieces[["min", "max", "mean", "std"]], whole[["min", "max", "mean", "std"]], rtol=1e-9)


def test_what_is_done_on_purpose_is_counted():
    spec = DataSpec(source=BundledSource(name="digits"), corrupt=CorruptSpec(wrong_labels=0.1, train_rows=0.5))
    seen = glance(look_at(spec))
    assert seen.left_out == 1797 - seen.rows == 629
    assert seen.wrong_labels == 63
    plain = glance(look_at(DataSpec(source=BundledSource(name="diabetes"), corrupt=CorruptSpec(wrong_labels=0.5))))
    assert plain.wrong_labels == 0


def test_equal_data_and_splits_have_equal_hashes(bundled):
    seen = glance(bundled("iris")).content_hash
    assert len(seen) == 64 and seen == glance(bundled("iris")).content_hash
    assert seen != glance(bundled("iris", split=SplitSpec(seed=1))).content_hash
    looked = bundled("iris")
    x = looked.data.x.copy()
    x[0, 0] += 1
    assert seen != glance(look_at(looked.spec, RawData(x, looked.data.y))).content_hash


def test_a_file_that_changes_has_another_hash(table, tmp_path):
    rows = [f"{n},{n % 3},{'ab'[n % 2]}" for n in range(40)]
    first = table("\n".join(["p,q,y", *rows]), target=("y",))
    before = glance(first).content_hash
    copy = tmp_path / "copy.csv"
    copy.write_bytes((tmp_path / "table.csv").read_bytes())
    assert glance(look_at(propose(TableSource(path=str(copy), target=("y",))))).content_hash == before
    second = table("\n".join(["p,q,y", *rows[:-1], "7,7,b"]), target=("y",))
    assert glance(second).content_hash != before


def test_a_table_tells_what_is_missing_and_has_no_range(titanic):
    seen = glance(titanic)
    assert (seen.rows, seen.dtype, seen.value_range) == (891, "table", None)
    assert seen.splits["missing"].sum() == 177 + 2
    assert seen.bytes > 891 * 4 * 8


def test_image_files_are_weighed_on_disk(photos):
    seen = glance(photos)
    files = photos.files()
    assert seen.bytes == sum((files.root / name).stat().st_size for name in files.names) + photos.data.y.nbytes
    assert (seen.dtype, seen.value_range) == ("rgb", None)
    assert seen.splits["own"].tolist() == [False, True, False]
