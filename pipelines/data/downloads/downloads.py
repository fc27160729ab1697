"""Files that are downloaded into KERAS_HOME: are they there and whole, how far is their download, start one.

Keras writes a download straight under its final name, so a file there may be half of one: only its hash says that it
is whole. Nothing here imports keras; the download itself runs in `keras_datasets`, in a process of its own that
outlives the page that asked for it.
"""

import csv
import functools
import hashlib
import json
import os
import subprocess
import sys
import tempfile
from dataclasses import dataclass
from pathlib import Path
from typing import Literal

import psutil

from models.errors import NetloomError
from pipelines.data.downloads.remote_files import DOWNLOADS, OFFLINE_SETS, Download, RemoteFile
from pipelines.data.spec import Source

_ROOT = Path(__file__).resolve().parents[3]


class NotOnThisMachine(NetloomError):
    """The data must be downloaded first, or could not be."""


@dataclass(frozen=True, slots=True)
class CacheState:
    """Whether a data set is on this machine.

    Attributes:
        status: `cached` (whole), `downloading`, `failed` (the last download did), or `missing`.
        bytes: on disk so far. expected_bytes: when whole; 0: not known.
        error: of a failed download, a sentence and a hint; else empty.
    """

    status: Literal["cached", "downloading", "failed", "missing"]
    bytes: int
    expected_bytes: int
    error: str = ""

    @property
    def fraction(self) -> float:
        """Share that is here, in [0, 1]."""
        return min(1.0, self.bytes / self.expected_bytes) if self.expected_bytes else float(self.status == "cached")


def file_for(source: Source) -> Download | None:
    """What a source must have on this machine before it can be loaded; None: it needs nothing."""
    if source.kind == "keras":
        return DOWNLOADS[source.name]
    return DOWNLOADS["mcycle"] if source.kind == "mcycle" and source.path is None else None


def files_of(key: str) -> tuple[Path, ...]:
    """Where the files of a data set lie, whole and verified, in the order of `DOWNLOADS[key].files`.

    Raises:
        NotOnThisMachine: one is not there, or is damaged.
    """
    wanted = DOWNLOADS[key]
    found = [path_of(file) for file in wanted.files]
    paths = tuple(path for path in found if path is not None)
    if len(paths) < len(found):
        raise NotOnThisMachine(
            f"{wanted.title} is not on this machine yet; download it on the Data page, or take a set that needs no "
            f"network: {OFFLINE_SETS}."
        )
    return paths


def cached_path(wanted: Download) -> Path | None:
    """Where the first file lies if all are there, whole and verified; None: something is missing."""
    found = [path_of(file) for file in wanted.files]
    return None if None in found else found[0]


def cache_state(wanted: Download) -> CacheState:
    """Where a download stands now; cheap enough to ask every half second."""
    if cached_path(wanted):
        return CacheState("cached", wanted.bytes, wanted.bytes)
    size = sum(_size(cache_folder() / file.name) for file in wanted.files)
    record = _read_record(wanted)
    if record.get("error"):
        return CacheState("failed", size, wanted.bytes, str(record["error"]))
    if not record:
        return CacheState("missing", size, wanted.bytes)
    if _alive(record):
        return CacheState("downloading", size, wanted.bytes)
    return CacheState("failed", size, wanted.bytes, f"The download of {wanted.title} was cut short. Start it again.")


def path_of(file: RemoteFile) -> Path | None:
    """Where one file lies, whole and verified, or None."""
    for folder in (_keras_home() / "datasets", _fallback_home() / "datasets"):
        path = folder / file.name
        try:
            stat = path.stat()
        except OSError:
            continue
        if file.bytes in (0, stat.st_size) and _hash(path, stat.st_mtime_ns, file) == file.hash:
            return path
    return None


def numbers_hash(path: Path, columns: tuple[str, ...]) -> str:
    """SHA-256 of some columns of a CSV, its rows in order: `1.0,2.5` and a line feed each, as Python writes floats.

    Quotes, row names and other columns change nothing. Empty: the columns are not there, or hold other than numbers.
    """
    try:
        with path.open(encoding="utf-8-sig", newline="") as stream:
            rows = [[float(row[column]) for column in columns] for row in csv.DictReader(stream)]
    except (KeyError, TypeError, ValueError, csv.Error):
        return ""
    return hashlib.sha256("".join(f"{','.join(map(repr, row))}\n" for row in rows).encode()).hexdigest()


def start(wanted: Download) -> CacheState:
    """Starts a download in a process of its own, unless all is here or on its way.

    Poll `cache_state` for its progress.
    """
    state = cache_state(wanted)
    if state.status in ("cached", "downloading"):
        return state
    process = subprocess.Popen(
        [sys.executable, "-m", "pipelines.data.downloads.keras_datasets", wanted.key, "--mirror", wanted.mirror],
        cwd=_ROOT,
        env={**os.environ, "KERAS_HOME": str(_keras_home().absolute()), "CUDA_VISIBLE_DEVICES": ""},
        stdin=subprocess.DEVNULL,
        stdout=subprocess.DEVNULL,
        stderr=subprocess.DEVNULL,
        start_new_session=True,
    )
    _children.append(process)
    record_download(wanted, process.pid)
    return CacheState("downloading", 0, wanted.bytes)


def record_download(wanted: Download, pid: int | None = None, error: str = "") -> None:
    """Notes, beside the files, which process downloads it, or why the last download failed; with neither, nothing."""
    path = record_path(wanted)
    if pid is None and not error:
        path.unlink(missing_ok=True)
        return
    record: dict[str, object] = {"error": error}
    if pid is not None:
        try:
            record = {"pid": pid, "created": psutil.Process(pid).create_time()}
        except psutil.NoSuchProcess:
            return
    path.parent.mkdir(parents=True, exist_ok=True)
    draft = path.with_name(f"{path.name}.{os.getpid()}")
    draft.write_text(json.dumps(record), encoding="utf-8")
    draft.replace(path)


def record_path(wanted: Download) -> Path:
    """Where the state of a download is noted."""
    return cache_folder() / f".{wanted.key}.netloom.json"


def lock_path(wanted: Download) -> Path:
    """The lock that one download at a time holds."""
    return cache_folder() / f".{wanted.key}.netloom.lock"


def cache_folder() -> Path:
    """The folder where Keras, in this environment, would write a data set."""
    home = _keras_home()
    existing = next(folder for folder in (home, *home.absolute().parents) if folder.exists())
    return (home if os.access(existing, os.W_OK) else _fallback_home()) / "datasets"


_children: list[subprocess.Popen[bytes]] = []  # Held so that they are reaped when they end.


def _keras_home() -> Path:
    if "KERAS_HOME" in os.environ:
        return Path(os.environ["KERAS_HOME"]).expanduser()
    home = Path.home()
    return (home if os.access(home, os.W_OK) else Path("/tmp")) / ".keras"  # noqa: S108 - Keras's own choice


def _fallback_home() -> Path:
    """Where Keras writes when KERAS_HOME is read-only. What is read from there is verified by its hash."""
    return Path("/tmp" if os.path.isdir("/tmp") else tempfile.gettempdir(), ".keras")  # noqa: S108


@functools.lru_cache(maxsize=64)
def _hash(path: Path, _changed_ns: int, file: RemoteFile) -> str:
    if file.columns:
        return numbers_hash(path, file.columns)
    with path.open("rb") as stream:
        return hashlib.file_digest(stream, "md5" if len(file.hash) == 32 else "sha256").hexdigest()


def _size(path: Path) -> int:
    try:
        return path.stat().st_size
    except OSError:
        return 0


def _read_record(wanted: Download) -> dict[str, object]:
    try:
        record = json.loads(record_path(wanted).read_text(encoding="utf-8"))
    except (OSError, ValueError):
        return {}
    return record if isinstance(record, dict) else {}


def _alive(record: dict[str, object]) -> bool:
    for child in list(_children):
        if child.poll() is not None:
            _children.remove(child)
    try:
        process = psutil.Process(int(str(record["pid"])))
        return process.create_time() == record["created"] and process.status() != psutil.STATUS_ZOMBIE
    except (psutil.Error, KeyError, ValueError):
        return False
