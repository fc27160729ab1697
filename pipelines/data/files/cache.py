"""A cache of folders under NETLOOM_HOME: made once, whole or not at all; the longest unused are removed first."""

import contextlib
import hashlib
import os
import shutil
from collections.abc import Callable
from pathlib import Path

from filelock import FileLock, Timeout

from models.errors import NetloomError
from pipelines.runs.home import home_dir

DEFAULT_LIMIT_BYTES = 20 * 2**30
LIMIT_VARIABLE = "NETLOOM_CACHE_BYTES"
_MAKING, _REMOVING = ".making-", ".removing-"


def key_of(*parts: str) -> str:
    """A key for what these strings determine: 32 hex characters."""
    return hashlib.sha256("\x00".join(parts).encode()).hexdigest()[:32]


def byte_limit(variable: str, default: int) -> int:
    """The number of bytes that an environment variable gives. Raises: NetloomError where it is no number."""
    given = os.environ.get(variable) or str(default)
    if not (given.isascii() and given.isdecimal()):
        raise NetloomError(f"{variable} must be a number of bytes. Received: {given!r}.", f"Say {variable}={default}.")
    return int(given)


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
        raise _told(error, root) from error
    _trim(root, keep=folder)
    return folder


def _make(root: Path, key: str, make: Callable[[Path], None]) -> Path:
    _remove_left(root)
    draft = root / f"{_MAKING}{key}"
    shutil.rmtree(draft, ignore_errors=True)  # whoever holds the lock is the only one who makes it
    draft.mkdir()
    try:
        make(draft)
        return draft.rename(root / key)
    finally:
        shutil.rmtree(draft, ignore_errors=True)


def _remove_left(root: Path) -> None:
    """Remove what processes left that were killed: what is being made, but by nobody who holds its lock."""
    for left in root.glob(f"{_MAKING}*"):
        lock = FileLock(root / f"{left.name.removeprefix(_MAKING)}.lock", timeout=0)
        with contextlib.suppress(Timeout), lock:
            shutil.rmtree(left, ignore_errors=True)
    for left in root.glob(f"{_REMOVING}*"):
        shutil.rmtree(left, ignore_errors=True)


def _trim(root: Path, keep: Path) -> None:
    """Remove the longest unused folders until the rest is within the limit."""
    limit = byte_limit(LIMIT_VARIABLE, DEFAULT_LIMIT_BYTES)
    used = {path: _used_at(path) for path in root.iterdir() if path.is_dir() and path.name[0] != "."}
    sizes = {path: _bytes_in(path) for path in used}
    total = sum(sizes.values())
    for path in sorted(used, key=lambda path: used[path]):
        if total <= limit:
            return
        if path != keep:
            total -= sizes[path]
            doomed = path.with_name(f"{_REMOVING}{path.name}")
            with contextlib.suppress(OSError):
                path.rename(doomed)  # at once, so that nobody finds half of it
                shutil.rmtree(doomed, ignore_errors=True)


def _told(error: OSError, root: Path) -> NetloomError:
    """What went wrong: in the cache, or with a file that was read to make something."""
    reason = error.strerror or str(error)
    place = Path(os.fsdecode(error.filename)) if isinstance(error.filename, str | bytes) else root
    if place != root and root not in place.parents and place not in root.parents:
        return NetloomError(
            f"{place} cannot be read: {reason[:1].lower()}{reason[1:]}.", "Check that it is there, and may be read."
        )
    return NetloomError(
        f"The prepared data cannot be kept in {root}: {reason}.",
        "Make room there, or set NETLOOM_HOME to a folder on a larger disk.",
    )


def _bytes_in(folder: Path) -> int:
    total = 0
    for path in folder.rglob("*"):
        with contextlib.suppress(FileNotFoundError):  # removed meanwhile, by another process
            total += path.stat().st_size
    return total


def _used_at(path: Path) -> float:
    try:
        return path.stat().st_mtime
    except FileNotFoundError:
        return 0.0
