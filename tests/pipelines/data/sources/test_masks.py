import shutil

import numpy as np
import pytest
from PIL import Image

from models.errors import NetloomError
from pipelines.data.images.files import ImageFiles
from pipelines.data.registry import source_of
from pipelines.data.sources import masks
from pipelines.data.spec import MasksSource

NAMES = ("sky", "building", "pole", "road", "pavement", "tree", "sign", "fence", "car", "pedestrian", "bicyclist")


def photo(path, width=8, height=6):
    path.parent.mkdir(parents=True, exist_ok=True)
    values = np.random.default_rng(len(path.name)).integers(0, 256, (height, width, 3)).astype(np.uint8)
    Image.fromarray(values).save(path)


def mask(path, values, mode="L", width=8, height=6):
    path.parent.mkdir(parents=True, exist_ok=True)
    ids = np.resize(np.array(values, np.uint8), (height, width))
    image = Image.fromarray(ids)
    if mode == "P":
        image = Image.fromarray(ids, "P")
        image.putpalette([value for number in range(256) for value in (number, 255 - number, 0)])
    elif mode != "L":
        image = image.convert(mode)
    image.save(path)


def look(path, **options):
    return source_of(MasksSource(path=str(path), **options))


def same_as_code(source):
    """Masks as `read` gives them, after all was compared with what the exported lines give."""
    data = source.read()
    assert isinstance(data.x, ImageFiles) and isinstance(data.y, ImageFiles)
    names = {"np": np}
    exec(source.code, names)  # noqa: S102
    for files, arrays in ((data.x, names["x"]), (data.y, names["y"])):
        mine = list(files.decode_many())
        assert len(mine) == len(arrays) == source.num_rows
        assert all(np.array_equal(*pair) for pair in zip(mine, arrays, strict=True))
        assert {array.dtype for array in arrays} == {np.dtype("uint8")}
    return names["y"]


@pytest.fixture
def pairs(folder):
    """Three pairs with the classes 0, 1 and 3."""
    for name in "abc":
        photo(folder / f"pairs/images/{name}.jpg")
        mask(folder / f"pairs/masks/{name}.png", [0, 1, 3])
    return folder / "pairs"


def test_camvid(home, data_dir, monkeypatch):
    monkeypatch.setenv("NETLOOM_DATA", str(data_dir))
    source = look(data_dir / "camvid_small", class_names=NAMES, ignore=11)
    assert (source.kind, source.tasks) == ("image", ("segmentation", "reconstruction"))
    assert (source.class_names, source.ignore_class) == (NAMES, 11)
    assert (source.num_rows, source.input_shape) == (65, (360, 480, 3))
    assert {split: len(rows) for split, rows in source.own.items()} == {"val": 13, "test": 15}
    arrays = same_as_code(source)
    assert arrays[0].shape == (360, 480, 1)
    assert max(array.max() for array in arrays) == 11
    assert len(look(data_dir / "camvid_small").class_names) == 12
    assert "README.txt" in source.notes


def test_flat_pairs_and_default_names(pairs):
    source = look(pairs)
    assert source.class_names == ("class 0", "class 1", "class 2", "class 3")
    assert not source.own
    arrays = same_as_code(source)
    assert set(np.unique(arrays)) == {0, 1, 3}


def test_palettes_are_taken_as_their_indices(folder):
    photo(folder / "set/train/images/a.png")
    mask(folder / "set/train/labels/a.png", [0, 2, 5], "P")
    photo(folder / "set/val/images/b.png")
    mask(folder / "set/val/labels/b.png", [0, 2], "P")
    source = look(folder / "set")
    assert source.own["val"].tolist() == [1]
    assert set(np.unique(same_as_code(source)[0])) == {0, 2, 5}


def test_black_and_white_masks_have_two_classes(folder):
    for name in "ab":
        photo(folder / f"set/images/{name}.jpg")
        mask(folder / f"set/masks/{name}_mask.png", [0, 255, 255])
    source = look(folder / "set")
    assert source.class_names == ("class 0", "class 1")
    assert set(np.unique(same_as_code(source))) == {0, 1}


def test_a_zip_with_a_folder_around(pairs, folder):
    shutil.make_archive(str(folder / "packed"), "zip", folder, "pairs")
    arrays = same_as_code(look(folder / "packed.zip"))
    assert all(np.array_equal(*pair) for pair in zip(arrays, same_as_code(look(pairs)), strict=True))


def test_255_is_proposed_to_be_ignored(folder):
    photo(folder / "set/images/a.jpg")
    mask(folder / "set/masks/a.png", [0, 1, 2, 255])
    spec = MasksSource(path=str(folder / "set"))
    with pytest.raises(NetloomError, match="255 beside those up to 2"):
        source_of(spec)
    proposed = masks.proposed(spec)
    assert proposed == spec.replace(ignore=255)
    assert len(source_of(proposed).class_names) == 3
    assert masks.proposed(proposed) == proposed


def refusal(path, **options):
    with pytest.raises(NetloomError) as error:
        look(path, **options)
    assert error.value.hint and "\n" not in error.value.message
    return error.value.message


def test_sizes_that_differ(pairs):
    mask(pairs / "masks/b.png", [0, 1], width=9)
    message = refusal(pairs)
    assert message.startswith("The mask masks/b.png has 9 x 6 pixels, its image images/b.jpg 8 x 6;")


def test_masks_with_colours_and_jpegs(pairs):
    mask(pairs / "masks/b.png", [0, 1], "RGB")
    assert "masks/b.png has colours (RGB)" in refusal(pairs)
    (pairs / "masks/b.png").unlink()
    mask(pairs / "masks/b.jpg", [0, 1])
    assert "masks/b.jpg is a JPEG" in refusal(pairs)


def test_pairs_that_are_not_complete(pairs):
    (pairs / "masks/b.png").unlink()
    assert "images/b.jpg in pairs has no mask" in refusal(pairs)
    (pairs / "images/b.jpg").unlink()
    (pairs / "images/a.jpg").unlink()
    assert "masks/a.png in pairs has no image" in refusal(pairs)


def test_a_damaged_mask_is_named(pairs):
    path = pairs / "masks/c.png"
    path.write_bytes(path.read_bytes()[:-30])
    assert "masks/c.png is damaged" in refusal(pairs)


def test_classes_and_their_names(pairs):
    assert "hold the class 3, but 2 classes have names" in refusal(pairs, class_names=("a", "b"))
    assert look(pairs, class_names=("a", "b"), ignore=3).class_names == ("a", "b")
    assert look(pairs, class_names=("a", "b", "c", "d", "e")).class_names == ("a", "b", "c", "d", "e")
    for name in "abc":
        mask(pairs / f"masks/{name}.png", [2])
        mask(pairs / f"masks/new_{name}.png", [2])
        photo(pairs / f"images/new_{name}.jpg")
    assert "hold the class 2 only" in refusal(pairs)
    assert "the ignored class 2 only" in refusal(pairs, ignore=2)
