"""Which state of a run's network a cache or an export belongs to. No keras."""

from pathlib import Path


def network_version(folder: Path) -> str:
    """Changes when the network in a run's folder is trained further. Raises: FileNotFoundError where there is none."""
    stat = (folder / "model.keras").stat()
    return f"{stat.st_mtime_ns:x}-{stat.st_size:x}"
