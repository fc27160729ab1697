import gzip
import io
import pickle
import re
import zipfile
from pathlib import Path

import numpy as np
import pandas as pd
import pytest
from PIL import Image

from models.errors import NetloomError
from pipelines.data.facts import facts
from pipelines.data.files.files import keep_upload
from pipelines.data.recognise import recognise
from pipelines.data.spec import DataSpec


@pytest.fixture
def folder(home: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A folder of the server that may be read."""
    folder = tmp_path / "server"
    folder.mkdir()
    monkeypatch.setenv("NETLOOM_DATA", str(folder))
    return folder


@pytest.fixture
def real(home: Path, data_dir: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """The real data, as a folder that may be read."""
    monkeypatch.setenv("NETLOOM_DATA", str(data_dir))
    return data_dir


def zipped(folder: Path, target: Path) -> Path:
    with zipfile.ZipFile(target, "w") as archive:
        for file in sorted(folder.rglob("*")):
            archive.write(file, file.relative_to(folder))
    return target


def png(path: Path, value: int = 0, mode: str = "RGB") -> None:
    path.parent.mkdir(parents=True, exist_ok=True)
    Image.fromarray(np.full((8, 8) if mode == "L" else (8, 8, 3), value, np.uint8)).save(path)


def test_titanic(real: Path):
    spec = recognise(str(real / "tabular/titanic.csv"))
    assert (spec.source.kind, spec.source.target, spec.task) == ("table", ("survived",), "binary")
    assert recognise(str(real / "tabular/titanic.csv")) == spec


def test_sms_spam(real: Path):
    spec = recognise(str(real / "text/SMSSpamCollection.tsv"))
    assert (spec.source.kind, spec.task, spec.text.mode) == ("table", "binary", "sequence")
    assert (spec.source.delimiter, spec.source.header, spec.source.quoted) == ("\t", False, False)


def test_photos_of_ants_and_bees(real: Path, folder: Path, monkeypatch: pytest.MonkeyPatch):
    monkeypatch.setenv("NETLOOM_DATA", f"{real}:{folder}")
    spec = recognise(str(real / "hymenoptera"))
    assert (spec.source.kind, spec.scaling) == ("images", "rescale")
    known = facts(spec)
    assert (known.class_names, known.own, known.task) == (("ants", "bees"), ("val",), "binary")
    archive = zipped(real / "hymenoptera", folder / "photos.zip")
    archive.rename(folder / "photos.data")  # the content counts, not the name
    assert recognise(str(folder / "photos.data")).source.kind == "images"


def test_pairs_of_image_and_mask(real: Path):
    spec = recognise(str(real / "camvid_small"))
    assert spec.source.kind == "masks"
    assert facts(spec).task == "segmentation"
    assert set(facts(spec).own) == {"val", "test"}


def test_an_upload_of_each_kind(home: Path):
    stream = io.BytesIO()
    np.savez(stream, x=np.random.default_rng(0).integers(0, 255, (40, 8, 8), np.uint8), y=np.arange(40) % 2)
    images = recognise(keep_upload(io.BytesIO(stream.getvalue()), "images.bin", 10**6))
    assert (images.source.kind, images.scaling) == ("arrays", "rescale")
    stream = io.BytesIO()
    np.savez(stream, images=np.random.default_rng(0).normal(size=(40, 3)), labels=np.arange(40) % 2)
    table = recognise(keep_upload(io.BytesIO(stream.getvalue()), "table.npz", 10**6))
    assert (table.source.x, table.source.y, table.scaling) == ("images", "labels", "standardise")
    stream = io.BytesIO()
    frame = pd.DataFrame({"size": np.arange(60.0), "kind": ["a", "b", "c"] * 20})
    frame.to_parquet(stream)
    for name, content in (("a.csv", stream.getvalue()), ("b.dat", frame.to_csv(index=False).encode())):
        spec = recognise(keep_upload(io.BytesIO(content), name, 10**6))
        assert (spec.source.kind, spec.source.target, spec.task) == ("table", ("kind",), "multiclass")
        assert DataSpec.model_validate_json(spec.model_dump_json()) == spec


def test_classes_that_are_named_like_images_and_masks(folder: Path):
    for letter in "wxyz":
        for number in range(3):
            png(folder / "letters" / letter / f"{number}.png", number)
    assert recognise(str(folder / "letters")).source.kind == "images"


def test_pairs_around_which_there_are_splits(folder: Path):
    for split in ("train", "test"):
        for number in range(3):
            png(folder / "pairs" / split / "images" / f"{number}.png", number)
            png(folder / "pairs" / split / "masks" / f"{number}.png", number % 2, "L")
    assert recognise(str(folder / "pairs")).source.kind == "masks"
    (folder / "pairs/train/masks/0.png").unlink()
    with pytest.raises(NetloomError, match=r"train/images/0\.png in pairs has no mask"):  # not taken for two classes
        recognise(str(folder / "pairs"))


def _archive(**files: bytes) -> bytes:
    stream = io.BytesIO()
    with zipfile.ZipFile(stream, "w") as archive:
        for name, content in files.items():
            archive.writestr(name, content)
    return stream.getvalue()


def _png() -> bytes:
    stream = io.BytesIO()
    Image.new("RGB", (8, 8)).save(stream, "PNG")
    return stream.getvalue()


@pytest.mark.parametrize(
    ("content", "message"),
    [
        (_png(), r"file\.csv is a single image. .*Zip a folder"),
        (_archive(**{"[Content_Types].xml": b"", "xl/workbook.xml": b""}), "office document.* Save its table as CSV"),
        (_archive(**{"in/data.csv": b"a\n1\n"}), r"a zip that holds in/data\.csv. .*Unpack it"),
        (_archive(**{"a.csv": b"a\n1\n", "__MACOSX/a.csv": b"", "b.tsv": b""}), r"holds a\.csv and other tables"),
        (_archive(), "is an empty zip. What can be read: a CSV"),
        (_archive(**{"../out.png": _png()}), "a path that leads elsewhere"),
        (_archive(**{"a/one.png": _png()}), "one class only"),
        (_archive(**{"x.npy": b"no array"}), r"file\.csv"),
        (_archive(**{"a/one.png": _png()})[:-30], r"file\.csv is a broken zip"),
        (pickle.dumps({"x": 1}), r"file\.csv is a Python pickle"),
        (gzip.compress(b"a,b\n1,2\n", mtime=0), r"file\.csv is a gzip archive"),
        (bytes(range(256)) * 10, "neither text nor anything else that is known here. What can be read"),
        (b"<!DOCTYPE html><html></html>", "web page"),
        (b" \n", "empty"),
    ],
)
def test_what_cannot_be_read_is_told(home: Path, content: bytes, message: str):
    path = keep_upload(io.BytesIO(content), "file.csv", 10**7)
    with pytest.raises(NetloomError) as caught:
        recognise(path)
    assert re.search(message, str(caught.value)), str(caught.value)


@pytest.mark.parametrize("name", ["photos.zip", "arrays.NPZ"])
def test_a_file_whose_name_promises_more(folder: Path, name: str):
    (folder / name).write_text("a,b\n1,2\n")
    with pytest.raises(NetloomError, match=rf"^{name} is no {name[-3:].upper()} file"):
        recognise(str(folder / name))


def test_folders_without_images_and_nothing_at_all(folder: Path):
    (folder / "empty").mkdir()
    with pytest.raises(NetloomError, match="empty has no images"):
        recognise(str(folder / "empty"))
    with pytest.raises(NetloomError, match="There is no file or folder"):
        recognise(str(folder / "none"))
    with pytest.raises(NetloomError, match="is not below a folder that Netloom may read"):
        recognise("/etc")
