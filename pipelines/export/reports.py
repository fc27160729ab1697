"""Where a run's exports lie and what is known of them. No keras: pages call this at every refresh."""

from contextlib import suppress
from dataclasses import replace
from pathlib import Path

from models.errors import NetloomError
from pipelines.export.facts import ExportReport
from pipelines.export.registry import FORMATS
from pipelines.inspection.version import network_version
from pipelines.runs.home import run_dir


def exports_dir(home: Path, run_uid: str) -> Path:
    """runs/<uid>/exports."""
    return run_dir(home, run_uid) / "exports"


def report_path(home: Path, run_uid: str, format: str) -> Path:
    """Where the report of an export lies, beside its zip."""
    return exports_dir(home, run_uid) / format / "report.json"


def reports(home: Path, run_uid: str) -> dict[str, ExportReport]:
    """Exports of a run that were checked and can be downloaded, by format.

    An export of an earlier state of the network, one whose zip is gone and one whose report is damaged are left out.

    Args:
        run_uid: the whole uid.
    """
    found: dict[str, ExportReport] = {}
    for format in FORMATS:
        with suppress(OSError, NetloomError):
            file = report_path(home, run_uid, format)
            report = ExportReport.from_json(file.read_text(encoding="utf-8"))
            zipped = file.with_name(Path(report.path).name)  # the home may have been moved since
            current = report.version == network_version(run_dir(home, run_uid))
            if report.ok and current and zipped.is_file():
                found[format] = replace(report, path=str(zipped))
    return found
