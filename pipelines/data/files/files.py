"""Files of users: what they upload, and the server's folders that they may read. Every path of a spec comes by here."""

import contextlib
import functools
import hashlib
import os
import re
import tempfile
import time
import unicodedata
from dataclasses import dataclass
from pathlib import Path
from typing import BinaryIO

from models.errors import NetloomError
from pipelines.data.files.folders import folder_fingerprint
from pipelines.runs.home import home_dir

FOLDERS_VARIABLE = "NETLOOM_DATA"
_PIECE = 1 << 20
_MAX_NAME_BYTES = 120
_INCOMING = ".incoming-"
_STALE_S = 3600.0


@dataclass(frozen=True, slots=True)
class Upload:
    """A file that was uploaded.

    Attributes:
        path: as a spec names it: a folder named by the content, and the name.
        name: of the file, as cleaned.
        bytes: its size.
        uploaded_at: seconds since 1970.
    """

    path: str
    name: str
    bytes: int
    uploaded_at: float


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
        NetloomError: it leads elsewhere, there is nothing, or Netloom may not look there.
    """
    try:
        real = (uploads_dir() / os.path.expanduser(path)).resolve()
        there = real.exists()
    except (OSError, ValueError, RuntimeError) as error:  # RuntimeError: links that go in a circle
        reason = getattr(error, "strerror", None) or str(error)
        raise NetloomError(f"{path[:200]} cannot be opened: {reason}.", "Choose another file or folder.") from error
    if not any(real == folder or folder in real.parents for folder in map(Path.resolve, allowed_folders())):
        raise NetloomError(
            f"{path} is not below a folder that Netloom may read.",
            f"Upload it, or start Netloom with {FOLDERS_VARIABLE}={real.parent} in its environment.",
        )
    if not there and re.fullmatch(r"[0-9a-f]{12}/[^/]+", path):
        raise NetloomError(f"{real.name} is no longer among the uploads.", "Upload the same file again.")
    if not there:
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


def keep_upload(stream: BinaryIO, name: str, limit_bytes: int) -> str:
    """Keeps what a user uploads: whole or not at all, under a folder named by its content, so that it never changes.

    Args:
        stream: read to its end, piece by piece.
        name: as the browser gives it; `clean_name` makes a plain one of it.
        limit_bytes: a longer one is refused.

    Returns:
        The path for a spec, relative to the uploads. The same content and name give the same path.

    Raises:
        NetloomError: it is empty, too long, or there is no room; nothing of it stays.
    """
    root, name = uploads_dir(), clean_name(name)
    draft = None
    try:
        root.mkdir(parents=True, exist_ok=True)
        _remove_stale(root)
        digest, size = hashlib.sha256(), 0
        with tempfile.NamedTemporaryFile(dir=root, prefix=_INCOMING, delete=False) as kept:
            draft = Path(kept.name)
            while piece := stream.read(_PIECE):
                size += len(piece)
                if size > limit_bytes:
                    raise NetloomError(
                        f"{name} has more than the {limit_bytes / 2**20:,.0f} MB that may be uploaded.",
                        f"Put it in a folder of the server, and start Netloom with {FOLDERS_VARIABLE} naming it.",
                    )
                digest.update(piece)
                kept.write(piece)
        if not size:
            raise NetloomError(f"{name} is empty.", "Choose the file anew.")
        path = f"{digest.hexdigest()[:12]}/{name}"
        (root / path).parent.mkdir(exist_ok=True)
        draft.replace(root / path)
        return path
    except OSError as error:
        raise NetloomError(
            f"{name} cannot be kept in {root}: {error.strerror or error}.",
            "Make room there, or set NETLOOM_HOME to a folder on a larger disk.",
        ) from error
    finally:
        if draft is not None:
            draft.unlink(missing_ok=True)


def clean_name(name: str) -> str:
    """A plain file name: letters, digits, spaces, dots and the like; no folders, nothing hidden, not too long.

    >>> clean_name("../../etc/pass wd")
    'pass wd'
    >>> clean_name("..\\\\x\\\\Über|sicht.csv")
    'Über_sicht.csv'
    >>> clean_name("...")
    'upload'
    """
    plain = unicodedata.normalize("NFC", re.split(r"[/\\]", name)[-1])
    plain = re.sub(r"[^\w.,;+=@#%&'!~()\[\]{} -]", "_", plain).strip(" .")
    stem, ending = os.path.splitext(plain)
    while len((stem + ending).encode()) > _MAX_NAME_BYTES:
        stem, ending = (stem[:-1], ending) if stem else ("", ending[:-1])
    return stem.rstrip() + ending or "upload"


def uploads() -> list[Upload]:
    """Every upload, the newest first."""
    found: list[Upload] = []
    for path in uploads_dir().glob("[0-9a-f]" * 12 + "/*"):
        with contextlib.suppress(FileNotFoundError):  # deleted meanwhile
            stat = path.stat()
            found.append(Upload(f"{path.parent.name}/{path.name}", path.name, stat.st_size, stat.st_mtime))
    return sorted(found, key=lambda upload: (-upload.uploaded_at, upload.path))


def delete_upload(path: str) -> None:
    """Deletes an upload.

    Args:
        path: as `keep_upload` gave it.

    Raises:
        NetloomError: there is no such upload, or it cannot be deleted.
    """
    if path not in {upload.path for upload in uploads()}:
        raise NetloomError(f"There is no upload {path}.", "It may have been deleted already.")
    real = uploads_dir() / path
    try:
        real.unlink(missing_ok=True)
        with contextlib.suppress(OSError):  # another name for the same content lies there
            real.parent.rmdir()
    except OSError as error:
        raise NetloomError(f"{path} cannot be deleted: {error.strerror or error}.") from error


def _remove_stale(root: Path) -> None:
    """Remove what processes left that were killed in the middle of an upload."""
    for left in root.glob(f"{_INCOMING}*"):
        with contextlib.suppress(FileNotFoundError):
            if time.time() - left.stat().st_mtime > _STALE_S:
                left.unlink()
