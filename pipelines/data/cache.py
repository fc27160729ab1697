"""A cache of folders under NETLOOM_HOME: made once, whole or not at all; the longest unused are removed first."""

import contextlib
import hashlib
import os
import shutil
import tempfile
import time
from collections.abc import Callable
from pathlib import Path

from filelock import FileLock

from models.errors import NetloomError
from pipelines.runs.home import home_dir

DEFAULT_LIMIT_BYTES = 20 * 2**30
LIMIT_VARIABLE = "NETLOOM_CACHE_BYTES"
_STALE_S = 3600.0


def key_of(*parts: str) -> str:
    """A key for what these strings determine: 32 hex characters."""
    return hashlib.sha256("\x00".join(parts).encode()).hexdigest()[:32]


def cache_dir() -> Path:
    """The folder of the cache. Not created here."""
    return home_dir() / "cache"


def found(key: str) -> Path | None:
    """The folder made under `key`, or None; asking counts as use."""
    folder = cache_dir() / key
    try:
        os.utime(folder)
    except OSError:
        return None
    return folder


def made(key: str, make: Callable[[Path], None]) -> Path:
    """The folder under `key`; where there is none yet, `make` fills an empty one, which is then put in its place.

    One process at a time makes one key; others wait for it. Treat the result as read-only.

    Raises:
        NetloomError: what `make` raises, and where the disk is full; nothing half-made stays.
    """
    folder = found(key)
    if folder is not None:
        return folder
    root = cache_dir()
    try:
        root.mkdir(parents=True, exist_ok=True)
        with FileLock(root / f"{key}.lock"):
            folder = found(key)
            if folder is None:
                folder = _make(root, key, make)
    except OSError as error:
        raise NetloomError(
            f"The prepared data cannot be kept in {root}: {error.strerror or error}.",
            "Make room there, or set NETLOOM_HOME to a folder on a larger disk.",
        ) from error
    _trim(root, keep=folder)
    return folder


def _make(root: Path, key: str, make: Callable[[Path], None]) -> Path:
    for left in root.glob(".making-*"):  # by a process that was killed
        if time.time() - left.stat().st_mtime > _STALE_S:
            shutil.rmtree(left, ignore_errors=True)
    draft = Path(tempfile.mkdtemp(prefix=".making-", dir=root))
    try:
        make(draft)
        return draft.rename(root / key)
    finally:
        shutil.rmtree(draft, ignore_errors=True)


def _trim(root: Path, keep: Path) -> None:
    """Remove the longest unused folders until the rest is within the limit."""
    limit = int(os.environ.get(LIMIT_VARIABLE) or DEFAULT_LIMIT_BYTES)
    folders = sorted((path for path in root.iterdir() if path.is_dir() and path.name[0] != "."), key=_used_at)
    sizes = {path: sum(file.stat().st_size for file in path.rglob("*") if file.is_file()) for path in folders}
    total = sum(sizes.values())
    for path in folders:
        if total <= limit:
            return
        if path != keep:
            total -= sizes[path]
            doomed = path.with_name(f".making-{path.name}")
            with contextlib.suppress(OSError):
                path.rename(doomed)  # at once, so that nobody finds half of it
                shutil.rmtree(doomed, ignore_errors=True)


def _used_at(path: Path) -> float:
    return path.stat().st_mtime
