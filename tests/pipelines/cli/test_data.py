"""The verb `data`: one JSON object a line on stdout and nothing else; what is wrong in a sentence on stderr."""

import json
import zipfile
from collections.abc import Callable
from pathlib import Path

import numpy as np
import pytest
from PIL import Image

from pipelines.__main__ import main
from pipelines.data.downloads import downloads
from pipelines.data.registry import NAMED
from pipelines.data.spec import ArraysSource, DataSpec, ImagesSource, MasksSource, TableSource, TextSpec
from pipelines.examples import EXAMPLES

Cli = Callable[..., tuple[int, str, str]]


@pytest.fixture
def cli(home: Path, capsys: pytest.CaptureFixture[str]) -> Cli:
    """Runs `data ...` in this process. Returns its exit status, stdout and stderr."""

    def run(*arguments: str | Path) -> tuple[int, str, str]:
        code = main(["data", *map(str, arguments)])
        captured = capsys.readouterr()
        return code, captured.out, captured.err

    return run


def told(answer: tuple[int, str, str]) -> dict:
    """The one object on stdout; nothing else was said. NaN is no JSON."""
    code, out, err = answer
    assert (code, err) == (0, "")
    return json.loads(out, parse_constant=pytest.fail)


def refused(answer: tuple[int, str, str]) -> str:
    """What stderr says: one line; nothing was printed."""
    code, out, err = answer
    assert (code, out) == (2, "")
    assert err.count("\n") == 1
    return err


def written(folder: Path, spec: DataSpec) -> Path:
    path = folder / "spec.json"
    path.write_text(spec.model_dump_json())
    return path


def test_every_named_set_and_every_upload_is_listed(cli: Cli, tmp_path: Path):
    code, out, err = cli("list")
    lines = [json.loads(line) for line in out.splitlines()]
    assert (code, err) == (0, "")
    assert len(lines) == len(NAMED)
    assert {"digits", "moons", "mnist", "mcycle"} < {line["name"] for line in lines}
    assert all(line["rows"] > 0 and line["tasks"] for line in lines)
    (tmp_path / "rows.csv").write_text("a,b,target\n" + "".join(f"{i},{i % 7},{i % 2}\n" for i in range(40)))
    added = told(cli("add", tmp_path / "rows.csv"))
    assert DataSpec.model_validate(added).task == "binary"
    upload = json.loads(cli("list")[1].splitlines()[-1])
    assert (upload["kind"], upload["path"]) == ("upload", added["source"]["path"])


@pytest.mark.parametrize("spec", [spec for spec in NAMED if downloads.file_for(spec) is None], ids=lambda s: s.name)
def test_sets_that_need_no_network(cli: Cli, spec):
    shown, seen = told(cli("show", spec.name)), told(cli("preview", spec.name))
    assert {key: seen[key] for key in shown} == shown
    assert shown["spec"]["source"] == spec.model_dump(mode="json")
    assert {split["rows"] for split in seen["splits"]} == set(shown["rows"].values())
    assert seen["content_hash"]


def test_a_run_spec_is_read_for_its_data(cli: Cli, tmp_path: Path):
    path = tmp_path / "run.json"
    path.write_text(EXAMPLES["iris-mlp"].model_dump_json())
    assert told(cli("show", path))["spec"] == EXAMPLES["iris-mlp"].data.model_dump(mode="json")


def test_a_set_that_is_not_here(cli: Cli, tmp_path: Path, monkeypatch: pytest.MonkeyPatch):
    monkeypatch.setenv("KERAS_HOME", str(tmp_path))
    assert told(cli("show", "cifar10"))["num_classes"] == 10
    assert "CIFAR-10 is not on this machine yet" in refused(cli("preview", "cifar10"))


@pytest.mark.parametrize(
    ("content", "message"),
    [
        (None, "cannot be read: no such file"),
        ("", "is no valid JSON"),
        ("[1]", "an object was expected"),
        ('{"source": {"kind": "table"}}', "source.table.path: Field required"),
        ('{"source": {"kind": "oracle"}}', "source: "),
        ('{"source": {"kind": "table", "path": "none.csv"}}', "There is no file or folder none.csv"),
        ('{"source": {"kind": "table", "path": "/etc/passwd"}}', "is not below a folder that Netloom may read"),
        ('{"task": "regression"}', "has no regression task"),
    ],
)
@pytest.mark.parametrize("verb", ["show", "preview"])
def test_bad_specs(cli: Cli, tmp_path: Path, verb: str, content: str | None, message: str):
    path = tmp_path / "spec.json"
    if content is not None:
        path.write_text(content)
    assert message in refused(cli(verb, path))


def test_bad_names_and_verbs(cli: Cli):
    assert "no data set 'diggits'" in refused(cli("show", "diggits"))
    assert "required: VERB" in refused(cli())
    assert "invalid choice" in refused(cli("eat"))


def test_what_cannot_be_used_is_not_kept(cli: Cli, home: Path, tmp_path: Path):
    file = tmp_path / "rows.csv"
    file.write_text("a,b,target\n1,2,3\n4,5\n")
    assert "Line 3 of rows.csv has 2 fields" in refused(cli("add", file))
    assert "cannot be read: is a directory" in refused(cli("add", tmp_path))
    assert "cannot be read: no such file" in refused(cli("add", tmp_path / "none.csv"))
    assert [path for path in (home / "uploads").rglob("*") if path.is_file()] == []
    assert [path for path in (home / "cache").iterdir() if path.is_dir()] == []


def test_arrays(cli: Cli, home: Path, tmp_path: Path):
    (home / "uploads").mkdir()
    x = np.random.default_rng(0).integers(0, 255, (50, 6, 6), dtype=np.uint8)
    np.savez(home / "uploads" / "x.npz", x=x, y=np.arange(50) % 5)
    seen = told(cli("preview", written(tmp_path, DataSpec(source=ArraysSource(path="x.npz")))))
    assert (seen["task"], seen["num_classes"], sum(seen["rows"].values())) == ("multiclass", 5, 50)


def test_a_zip_of_images(cli: Cli, tmp_path: Path):
    with zipfile.ZipFile(tmp_path / "photos.zip", "w") as archive:
        for number in range(16):
            Image.new("RGB", (9, 7), (number, 0, 0)).save(tmp_path / "one.png")
            archive.write(tmp_path / "one.png", f"{'ab'[number % 2]}/{number}.png")
    spec = DataSpec.model_validate(told(cli("add", tmp_path / "photos.zip")))
    seen = told(cli("preview", written(tmp_path, spec)))
    assert (seen["task"], seen["class_names"]) == ("binary", ["a", "b"])
    assert len(seen["head"]) == 10
    assert seen["head"][0].endswith(".png")


def test_titanic(cli: Cli, data_dir: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch):
    monkeypatch.setenv("NETLOOM_DATA", str(data_dir))
    spec = DataSpec(source=TableSource(path=str(data_dir / "tabular" / "titanic.csv")))
    seen = told(cli("preview", written(tmp_path, spec)))
    assert (seen["task"], seen["target_name"], sum(seen["rows"].values())) == ("binary", "survived", 891)
    age = next(column for column in seen["columns"] if column["column"] == "age")
    assert age["missing"] > 100


def test_messages_photos_and_masks(cli: Cli, data_dir: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch):
    monkeypatch.setenv("NETLOOM_DATA", str(data_dir))
    messages = told(cli("add", data_dir / "text" / "SMSSpamCollection.tsv"))
    seen = told(cli("preview", written(tmp_path, DataSpec.model_validate(messages))))
    assert (seen["kind"], seen["class_names"], seen["task"]) == ("text", ["ham", "spam"], "binary")
    assert TextSpec.model_validate(messages["text"]).mode == "sequence"
    photos = ImagesSource(path=str(data_dir / "hymenoptera"))
    seen = told(cli("preview", written(tmp_path, DataSpec(source=photos))))
    assert (seen["class_names"], seen["own"]) == (["ants", "bees"], ["val"])
    pairs = MasksSource(path=str(data_dir / "camvid_small"), ignore=11)
    shown = told(cli("show", written(tmp_path, DataSpec(source=pairs))))
    assert (shown["task"], shown["num_classes"], shown["ignore_class"]) == ("segmentation", 11, 11)
