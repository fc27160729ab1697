"""A destination that a user names on the command line: never anything of theirs overwritten."""

import json
import os
import shutil
from dataclasses import dataclass, replace
from pathlib import Path

from models.errors import NetloomError
from pipelines.export.facts import ExportReport, Format

MARK = "netloom-export.json"
"""The report, in every folder that an export made. The next export may replace the files that it names."""


@dataclass(frozen=True, slots=True)
class Destination:
    """Where an export goes.

    Attributes:
        path: absolute. kind: `folder`, `zip`, or `main`: the format's main file alone.
        format: what is exported.
    """

    path: Path
    kind: str
    format: Format

    def place(self, report: ExportReport, folder: Path, zipped: Path) -> ExportReport:
        """Move the finished export to the destination. Raises: NetloomError where something came there meanwhile."""
        if self.kind == "folder":
            report = replace(report, path=str(self.path), bytes=_size(folder))
            (folder / MARK).write_text(json.dumps(report.as_json(), indent=1) + "\n", encoding="utf-8")
            self._place_folder(folder)
            return report
        source = zipped if self.kind == "zip" else folder / self.format.main
        try:
            self.path.open("xb").close()  # takes the name, or finds it taken
        except FileExistsError:
            raise _taken(self.path) from None
        source.replace(self.path)
        return replace(report, path=str(self.path), bytes=self.path.stat().st_size)

    def _place_folder(self, folder: Path) -> None:
        old = folder.with_name("replaced")
        if _is_export(self.path):
            self.path.rename(old)
        try:
            folder.rename(self.path)  # onto nothing, or onto an empty folder
        except OSError as error:
            if old.exists():
                old.rename(self.path)
            raise _taken(self.path) from error
        shutil.rmtree(old, ignore_errors=True)


def destination(path: Path, format: Format) -> Destination:
    """What `path` means for an export in `format`.

    Raises:
        NetloomError: there is something already that is no export of ours, or the folder cannot be written to.
    """
    path = Path(os.path.abspath(path.expanduser()))
    suffix = Path(format.main).suffix
    kind = "zip" if path.suffix == ".zip" else "main" if suffix and path.suffix == suffix else "folder"
    if path.is_symlink() or path.is_file() or (path.exists() and kind != "folder"):
        raise _taken(path)
    if path.is_dir() and any(path.iterdir()) and not _is_export(path):
        raise _taken(path)
    nearest = next(parent for parent in path.parents if parent.exists())
    if not nearest.is_dir() or not os.access(nearest, os.W_OK | os.X_OK):
        raise NetloomError(f"{path} cannot be written: {nearest} is no folder that you may write to.")
    return Destination(path, kind, format)


def _is_export(folder: Path) -> bool:
    """Whether all that lies there was made by an export: what somebody put beside it is not ours to remove."""
    try:
        report = ExportReport.from_json((folder / MARK).read_text(encoding="utf-8"))
    except (OSError, UnicodeDecodeError, NetloomError):
        return False
    ours = {*report.files, MARK}
    others = (path for path in folder.rglob("*") if path.is_symlink() or not path.is_dir())
    return all(path.relative_to(folder).as_posix() in ours for path in others)


def _taken(path: Path) -> NetloomError:
    return NetloomError(
        f"{path} is there already, and no earlier export with nothing beside it.",
        "Name one that is not there yet, or an empty folder.",
    )


def _size(folder: Path) -> int:
    return sum(file.stat().st_size for file in folder.rglob("*") if file.is_file())
