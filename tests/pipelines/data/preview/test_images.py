"""Images of each class: real ones, only as many as asked, and broken files as tiles of their own."""

import shutil

import numpy as np
import pytest
from PIL import Image

from pipelines.data.preview import images
from pipelines.data.preview.looked import look_at
from pipelines.data.spec import DataSpec, ImagesSource


@pytest.fixture
def own_photos(tmp_path, home, monkeypatch, data_dir):
    """A copy of some photos that a test may spoil."""
    monkeypatch.setenv("NETLOOM_DATA", str(tmp_path))
    for name in ("ants", "bees"):
        (tmp_path / "set" / name).mkdir(parents=True)
        for file in sorted((data_dir / "hymenoptera/train" / name).iterdir())[:12]:
            shutil.copy(file, tmp_path / "set" / name)
    return look_at(DataSpec(source=ImagesSource(path=str(tmp_path / "set"))))


def test_examples_are_images_of_their_class(bundled):
    looked = bundled("digits")
    found = images.examples(looked, "train", 3)
    assert [group.class_name for group in found] == list("0123456789")
    assert sum(group.rows for group in found) == len(looked.rows["train"])
    for label, group in enumerate(found):
        assert len(group.tiles) == 3
        for tile in group.tiles:
            assert looked.labels[tile.row] == label and tile.row in looked.rows["train"]
            np.testing.assert_array_equal(tile.image, looked.data.x[tile.row])


def test_another_seed_draws_others_and_the_same_seed_the_same(bundled):
    looked = bundled("digits")
    rows = [[tile.row for tile in images.examples(looked, "val", 4, seed=seed)[0].tiles] for seed in (0, 0, 1)]
    assert rows[0] == rows[1] != rows[2]


def test_only_some_classes_are_drawn(bundled):
    found = images.examples(bundled("digits"), "train", 2, first=8, classes=5)
    assert [group.class_name for group in found] == ["8", "9"]


def test_photos_are_made_small_and_keep_their_shape(photos):
    tile = images.tile(photos, int(photos.rows["train"][0]), side=64)
    with Image.open(photos.files().root / tile.name) as image:
        width, height = image.size
    assert tile.image.dtype == np.uint8 and max(tile.image.shape[:2]) == 64
    assert tile.image.shape[1] / tile.image.shape[0] == pytest.approx(width / height, rel=0.05)


def test_a_truncated_photo_is_a_tile_that_says_so(own_photos):
    files, row = own_photos.files(), int(own_photos.rows["train"][0])
    path = files.root / files.names[row]
    path.write_bytes(path.read_bytes()[:600])
    tile = images.tile(own_photos, row)
    assert tile.image is None
    assert tile.name in tile.error and "damaged" in tile.error


def test_a_photo_that_has_vanished_is_a_tile_that_says_so(own_photos):
    files, row = own_photos.files(), int(own_photos.rows["train"][0])
    (files.root / files.names[row]).unlink()
    assert "no longer there" in images.tile(own_photos, row).error
    assert images.sizes(own_photos)[1] == (files.names[row],)


def test_sizes_and_modes_are_those_of_the_files(photos, data_dir):
    table, broken = images.sizes(photos)
    assert broken == () and table["files"].sum() == 398
    assert set(table["mode"]) == {"RGB"} and set(table["format"]) == {"JPEG"}
    assert table[["width", "height"]].max().tolist() == [256, 256]


def test_the_mean_of_a_class_is_the_mean_of_its_images(bundled):
    looked = bundled("digits")
    found = images.mean_images(looked)
    train = looked.rows["train"]
    ones = looked.data.x[train[looked.labels[train] == 1]]
    np.testing.assert_allclose(found[1].tiles[0].image, ones.mean(axis=0), rtol=1e-5)
    assert found[1].rows == len(ones)


def test_photos_of_many_sizes_have_a_mean_too(photos):
    found = images.mean_images(photos)
    assert [group.class_name for group in found] == ["ants", "bees"]
    assert all(group.tiles[0].image.shape == (64, 64, 3) and group.rows == 40 for group in found)


def test_small_copies_leave_out_what_cannot_be_read(own_photos):
    files, rows = own_photos.files(), own_photos.rows["train"][:4]
    (files.root / files.names[rows[1]]).write_bytes(b"")
    small, kept = images.small(own_photos, rows, 8)
    assert small.shape == (3, 8, 8, 3) and kept.tolist() == rows[[0, 2, 3]].tolist()
