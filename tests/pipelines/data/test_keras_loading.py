"""Rows that are not numbers yet are encoded once, in parts, and are found again by whoever wants them."""

import io
import logging
from concurrent.futures import ProcessPoolExecutor
from pathlib import Path
from typing import cast

import numpy as np
import pandas as pd
import pytest
from PIL import Image

from models.errors import NetloomError
from pipelines.data.encoding import encoded
from pipelines.data.encoding.encoding import ArrayEncoding
from pipelines.data.facts import facts
from pipelines.data.files import cache
from pipelines.data.images.files import ImageFiles
from pipelines.data.loading import NotPrepared, Splits, load, raw_rows
from pipelines.data.registry import source_of
from pipelines.data.spec import (
    ColumnSpec,
    CorruptSpec,
    DataSpec,
    ImageSpec,
    ImagesSource,
    MasksSource,
    SplitSpec,
    TableSource,
    TextSpec,
)

pytestmark = pytest.mark.slow


@pytest.fixture
def files(home: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A folder of the user's: a table, texts, images of two classes, and images with masks."""
    folder = tmp_path / "files"
    monkeypatch.setenv("NETLOOM_DATA", str(folder))
    rng = np.random.default_rng(0)
    for name in [f"{kind}/{each}.png" for kind in ("a", "b") for each in range(12)]:
        (folder / "photos" / name).parent.mkdir(parents=True, exist_ok=True)
        size = rng.integers(10, 30, 2)
        Image.fromarray(rng.integers(0, 256, (*size, 3), dtype=np.uint8)).save(folder / "photos" / name)
    for kind, last in (("images", (3,)), ("masks", ())):
        (folder / "pairs" / kind).mkdir(parents=True)
        for each in range(16):
            pixels = rng.integers(0, 3, (20, 30, *last), dtype=np.uint8)
            Image.fromarray(pixels).save(folder / "pairs" / kind / f"{each}.png")
    age = np.where(rng.random(40) < 0.2, np.nan, rng.integers(1, 90, 40))
    table = pd.DataFrame(
        {"age": age, "town": rng.choice(["Aa", "Bb"], 40), "note": [f"word{i % 7} and more of it" for i in range(40)]}
    )
    table.assign(y=rng.integers(0, 2, 40)).to_csv(folder / "table.csv", index=False)
    return folder


PHOTOS = DataSpec(source=ImagesSource(path="photos"), image=ImageSpec(height=8, width=9))
PAIRS = DataSpec(source=MasksSource(path="pairs"), image=ImageSpec(height=8, width=9))
TABLE = DataSpec(
    source=TableSource(
        path="table.csv",
        target=("y",),
        columns=(
            ColumnSpec(name="age", type="numeric"),
            ColumnSpec(name="town", type="categorical"),
            ColumnSpec(name="note", type="text"),
        ),
    ),
    text=TextSpec(mode="count"),
)
TEXTS = TABLE.replace(
    source=TABLE.source.replace(columns=(ColumnSpec(name="note", type="text"),)), text=TextSpec(length=6)
)


def placed(spec: DataSpec, folder: Path) -> DataSpec:
    return spec.replace(source=spec.source.replace(path=str(folder / getattr(spec.source, "path"))))  # noqa: B009


def prepared(spec: DataSpec) -> Splits:
    from pipelines.data.keras_loading import prepare

    prepare(spec)
    return load(spec)


def by_itself(spec: DataSpec) -> dict[int, np.ndarray]:
    """Each row of the data set through the encoder, by its number, one by one."""
    from pipelines.data.keras_loading import encoded

    splits = load(spec)
    rows = np.sort(np.concatenate(list(splits.rows.values())))
    data = source_of(spec.source).read()
    return {int(row): next(encoded(splits.encoding, data.x, np.array([row])))[0] for row in rows}


@pytest.mark.parametrize("spec", [PHOTOS, PAIRS, TABLE, TEXTS])
@pytest.mark.parametrize("large", [False, True])
def test_every_row_is_where_it_belongs(files: Path, spec: DataSpec, large: bool, monkeypatch) -> None:
    if large:
        monkeypatch.setattr(encoded, "LARGE_BYTES", 0)
    spec = placed(spec, files)
    with pytest.raises(NotPrepared):
        load(spec)
    splits = prepared(spec)
    known = facts(spec)
    alone = by_itself(spec)
    assert sorted(alone) == list(range(source_of(spec.source).num_rows))
    for split, rows in splits.rows.items():
        assert splits.x[split].shape == (known.rows[split], *known.encoded_shape)
        assert splits.y[split].shape == (known.rows[split], *known.target_shape)
        assert splits.x[split].dtype == known.dtype
        assert isinstance(splits.x[split], np.memmap) == large
        for position, row in enumerate(rows):
            np.testing.assert_array_equal(splits.x[split][position], alone[int(row)])
    raw = raw_rows(spec, "test", 2)
    assert len(raw) == 2


def test_masks_go_with_their_images(files: Path) -> None:
    spec = placed(PAIRS, files)
    splits = prepared(spec)
    masks = cast(ImageFiles, source_of(spec.source).read().y)
    assert isinstance(splits.y["train"], np.ndarray) and splits.y["train"].dtype == np.uint8
    exact = prepared(spec.replace(image=ImageSpec(height=20, width=30)))
    for split, rows in exact.rows.items():
        for position, row in enumerate(rows):
            np.testing.assert_array_equal(exact.y[split][position], masks.load(int(row))[..., 0])


def test_another_split_of_images_needs_no_encoding_but_one_of_a_table_does(files: Path) -> None:
    photos, table = placed(PHOTOS, files), placed(TABLE, files)
    prepared(photos)
    load(photos.replace(split=SplitSpec(seed=1)))
    first = prepared(table)
    other = table.replace(split=SplitSpec(seed=1))
    with pytest.raises(NotPrepared):
        load(other)
    assert prepared(other).encoding != first.encoding


def test_a_file_that_changed_is_prepared_anew(files: Path) -> None:
    spec = placed(TABLE, files)
    before = prepared(spec)
    table = pd.read_csv(files / "table.csv")
    table.assign(age=table["age"] + 1).to_csv(files / "table.csv", index=False)
    with pytest.raises(NotPrepared):
        load(spec)
    after = prepared(spec)
    np.testing.assert_allclose(after.x["train"][:, 0], before.x["train"][:, 0] + 1)


def test_wrong_labels_and_fewer_rows_are_of_training_alone(files: Path) -> None:
    spec = placed(TABLE, files)
    clean = prepared(spec)
    harmed = prepared(spec.replace(corrupt=CorruptSpec(wrong_labels=0.5, train_rows=0.5)))
    assert len(harmed.y["train"]) == len(clean.y["train"]) // 2
    labels = dict(zip(clean.rows["train"], clean.y["train"], strict=True))
    wrong = [labels[row] != label for row, label in zip(harmed.rows["train"], harmed.y["train"], strict=True)]
    assert np.mean(wrong) == pytest.approx(0.5, abs=0.05)
    for split in ("val", "test"):
        np.testing.assert_array_equal(harmed.y[split], clean.y[split])


def test_fewer_rows_of_large_data_are_the_right_ones(files: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    spec = placed(PHOTOS, files)
    monkeypatch.setattr(encoded, "LARGE_BYTES", 20 * 8 * 9 * 3)  # 24 rows are large, the 13 that are kept are not
    prepared(spec)
    whole = by_itself(spec)
    fewer = prepared(spec.replace(corrupt=CorruptSpec(train_rows=0.3)))
    assert sum(map(len, fewer.rows.values())) < 20
    for split, rows in fewer.rows.items():
        for position, row in enumerate(rows):
            np.testing.assert_array_equal(fewer.x[split][position], whole[int(row)])


def test_a_broken_image_leaves_nothing_half_made(files: Path) -> None:
    (files / "photos/b/3.png").write_bytes((files / "photos/b/3.png").read_bytes()[:200])
    with pytest.raises(NetloomError, match=r"3\.png"):
        prepared(placed(PHOTOS, files))
    assert not [path for path in cache.cache_dir().iterdir() if path.name.startswith(".making")]
    with pytest.raises(NotPrepared):
        load(placed(PHOTOS, files))


def test_how_far_it_is_is_told(files: Path, monkeypatch, caplog: pytest.LogCaptureFixture) -> None:
    from pipelines.data import keras_loading

    monkeypatch.setattr(keras_loading, "_SAY_EVERY_S", 0)
    monkeypatch.setattr(logging.getLogger("netloom"), "propagate", True)
    with caplog.at_level(logging.INFO, "netloom.data"):
        prepared(placed(PHOTOS, files))
    assert "preparing photos: 7 of 24 rows" in caplog.text and "prepared photos: 24 rows in" in caplog.text


def loaded(data: DataSpec) -> tuple[float, str]:
    """The sum of the training rows as this process reads them, and what it tells meanwhile."""
    from pipelines.data import keras_loading

    told = io.StringIO()
    logging.basicConfig(level="INFO", stream=told, force=True)
    return float(keras_loading.load(data).x["train"].sum()), told.getvalue()


def test_two_processes_at_once_encode_once(files: Path, processes: ProcessPoolExecutor) -> None:
    both = [processes.submit(loaded, placed(PHOTOS, files)) for _ in range(2)]
    (one, told), (other, told_other) = (answer.result(120) for answer in both)
    assert one == other
    assert sum("prepared photos" in each for each in (told, told_other)) == 1


def test_what_is_numbers_already_is_never_kept_twice(home: Path) -> None:
    splits = prepared(DataSpec())
    assert isinstance(splits.encoding, ArrayEncoding) and not cache.cache_dir().exists()
