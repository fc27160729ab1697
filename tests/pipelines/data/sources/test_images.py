import shutil
import time

import numpy as np
import pytest
from PIL import Image

from models.errors import NetloomError
from pipelines.data.images import scan
from pipelines.data.images.files import ImageFiles
from pipelines.data.registry import source_of
from pipelines.data.sources import images as module
from pipelines.data.spec import DataSpec, ImagesSource, SplitSpec
from pipelines.data.splitting import share_out


def save(path, mode="RGB", width=8, height=6, seed=0):
    """A picture of random pixels."""
    path.parent.mkdir(parents=True, exist_ok=True)
    values = np.random.default_rng(seed).integers(0, 256, (height, width, 3)).astype(np.uint8)
    image = Image.fromarray(values)
    if mode == "I;16":
        image = Image.fromarray(values[..., 0].astype(np.uint16) * 255)
    elif mode == "EXIF":
        tags = Image.Exif()
        tags[0x0112] = 8
        image.save(path, exif=tags)
        return
    elif mode != "RGB":
        image = image.convert(mode)
    if mode == "RGBA":
        image.putalpha(Image.fromarray(values[..., 1]))
    image.save(path)


def look(path):
    return source_of(ImagesSource(path=str(path)))


def decoded(files):
    assert isinstance(files, ImageFiles)
    return list(files.decode_many())


def same_as_code(source):
    """What `read` gives, after it was compared with what the exported lines give."""
    data = source.read()
    names = {"np": np}
    exec(source.code, names)  # noqa: S102
    x = decoded(data.x)
    assert len(x) == len(names["x"]) == source.num_rows
    assert all(np.array_equal(mine, theirs) for mine, theirs in zip(x, names["x"], strict=True))
    assert np.array_equal(data.y, names["y"]) and data.y.dtype == names["y"].dtype == np.int64
    return x, data.y


@pytest.fixture
def mixed(folder):
    """Images of all kinds of modes, suffixes and sizes in two classes, with a file that is none."""
    kinds = [("RGB", "jpg"), ("RGBA", "png"), ("P", "gif"), ("L", "bmp"), ("CMYK", "tif"), ("1", "png"),
             ("I;16", "png"), ("RGBA", "webp"), ("EXIF", "jpeg")]  # fmt: skip
    for number, (mode, suffix) in enumerate(kinds):
        save(folder / f"mixed/{'ab'[number % 2]}/{number}.{suffix}", mode, width=8 + number, seed=number)
    (folder / "mixed/a/notes.txt").write_text("no image")
    (folder / "mixed/.DS_Store").write_text("no image")
    return folder / "mixed"


def test_photos(home, data_dir, monkeypatch):
    monkeypatch.setenv("NETLOOM_DATA", str(data_dir))
    source = look(data_dir / "hymenoptera")
    assert (source.name, source.kind, source.tasks) == ("hymenoptera", "image", ("binary", "reconstruction"))
    assert (source.class_names, source.num_rows, source.dtype) == (("ants", "bees"), 398, "uint8")
    assert source.input_shape == (None, None, 3)
    assert list(source.own) == ["val"] and len(source.own["val"]) == 153
    x, y = same_as_code(source)
    assert all(image.ndim == 3 and image.shape[2] == 3 and max(image.shape) <= 256 for image in x)
    files = source.read().x
    assert all((f"/{source.class_names[label]}/" in name) for name, label in zip(files.names, y, strict=True))
    assert all(files.names[row].startswith("val/") for row in source.own["val"])


def test_images_of_all_modes_and_sizes(mixed):
    source = look(mixed)
    assert source.input_shape == (None, None, 3)
    assert "notes.txt" in source.notes and "DS_Store" not in source.notes
    x, y = same_as_code(source)
    assert {image.shape[2] for image in x} == {3}
    assert len({image.shape for image in x}) == 9
    assert y.tolist() == [0] * 5 + [1] * 4


def test_a_zip_gives_what_its_folder_gives(mixed, folder):
    shutil.make_archive(str(folder / "packed"), "zip", folder, "mixed")
    source = look(folder / "packed.zip")
    x, _ = same_as_code(source)
    assert all(np.array_equal(*pair) for pair in zip(x, decoded(look(mixed).read().x), strict=True))
    assert source.name == "packed"


def test_grey_images_have_one_channel(folder):
    for number in range(4):
        save(folder / f"grey/{number % 2}/{number}.png", "I;16" if number else "L", seed=number)
    source = look(folder / "grey")
    assert source.input_shape == (6, 8, 1)
    x, _ = same_as_code(source)
    assert x[0].shape == (6, 8, 1)


def test_own_splits(folder):
    for split, count in (("train", 3), ("validation", 2), ("test", 1)):
        for number in range(count):
            for label in "ab":
                save(folder / f"set/{split}/{label}/{number}.png")
    source = look(folder / "set")
    assert {split: rows.tolist() for split, rows in source.own.items()} == {"val": [6, 7, 8, 9], "test": [10, 11]}
    same_as_code(source)


def test_the_second_look_is_cheap_and_a_change_is_seen(folder):
    for number in range(400):
        save(folder / f"set/{number % 2}/{number}.png")
    look(folder / "set")
    start = time.perf_counter()
    look(folder / "set")
    assert time.perf_counter() - start < 0.02
    save(folder / "set/1/new.png")
    assert look(folder / "set").num_rows == 401


def test_another_process_finds_the_scan(folder, monkeypatch):
    save(folder / "set/a/1.png")
    save(folder / "set/b/1.png")
    first = look(folder / "set")
    module._source.cache_clear()
    scan._classes.cache_clear()
    monkeypatch.setattr(scan, "header", None)
    assert look(folder / "set").notes == first.notes


def refusal(path):
    with pytest.raises(NetloomError) as error:
        look(path)
    assert error.value.hint and "\n" not in error.value.message
    return error.value


def test_what_is_refused(folder, home):
    (folder / "text.zip").write_text("no zip")
    assert "neither a folder nor a zip" in refusal(folder / "text.zip").message
    (folder / "empty").mkdir()
    assert "empty has no images" in refusal(folder / "empty").message
    save(folder / "one/cats/1.png")
    assert "one class only, cats" in refusal(folder / "one").message
    (folder / "one/dogs").mkdir()
    assert "class folder dogs in one has no images" in refusal(folder / "one").message
    assert not [left for left in (home / "cache").glob("*") if left.is_dir()]


def test_files_that_are_no_images_are_named_and_counted(folder):
    for name in ("a/1.png", "b/2.png"):
        save(folder / "set" / name)
    for number in range(3):
        (folder / f"set/b/{number}.jpg").write_text("no image")
    error = refusal(folder / "set")
    assert "b/0.jpg is no image" in error.message
    assert "2 more" in error.hint


def test_a_truncated_image_is_named_when_it_is_decoded(folder):
    save(folder / "set/a/1.jpg", width=64, height=64)
    save(folder / "set/b/2.jpg", width=64, height=64)
    path = folder / "set/b/2.jpg"
    path.write_bytes(path.read_bytes()[:-400])
    files = look(folder / "set").read().x
    with pytest.raises(NetloomError, match=r"b/2\.jpg is damaged"):
        list(files.decode_many())


def test_a_class_with_one_image_under_stratification(folder):
    for number in range(20):
        save(folder / f"set/many/{number}.png")
    save(folder / "set/rare/1.png")
    spec = DataSpec(source=ImagesSource(path=str(folder / "set")), split=SplitSpec(stratify=True))
    source = source_of(spec.source)
    with pytest.raises(NetloomError, match="rare"):
        share_out(spec, source, source.read())
