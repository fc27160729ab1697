"""The fingerprint of a folder: it changes when any file in it does. Pages ask for it at every turn, so it is quick."""

import hashlib
import os
import threading
import time
from dataclasses import dataclass
from pathlib import Path

TRUSTED_S = 30.0
"""For so long a file that is written over in place may go unseen; one that is added, removed or renamed never does."""


@dataclass(frozen=True, slots=True)
class _Seen:
    """A walk: when it was, the time of change of each folder, and what came out."""

    at: float
    folders: dict[str, int]
    fingerprint: str


_seen: dict[Path, _Seen] = {}
_lock = threading.Lock()


def folder_fingerprint(path: Path) -> str:
    """Names, sizes and times of change of all files below a folder, as 32 hex characters; links are not followed.

    Within `TRUSTED_S` of a walk only the folders' own times of change are asked for: one stat for each.

    Raises:
        OSError: it cannot be listed.
    """
    seen = _seen.get(path)
    if seen is not None and time.monotonic() - seen.at < TRUSTED_S and _same(seen.folders):
        return seen.fingerprint
    with _lock:
        walked = _walk(path)
        _seen.pop(path, None)
        _seen[path] = walked
        while len(_seen) > 64:
            _seen.pop(next(iter(_seen)))
    return walked.fingerprint


def _same(folders: dict[str, int]) -> bool:
    try:
        return all(os.stat(folder).st_mtime_ns == changed for folder, changed in folders.items())
    except OSError:
        return False


def _walk(path: Path) -> _Seen:
    at = time.monotonic()
    digest = hashlib.sha256()
    folders: dict[str, int] = {}
    left = [os.fspath(path)]
    start = len(left[0]) + 1
    while left:
        folder = left.pop()
        folders[folder] = os.stat(folder).st_mtime_ns  # before it is listed: a change meanwhile is seen the next time
        lines = [folder[start:]]
        with os.scandir(folder) as entries:
            for entry in sorted(entries, key=lambda entry: entry.name):
                if entry.is_dir(follow_symlinks=False):
                    left.append(entry.path)
                else:
                    stat = entry.stat(follow_symlinks=False)
                    lines.append(f"{entry.name}\x00{stat.st_size}\x00{stat.st_mtime_ns}")
        digest.update("\x00\x00".join([*lines, ""]).encode(errors="surrogateescape"))
    return _Seen(at, folders, digest.hexdigest()[:32])
