"""A network's outputs for a whole split; those of the network that a run left are kept in runs/<uid>/inspection."""

import os
import zipfile
from contextlib import suppress
from pathlib import Path

import numpy as np

from models.errors import NetloomError
from pipelines.inspection.trained import Trained, rows_of
from pipelines.runs.facts import Split


def predictions(subject: Trained, split: Split) -> np.ndarray:
    """Outputs for every row of a split, float32 `(rows, units)`, in the split's order.

    Raises:
        NetloomError: the network gives something else than one row of numbers for each.
    """
    path = subject.folder / "inspection" / f"predictions-{split}.npz"
    x, _ = rows_of(subject, split)
    cached = _read(path, subject.version)
    if cached is not None and len(cached) == len(x):
        return cached
    outputs = subject.predict(x)
    if outputs.ndim != 2:
        raise NetloomError(
            f"The network's output has the shape {('batch', *outputs.shape[1:])}; one row of numbers an example "
            "was expected.",
            "Flatten or pool before the last layer.",
        )
    if subject.epoch is None:
        _write(path, subject.version, outputs)
    return outputs


def _read(path: Path, version: str) -> np.ndarray | None:
    """What was kept, unless the network was trained further since, or the file is damaged."""
    with (
        suppress(OSError, ValueError, KeyError, EOFError, zipfile.BadZipFile),
        path.open("rb") as stream,  # np.load by path leaves a damaged file open
        np.load(stream, allow_pickle=False) as kept,
    ):
        if str(kept["version"]) == version:
            return kept["outputs"]
    return None


def _write(path: Path, version: str, outputs: np.ndarray) -> None:
    """Under a name of its own first: a reader sees a whole file or none."""
    path.parent.mkdir(exist_ok=True)
    draft = path.with_name(f".{path.stem}.{os.getpid()}.npz")
    np.savez(draft, version=np.array(version), outputs=outputs)
    draft.replace(path)
