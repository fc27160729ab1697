"""The reader that travels in exports reads files as Netloom itself does."""

import importlib
import json
import sys
from pathlib import Path

import numpy as np
import pytest
from PIL import Image

from pipelines.data.images import pixels
from pipelines.data.images.decoding import decode
from pipelines.export.shipped import rows


@pytest.fixture
def shipped(tmp_path: Path, monkeypatch: pytest.MonkeyPatch):
    """The reader in a folder of its own, with labels.json beside it."""
    folder = tmp_path / "export"
    folder.mkdir()
    for module in (rows, pixels):
        (folder / Path(module.__file__).name).write_text(Path(module.__file__).read_text())
    monkeypatch.syspath_prepend(folder)
    for name in ("rows", "pixels"):
        monkeypatch.delitem(sys.modules, name, raising=False)

    def with_inputs(*inputs: dict, missing: tuple[str, ...] = ("",)):
        (folder / "labels.json").write_text(json.dumps({"inputs": inputs, "missing": missing}))
        return importlib.import_module("rows")

    yield with_inputs
    for name in ("rows", "pixels"):
        sys.modules.pop(name, None)


@pytest.mark.parametrize(("channels", "mode"), [(1, "grey"), (3, "rgb")])
def test_pictures_of_every_mode_are_read_as_in_training(tmp_path: Path, shipped, channels: int, mode) -> None:
    pictures = tmp_path / "pictures"
    pictures.mkdir()
    rng = np.random.default_rng(0)
    colours = rng.integers(0, 256, (5, 7, 4), np.uint8)
    Image.fromarray(colours).save(pictures / "0.png")  # partly transparent
    Image.fromarray(rng.integers(0, 65_536, (5, 7), np.uint16)).save(pictures / "1.png")
    Image.fromarray(colours[..., :3]).quantize(4).save(pictures / "2.png")
    turned = Image.Exif()
    turned[0x0112] = 6
    Image.fromarray(colours[..., :3]).save(pictures / "3.png", exif=turned)
    reader = shipped({"name": "raw", "shape": [None, None, channels]})
    read = list(reader.batches(str(pictures)))
    assert len(read) == 4
    for number, batch in enumerate(read):
        assert batch.dtype == np.float32
        np.testing.assert_array_equal(batch[0], decode(pictures / f"{number}.png", mode))


def test_fields_of_a_table(tmp_path: Path, shipped) -> None:
    (tmp_path / "rows.csv").write_text("n,c,w,d\n 1.5 ,3,Ünder,2020-01-02\n?,x,,\n")
    reader = shipped(
        {"name": "number", "dtype": "float32", "column": "n", "holds": "number"},
        {"name": "code", "dtype": "int64", "column": "c", "holds": "category number"},
        {"name": "word", "dtype": "string", "column": "w", "holds": "category"},
        {"name": "day", "dtype": "float32", "column": "d", "holds": "date"},
        missing=("", "?"),
    )
    (batch,) = reader.batches(str(tmp_path / "rows.csv"))
    np.testing.assert_array_equal(batch["number"], [[1.5], [np.nan]])
    np.testing.assert_array_equal(batch["code"], [[3], [-(2**63)]])
    assert batch["word"].tolist() == [["Ünder"], [""]]
    np.testing.assert_array_equal(batch["day"], [[18_263], [np.nan]])
    (tmp_path / "rows.csv").write_text("n,c,w\n1,2,3\n")
    with pytest.raises(SystemExit, match="no column 'd'"):
        list(reader.batches(str(tmp_path / "rows.csv")))


def test_a_table_as_spreadsheets_write_it(tmp_path: Path, shipped) -> None:
    text = '\ufeff age ,"kind, ""of"" 1",other\n 3.5,é,1\nNA, b ,2\n'
    (tmp_path / "rows.csv").write_text(text, encoding="utf-8")
    reader = shipped(
        {"name": "age", "dtype": "float32", "column": "age", "holds": "number"},
        {"name": "kind_of_1", "dtype": "string", "column": 'kind, "of" 1', "holds": "category"},
        missing=("", "NA"),
    )
    (batch,) = reader.batches(str(tmp_path / "rows.csv"))
    np.testing.assert_array_equal(batch["age"], np.array([[3.5], [np.nan]], np.float32))
    assert batch["kind_of_1"].tolist() == [["é"], ["b"]]


def test_a_table_is_read_as_its_training_file_was_written(tmp_path: Path, shipped) -> None:
    (tmp_path / "rows.csv").write_text("n;c;d\n1,50;2,50;24.12.2020\n-3;07;2020-12-24\n;x;\n")
    reader = shipped(
        {"name": "number", "dtype": "float32", "column": "n", "holds": "number", "decimal": ","},
        {"name": "class_", "dtype": "string", "column": "c", "holds": "category", "written": "number", "decimal": ","},
        {"name": "day", "dtype": "float32", "column": "d", "holds": "date", "format": "%d.%m.%Y"},
    )
    (batch,) = reader.batches(str(tmp_path / "rows.csv"))
    np.testing.assert_array_equal(batch["number"][:, 0], np.array([1.5, -3, np.nan], np.float32))
    assert batch["class_"][:, 0].tolist() == ["2.5", "7", "x"]
    np.testing.assert_array_equal(batch["day"][:, 0], np.array([18_620, 18_620, np.nan], np.float32))


def test_several_outputs_are_one_file_by_their_names(tmp_path):
    parts = [{"cls": np.zeros((2, 3)), "mean": np.ones((2, 1))}, {"cls": np.zeros((1, 3)), "mean": np.ones((1, 1))}]
    for given in ("a.npy", "b.npz", "c"):
        rows.save(str(tmp_path / given), parts)
    assert sorted(file.name for file in tmp_path.iterdir()) == ["a.npz", "b.npz", "c.npz"]
    with np.load(tmp_path / "a.npz") as written:
        assert {name: written[name].shape for name in written} == {"cls": (3, 3), "mean": (3, 1)}
