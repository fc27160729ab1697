"""`export`: write a run in a format, try what was written, and only then let it be had."""

import importlib
import json
import os
import shutil
import tempfile
import time
import zipfile
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import replace
from pathlib import Path
from typing import Protocol, cast

from filelock import FileLock

from models.errors import NetloomError
from pipelines.export import destination
from pipelines.export.bundle import slug, zip_folder
from pipelines.export.facts import Check, ExportReport, Format
from pipelines.export.registry import format_named
from pipelines.export.reports import exports_dir, report_path
from pipelines.inspection.trained import Trained, trained
from pipelines.runs.store import RunStore

_STALE_S = 3600
_DRAFT = ".draft-"


class Writer(Protocol):
    """What the module of a format offers."""

    def write(self, subject: Trained, folder: Path) -> None:
        """Fill an empty folder."""
        ...

    def check(self, subject: Trained, folder: Path) -> Check:
        """Try a copy of that folder, which may be written to, in a fresh process."""
        ...


def export(home: Path, run_uid: str, format: str, dest: Path | None = None) -> ExportReport:
    """Export a trained run, and try the result in a fresh process before it is put in its place.

    Args:
        run_uid: or the unique beginning of one.
        format: a name of `registry.FORMATS`.
        dest: a folder to make (or to fill, or an earlier export to replace), or a file: `.zip`, or the format's own
            (`.keras`, `.py`). None: a zip under runs/<uid>/exports, recorded as an artifact of the run.

    Returns:
        The report. Where `ok` is false the export was thrown away, and the report says why.

    Raises:
        NetloomError: no such run or format, the run has no trained network, or `dest` is taken.
    """
    home, chosen = Path(home), format_named(format)
    target = destination.destination(Path(dest), chosen) if dest is not None else None
    subject = trained(home, run_uid)
    parent = target.path.parent if target else exports_dir(home, subject.run.uid) / chosen.name
    with _draft(parent) as draft:
        name = f"{slug(subject.run.name)}-{subject.run.uid}"
        zipped = draft / f"{name}-{chosen.name}.zip"
        folder, report = _write_and_try(subject, chosen, draft / name, zipped)
        if not report.ok:
            return report
        if target is not None:
            return target.place(report, folder, zipped)
        return _keep(home, report, zipped, parent)


def _write_and_try(subject: Trained, chosen: Format, folder: Path, zipped: Path) -> tuple[Path, ExportReport]:
    """What is tried is what people get: a copy unpacked from the zip."""
    writer = cast(Writer, importlib.import_module(chosen.module))
    folder.mkdir()
    writer.write(subject, folder)
    zip_folder(folder, zipped)
    clean = folder.with_name("tried")
    with zipfile.ZipFile(zipped) as archive:
        archive.extractall(clean)
    check = writer.check(subject, clean / folder.name)
    report = ExportReport(
        run_uid=subject.run.uid,
        format=chosen.name,
        path="",
        bytes=zipped.stat().st_size,
        files=tuple(sorted(file.relative_to(folder).as_posix() for file in folder.rglob("*") if file.is_file())),
        version=subject.version,
        created_at=time.time(),
        ok=check.ok,
        message=check.message,
        max_abs_difference=check.max_abs_difference,
        rows_compared=check.rows_compared,
        test_metric_name=check.test_metric_name,
        test_metric=check.test_metric,
    )
    return folder, report


def _keep(home: Path, report: ExportReport, zipped: Path, folder: Path) -> ExportReport:
    """Put zip and report into the run's folder; whoever exports the same at the same time waits here."""
    report = replace(report, path=str(folder / zipped.name))
    path = report_path(home, report.run_uid, report.format)
    draft = zipped.with_name(path.name)
    draft.write_text(json.dumps(report.as_json(), indent=1) + "\n", encoding="utf-8")
    store = RunStore(home)
    try:
        with FileLock(folder / ".lock"):
            zipped.replace(report.path)
            draft.replace(path)
            store.add_artifact(report.run_uid, Path(report.path), "export")
    finally:
        store.close()
    return report


@contextmanager
def _draft(parent: Path) -> Iterator[Path]:
    """A new folder beside what is to be made, so that putting it in its place is one rename; gone afterwards."""
    try:
        parent.mkdir(parents=True, exist_ok=True)
    except OSError as error:
        raise NetloomError(f"The folder {parent} cannot be made: {error.strerror}.", "Choose another place.") from error
    for left in parent.glob(f"{_DRAFT}*"):  # by an export that was killed
        if time.time() - left.stat().st_mtime > _STALE_S:
            shutil.rmtree(left, ignore_errors=True)
    draft = Path(tempfile.mkdtemp(prefix=f"{_DRAFT}{os.getpid()}-", dir=parent))
    try:
        yield draft
    finally:
        shutil.rmtree(draft, ignore_errors=True)
