"""Files of users: what they upload, and the server's folders that they may read. Every path of a spec comes by here."""

import functools
import hashlib
import os
from pathlib import Path

from models.errors import NetloomError
from pipelines.data.folders import folder_fingerprint
from pipelines.runs.home import home_dir

FOLDERS_VARIABLE = "NETLOOM_DATA"


def uploads_dir() -> Path:
    """Where uploads are kept. Not created here."""
    return home_dir() / "uploads"


def allowed_folders() -> tuple[Path, ...]:
    """The folders below which a spec may name files: the uploads, and those of NETLOOM_DATA (separated as in PATH)."""
    named = os.environ.get(FOLDERS_VARIABLE, "").split(os.pathsep)
    return (uploads_dir(), *(Path(folder).expanduser().resolve() for folder in named if folder))


def resolve(path: str) -> Path:
    """The file or folder that a spec names: relative to the uploads, or absolute and below an allowed folder.

    Links are followed before it is decided where the path leads.

    Raises:
        NetloomError: it leads elsewhere, or there is nothing.
    """
    real = (uploads_dir() / Path(path).expanduser()).resolve()
    if not any(real == folder or folder in real.parents for folder in map(Path.resolve, allowed_folders())):
        raise NetloomError(
            f"{path} is not below a folder that Netloom may read.",
            f"Upload it, or start Netloom with {FOLDERS_VARIABLE}={real.parent} in its environment.",
        )
    if not real.exists():
        raise NetloomError(f"There is no file or folder {path}.", "Check its spelling, or upload it again.")
    return real


def fingerprint(path: Path) -> str:
    """Changes when the file, or any file of the folder, changes: names, sizes and times of change. 32 hex characters.

    For a file that was looked at before it costs one stat; for a folder, what `folder_fingerprint` says.
    """
    if path.is_dir():
        return folder_fingerprint(path)
    stat = path.stat()
    return content_hash(path, stat.st_size, stat.st_mtime_ns)[:32]


@functools.lru_cache(maxsize=256)
def content_hash(path: Path, _bytes: int, _changed_ns: int) -> str:
    """SHA-256 of a file, 64 hex characters; read once for each size and time of change."""
    with path.open("rb") as stream:
        return hashlib.file_digest(stream, "sha256").hexdigest()
