"""Which state of a run's network a cache or an export belongs to. No keras."""

from pathlib import Path

from models.errors import NetloomError
from pipelines.runs.facts import Run


def version_of(run: Run, folder: Path) -> str:
    """`network_version` of a run's folder. Raises: NetloomError where the run has no trained network."""
    try:
        return network_version(folder)
    except FileNotFoundError:
        raise NetloomError(
            f"Run {run.name!r} ({run.uid}) has no trained network: its status is {run.status}.",
            "A network is kept when a run finishes, or is stopped after its first update.",
        ) from None


def network_version(folder: Path) -> str:
    """Changes when the network in a run's folder is trained further. Raises: FileNotFoundError where there is none."""
    stat = (folder / "model.keras").stat()
    return f"{stat.st_mtime_ns:x}-{stat.st_size:x}"
