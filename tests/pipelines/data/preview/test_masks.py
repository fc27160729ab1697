"""Masks: drawn on their images pixel by pixel, and counted."""

import shutil

import numpy as np
import pytest

from pipelines.data.preview.looked import look_at
from pipelines.data.preview.masks import masked_examples, pixel_shares
from pipelines.data.spec import DataSpec, MasksSource


def test_image_and_mask_have_one_shape(streets):
    for found in masked_examples(streets, "train", 4):
        assert found.mask.shape == found.tile.image.shape[:2]
        assert found.mask.max() <= 11


def test_other_pairs_are_drawn_with_another_seed(streets):
    first, second = ([pair.tile.row for pair in masked_examples(streets, "train", 4, seed)] for seed in (0, 1))
    assert first != second and set(first + second) <= set(streets.rows["train"].tolist())


def test_pixel_shares_are_those_of_the_masks(streets):
    found = pixel_shares(streets)
    assert found.groupby("split")["share"].sum().tolist() == pytest.approx([1, 1, 1])
    val = found[found["split"] == "val"].set_index("id")
    pixels = np.concatenate([streets.files("y").load(row).reshape(-1) for row in streets.rows["val"]])
    expected = np.bincount(pixels, minlength=12) / len(pixels)
    np.testing.assert_allclose(val["share"], expected)
    assert val.loc[expected == 0, "images"].eq(0).all()


def test_a_mask_that_is_broken_is_told_and_not_counted(tmp_path, home, monkeypatch, data_dir):
    monkeypatch.setenv("NETLOOM_DATA", str(tmp_path))
    shutil.copytree(data_dir / "camvid_small", tmp_path / "set", copy_function=shutil.copyfile)
    looked = look_at(DataSpec(source=MasksSource(path=str(tmp_path / "set"))))
    masks = looked.files("y")
    for row in looked.rows["train"]:
        (masks.root / masks.names[row]).write_bytes(b"no mask")
    found = masked_examples(looked, "train", 2)
    assert [pair.mask for pair in found] == [None, None]
    assert all(masks.names[pair.tile.row].split("/")[-1] in pair.error for pair in found)
    assert not pixel_shares(looked).query("split == 'train'")["share"].any()
