"""Only exports that were checked, are still there and belong to the network as it is now are offered."""

import json
import os
from dataclasses import replace
from pathlib import Path

import pytest

from pipelines.export.facts import ExportReport
from pipelines.export.reports import exports_dir, report_path, reports
from pipelines.inspection.version import network_version
from pipelines.runs.facts import RunNotFound

UID = "abcdefghijkl"


@pytest.fixture
def report(home: Path) -> ExportReport:
    """A good export of a run, on disk."""
    folder = exports_dir(home, UID) / "keras"
    folder.mkdir(parents=True)
    (home / "runs" / UID / "model.keras").write_text("a network")
    (folder / "a.zip").write_text("a zip")
    version = network_version(home / "runs" / UID)
    made = ExportReport(UID, "keras", str(folder / "a.zip"), 5, (), version, 0.0, True, "Tried.", 0.0, 1, None, None)
    write(home, made)
    return made


def write(home: Path, report: ExportReport) -> None:
    report_path(home, UID, report.format).write_text(json.dumps(report.as_json()))


def test_a_good_export_is_offered(home: Path, report: ExportReport) -> None:
    assert reports(home, UID) == {"keras": report}


def test_it_is_found_after_the_home_has_moved(home: Path, report: ExportReport, tmp_path: Path) -> None:
    moved = home.rename(tmp_path / "moved")
    assert reports(moved, UID)["keras"].path == str(exports_dir(moved, UID) / "keras" / "a.zip")


def test_a_failed_one_is_not(home: Path, report: ExportReport) -> None:
    write(home, replace(report, ok=False))
    assert reports(home, UID) == {}


def test_one_of_a_network_that_was_trained_further_is_not(home: Path, report: ExportReport) -> None:
    os.utime(home / "runs" / UID / "model.keras", ns=(1, 1))
    assert reports(home, UID) == {}


@pytest.mark.parametrize("damage", ["zip", "report", "network", "half"])
def test_one_with_a_file_missing_or_damaged_is_not(home: Path, report: ExportReport, damage: str) -> None:
    path = report_path(home, UID, "keras")
    if damage == "half":
        path.write_text(path.read_text()[:40])
    else:
        {"zip": Path(report.path), "report": path, "network": home / "runs" / UID / "model.keras"}[damage].unlink()
    assert reports(home, UID) == {}


def test_no_exports_and_no_such_run(home: Path) -> None:
    assert reports(home, UID) == {}
    with pytest.raises(RunNotFound):
        exports_dir(home, "../../etc")
