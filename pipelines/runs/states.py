"""Where the states of a run's network lie in its folder, and how their files are called. No keras.

A checkpoint, a snapshot and what a fork begins with are the same kind of file; those who train, fork and look back all
find them here.
"""

import re
from pathlib import Path

BACKUP, SNAPSHOTS, START = "backup", "snapshots", "start"
"""Folders: of the last checkpoints, of the states that are kept, of the one that a fork begins with."""
CHOICES = "choices.json"
"""What a run found best by trying, so that it goes on in the same way."""
_WHOLE_EPOCHS = re.compile(r"epoch-(\d+)\.npz")


def file_name(epoch: int, step: int = 0) -> str:
    """The file of the state after `epoch` whole epochs and `step` updates; by its name the later of two sorts last.

    >>> file_name(5), file_name(5, 40)
    ('epoch-000005.npz', 'epoch-000005_000040.npz')
    """
    return f"epoch-{epoch:06d}_{step:06d}.npz" if step else f"epoch-{epoch:06d}.npz"


def whole_epochs(folder: Path) -> dict[int, Path]:
    """Numbers of finished epochs -> the file with the state after them, ascending; 0: before training.

    States within an epoch are left out. Empty where there is no such folder.
    """
    found = {int(name[1]): path for path in folder.glob("*.npz") if (name := _WHOLE_EPOCHS.fullmatch(path.name))}
    return dict(sorted(found.items()))
