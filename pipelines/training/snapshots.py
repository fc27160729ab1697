"""Snapshots: states of a run that are kept to look back at and to fork from, within a bound of files and bytes."""

import itertools
import os
import shutil
from pathlib import Path

from pipelines.runs.states import whole_epochs
from pipelines.spec import SnapshotSpec
from pipelines.training.log import logger


class Snapshots:
    """The folder of a run's snapshots, `epoch-000005.npz` after five epochs, each a whole checkpoint.

    Args:
        folder: made when the first is kept.
        spec: how many.
    """

    def __init__(self, folder: Path, spec: SnapshotSpec) -> None:
        self._folder = folder
        self._spec = spec

    def wants(self, epoch: int) -> bool:
        """Whether the state after `epoch` epochs belongs to them, and is not there yet."""
        return epoch % self._spacing() == 0 and epoch not in whole_epochs(self._folder)

    def keep(self, path: Path) -> None:
        """Keep a checkpoint that was written, `epoch-<finished epochs>.npz`, and let go of those that are too many.

        The file is linked where the disk can, so that it costs no writing.
        """
        self._folder.mkdir(exist_ok=True)
        kept = self._folder / path.name
        unfinished = kept.with_suffix(".tmp")
        unfinished.unlink(missing_ok=True)
        try:
            os.link(path, unfinished)
        except OSError:  # this disk knows no links
            try:
                shutil.copyfile(path, unfinished)
            except OSError:
                unfinished.unlink(missing_ok=True)
                raise
        os.replace(unfinished, kept)
        self._thin()

    def forget_after(self, epoch: int) -> None:
        """Remove those later than `epoch`: what they show will happen anew, or otherwise."""
        for later, path in whole_epochs(self._folder).items():
            if later > epoch:
                path.unlink()

    def _thin(self) -> None:
        spacing = self._spacing()
        while self._too_many(kept := whole_epochs(self._folder)):
            if len(kept) == 1:
                (path,) = kept.values()
                logger.warning("a snapshot takes more than the %d MiB that all may take: none is kept",
                               self._spec.most_mib)  # fmt: skip
                path.unlink()
                return
            spacing *= 2
            for epoch, path in kept.items():
                if epoch % spacing:
                    path.unlink()

    def _too_many(self, kept: dict[int, Path]) -> bool:
        if len(kept) > self._spec.most:
            return True
        return sum(path.stat().st_size for path in kept.values()) > self._spec.most_mib * 2**20

    def _spacing(self) -> int:
        """Epochs between two: as many as lie between those that are there, so that nothing else has to remember it."""
        epochs = list(whole_epochs(self._folder))
        if len(epochs) < 2:
            return self._spec.every
        found = min(later - before for before, later in itertools.pairwise(epochs))
        return max(self._spec.every, found)
