"""A run is resumed, inspected and exported with the data that it began with, or not at all.

A file of the user's that changed meanwhile would be split anew: rows that were trained on would be called test rows.
"""

from pathlib import Path

from models.errors import NetloomError
from pipelines.data.encoding.fit_encoding import source_fingerprint
from pipelines.data.spec import Source

FILE = "data.fingerprint"


def remember(source: Source, folder: Path) -> None:
    """Keeps in the folder of a run what its data look like; where it did so before, they must look the same.

    Raises:
        NetloomError: the data are not there, or have changed.
    """
    mark, file = source_fingerprint(source), folder / FILE
    if not mark:
        return
    if file.exists():
        refuse_changed(source, folder)
        return
    unfinished = folder / f"unfinished-{FILE}"
    unfinished.write_text(mark, encoding="ascii")
    unfinished.replace(file)


def refuse_changed(source: Source, folder: Path) -> None:
    """Raises: NetloomError where the file or folder of `source` is not what the run in `folder` began with."""
    file = folder / FILE
    if file.exists() and file.read_text(encoding="ascii") != source_fingerprint(source):
        name = Path(getattr(source, "path", "") or "The data").name
        raise NetloomError(
            f"{name} has changed since this run began, so its rows would be shared out in another way.",
            "Put the old data back, or train a new run.",
        )
