"""What comes before a network: fitted on training rows, kept to the bit, and read again whoever wrote it."""

import json
from pathlib import Path

import numpy as np
import pytest

from models.errors import NetloomError
from pipelines.data.encoding.encoding import ArrayEncoding, CategoryColumn, NumberColumn, TableEncoding, TokensEncoding
from pipelines.data.loading import load
from pipelines.data.preparation.preparation import FILE, Preparation, fit_preparation, in_parts, read
from pipelines.data.preparation.scaling import fit_scaling
from pipelines.data.spec import BundledSource, DataSpec, PcaSpec

DIGITS = DataSpec(scaling="standardise", pca=PcaSpec(components=4, whiten=True))
WORDS = TokensEncoding(name="it", vocabulary=("a", "b"), length=3)


def fitted(spec: DataSpec) -> tuple[Preparation, np.ndarray]:
    splits = load(spec)
    return fit_preparation(spec, splits.encoding, splits.x["train"]), splits.x["test"]


@pytest.mark.parametrize("kind", ["none", "standardise", "rescale", "symmetric"])
def test_it_is_the_scaling_of_the_training_rows(kind):
    spec = DataSpec(source=BundledSource(name="iris"), scaling=kind)
    preparation, x = fitted(spec)
    np.testing.assert_array_equal(preparation.apply(x), fit_scaling(kind, load(spec).x["train"]).apply(x))


@pytest.mark.parametrize("spec", [DIGITS, DIGITS.replace(pca=None), DIGITS.replace(scaling="none")])
def test_it_is_kept_to_the_bit(spec: DataSpec, tmp_path: Path):
    preparation, x = fitted(spec)
    assert preparation.write(tmp_path) == tmp_path / FILE
    assert [path.name for path in tmp_path.iterdir()] == [FILE]
    again = read(tmp_path, spec)
    assert again.encoding == preparation.encoding
    np.testing.assert_array_equal(again.apply(x), preparation.apply(x))
    for part in ("scaling", "projection"):
        before, after = getattr(preparation, part), getattr(again, part)
        assert (before is None) == (after is None)
        for name in before.__dataclass_fields__ if before else ():
            np.testing.assert_array_equal(getattr(after, name), getattr(before, name))
            assert getattr(after, name).dtype == np.float64


def test_token_ids_are_left_alone(tmp_path: Path):
    ids = np.array([[1, 2, 0]], np.int32)
    fit_preparation(DataSpec(), WORDS, ids).write(tmp_path)
    again = read(tmp_path, DataSpec())
    assert again.encoding == WORDS and again.scaling is None
    np.testing.assert_array_equal(again.apply(ids), ids)
    with pytest.raises(NetloomError, match="no principal components"):
        fit_preparation(DIGITS, WORDS, ids)


def test_one_hot_places_are_not_scaled():
    encoding = TableEncoding(
        columns=(NumberColumn(name="n", fill=0.0), CategoryColumn(name="c", vocabulary=("x",)))
    )  # fmt: skip
    x = np.array([[1, 0, 1], [3, 0, 1]], np.float32)
    scaled = fit_preparation(DataSpec(scaling="symmetric"), encoding, x).apply(x)
    assert scaled.tolist() == [[-1, 0, 1], [1, 0, 1]]


def test_the_scaling_of_an_older_run_is_read(tmp_path: Path):
    spec = DataSpec(scaling="standardise")
    scaling = fit_scaling("standardise", load(spec).x["train"])
    kept = {"offset": scaling.offset.tolist(), "scale": scaling.scale.tolist()}
    (tmp_path / "scaling.json").write_text(json.dumps(kept))
    old = read(tmp_path, spec)
    assert old.encoding == ArrayEncoding(shape=(8, 8, 1), raw_dtype="uint8") and old.projection is None
    x = load(spec).x["test"]
    np.testing.assert_array_equal(old.apply(x), scaling.apply(x))


def test_what_cannot_be_read_says_so(tmp_path: Path):
    with pytest.raises(NetloomError, match="cannot be read"):
        read(tmp_path, DataSpec())
    fitted(DIGITS)[0].write(tmp_path)
    whole = (tmp_path / FILE).read_bytes()
    for harmed in (whole[:-100], b"", b"PK\x03\x04 no zip", whole.replace(b"array", b"arroz")):
        (tmp_path / FILE).write_bytes(harmed)
        with pytest.raises(NetloomError, match="cannot be read"):
            read(tmp_path, DIGITS)
    np.savez(tmp_path / FILE, encoding=np.array([{"kind": "array"}], dtype=object))  # pickled: not opened
    with pytest.raises(NetloomError, match="cannot be read"):
        read(tmp_path, DIGITS)


def test_parts_are_small_and_whole():
    x = np.arange(20_000, dtype=np.float32).reshape(1000, 20)
    parts = list(in_parts(x, part_bytes=8000))
    assert {len(part) for part in parts} == {100}
    np.testing.assert_array_equal(np.concatenate(parts), x)
