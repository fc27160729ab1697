"""What a user has is never overwritten."""

from pathlib import Path

import pytest

from models.errors import NetloomError
from pipelines.export.destination import MARK, destination
from pipelines.export.facts import ExportReport
from pipelines.export.registry import FORMATS

REPORT = ExportReport("abcdefghijkl", "keras", "", 0, ("model.keras",), "1-2", 0.0, True, "Tried.", 0.0, 1, None, None)


def finished(tmp_path: Path, text: str = "a network") -> tuple[Path, Path]:
    """An export ready to be placed: its folder and its zip."""
    draft = tmp_path / f"draft {text}"
    folder = draft / "name"
    folder.mkdir(parents=True)
    (folder / "model.keras").write_text(text)
    (draft / "name.zip").write_text("zipped")
    return folder, draft / "name.zip"


def test_what_somebody_put_beside_an_earlier_export_is_kept(tmp_path: Path) -> None:
    target = tmp_path / "out"
    destination(target, FORMATS["keras"]).place(REPORT, *finished(tmp_path, "first"))
    chosen = destination(target, FORMATS["keras"])
    (target / "notes.txt").write_text("mine")
    with pytest.raises(NetloomError, match="is there already"):
        destination(target, FORMATS["keras"])
    with pytest.raises(NetloomError, match="is there already"):
        chosen.place(REPORT, *finished(tmp_path, "second"))
    assert (target / "notes.txt").read_text() == "mine"
    assert (target / "model.keras").read_text() == "first"


@pytest.mark.parametrize(
    ("name", "format", "kind"),
    [
        ("out", "savedmodel", "folder"),
        ("out", "keras", "folder"),
        ("out.zip", "savedmodel", "zip"),
        ("out.keras", "keras", "main"),
        ("out.py", "script", "main"),
        ("out.py", "keras", "folder"),
    ],
)
def test_the_name_says_what_is_wanted(tmp_path: Path, name: str, format: str, kind: str) -> None:
    assert destination(tmp_path / name, FORMATS[format]).kind == kind


def test_a_new_folder_an_empty_one_and_an_earlier_export_are_filled(tmp_path: Path) -> None:
    target = tmp_path / "out"
    for text in ("first", "second", "third"):
        if text == "second":
            for file in target.iterdir():
                file.unlink()
        report = destination(target, FORMATS["keras"]).place(REPORT, *finished(tmp_path, text))
        assert (target / "model.keras").read_text() == text
        assert (report.path, report.bytes) == (str(target), len(text))
        assert sorted(file.name for file in target.iterdir()) == ["model.keras", MARK]
    assert ExportReport.from_json((target / MARK).read_text()) == report


@pytest.mark.parametrize(("name", "content"), [("out.keras", "a network"), ("out.zip", "zipped")])
def test_a_single_file(tmp_path: Path, name: str, content: str) -> None:
    report = destination(tmp_path / name, FORMATS["keras"]).place(REPORT, *finished(tmp_path))
    assert (tmp_path / name).read_text() == content
    assert (report.path, report.bytes) == (str(tmp_path / name), len(content))


@pytest.mark.parametrize("name", ["folder", "file", "file.keras", "link", "folder.keras"])
def test_what_is_not_ours_is_left_alone(tmp_path: Path, name: str) -> None:
    for folder in ("folder", "folder.keras"):
        (tmp_path / folder).mkdir()
        (tmp_path / folder / "thesis.txt").write_text("years of work")
    for file in ("file", "file.keras"):
        (tmp_path / file).write_text("years of work")
    (tmp_path / "link").symlink_to(tmp_path / "elsewhere")
    with pytest.raises(NetloomError, match="is there already, and no earlier export"):
        destination(tmp_path / name, FORMATS["keras"])


@pytest.mark.parametrize("name", ["out", "out.keras"])
def test_what_came_there_meanwhile_is_left_alone(tmp_path: Path, name: str) -> None:
    target = destination(tmp_path / name, FORMATS["keras"])
    if target.kind == "folder":
        (tmp_path / name).mkdir()
        (tmp_path / name / "thesis.txt").write_text("years of work")
    else:
        (tmp_path / name).write_text("years of work")
    with pytest.raises(NetloomError, match="is there already"):
        target.place(REPORT, *finished(tmp_path))
    kept = tmp_path / name / "thesis.txt" if target.kind == "folder" else tmp_path / name
    assert kept.read_text() == "years of work"


def test_a_folder_below_a_file_is_refused(tmp_path: Path) -> None:
    (tmp_path / "file").write_text("years of work")
    with pytest.raises(NetloomError, match="no folder that you may write to"):
        destination(tmp_path / "file" / "out", FORMATS["keras"])
