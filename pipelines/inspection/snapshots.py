"""Snapshots: states of a run's network that were kept while it trained, to look back at. No keras."""

from pathlib import Path

from models.errors import NetloomError
from pipelines.runs.states import SNAPSHOTS, file_name, whole_epochs


def snapshot_file(folder: Path, epoch: int) -> Path:
    """Where the state after `epoch` epochs lies in a run's folder, if it was kept."""
    return folder / SNAPSHOTS / file_name(epoch)


def snapshot_epochs(folder: Path) -> list[int]:
    """Finished epochs of every snapshot in a run's folder, ascending; 0 is the state before training."""
    return list(whole_epochs(folder / SNAPSHOTS))


def snapshot_version(folder: Path, epoch: int) -> str:
    """Changes when the snapshot is written again. Raises: NetloomError where there is none of this epoch."""
    try:
        stat = snapshot_file(folder, epoch).stat()
    except FileNotFoundError:
        kept = ", ".join(map(str, snapshot_epochs(folder))) or "none"
        raise NetloomError(
            f"This run has no snapshot after epoch {epoch}; it has: {kept}.", "Choose one of these."
        ) from None
    return f"{epoch}-{stat.st_mtime_ns:x}-{stat.st_size:x}"
