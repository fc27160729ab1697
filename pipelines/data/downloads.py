"""Files that keras.datasets keeps in KERAS_HOME: is one there and whole, how far is its download, start one.

Keras writes a download straight under its final name, so a file there may be half of one: only its SHA-256 says that
it is whole. Nothing here imports keras; the download itself runs in `pipelines.data.keras_datasets`, in a process of
its own that outlives the page that asked for it.
"""

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
from pipelines.data.spec import Source

OFFLINE_SETS = "digits, iris, breast cancer and diabetes"
_ROOT = Path(__file__).resolve().parents[2]


class NotOnThisMachine(NetloomError):
    """The data must be downloaded first, or could not be."""


@dataclass(frozen=True, slots=True)
class RemoteFile:
    """A file that keras.datasets downloads.

    Attributes:
        key: in FILES, the name of the data set.
        name: of the file in the `datasets` folder of KERAS_HOME.
        title: of the data set, for messages.
        url: where Keras takes it from.
        sha256: of the whole file, as Keras knows it.
        bytes: size of the whole file.
    """

    key: str
    name: str
    title: str
    url: str
    sha256: str
    bytes: int


FILES: dict[str, RemoteFile] = {
    "mnist": RemoteFile(
        key="mnist",
        name="mnist.npz",
        title="MNIST",
        url="https://storage.googleapis.com/tensorflow/tf-keras-datasets/mnist.npz",
        sha256="731c5ac602752760c8e48fbffcf8c3b850d9dc2a2aedcf2cc48468fc17b673d1",
        bytes=11_490_434,
    )
}


@dataclass(frozen=True, slots=True)
class CacheState:
    """Whether a data set is on this machine.

    Attributes:
        status: `cached` (whole), `downloading`, `failed` (the last download did), or `missing`.
        bytes: on disk so far. expected_bytes: when whole.
        error: of a failed download, a sentence and a hint; else empty.
    """

    status: Literal["cached", "downloading", "failed", "missing"]
    bytes: int
    expected_bytes: int
    error: str = ""

    @property
    def fraction(self) -> float:
        """Share that is here, in [0, 1]."""
        return min(1.0, self.bytes / self.expected_bytes)


def file_for(source: Source) -> RemoteFile | None:
    """The file that a source must have on this machine before it can be loaded; None: it needs none."""
    return FILES[source.name] if source.kind == "keras" else None


def cache_state(file: RemoteFile) -> CacheState:
    """Where `file` stands now; cheap enough to ask every half second."""
    if cached_path(file):
        return CacheState("cached", file.bytes, file.bytes)
    try:
        size = (cache_folder() / file.name).stat().st_size
    except OSError:
        size = 0
    record = _read_record(file)
    if record.get("error"):
        return CacheState("failed", size, file.bytes, str(record["error"]))
    if not record:
        return CacheState("missing", size, file.bytes)
    if _alive(record):
        return CacheState("downloading", size, file.bytes)
    return CacheState("failed", size, file.bytes, f"The download of {file.title} was cut short. Start it again.")


def cached_path(file: RemoteFile) -> Path | None:
    """Where `file` lies whole and verified, or None."""
    for folder in (_keras_home() / "datasets", _fallback_home() / "datasets"):
        path = folder / file.name
        try:
            stat = path.stat()
        except OSError:
            continue
        if stat.st_size == file.bytes and _sha256(path, stat.st_mtime_ns) == file.sha256:
            return path
    return None


def start(file: RemoteFile) -> CacheState:
    """Starts the download of `file` in a process of its own, unless it is here or on its way.

    Poll `cache_state(file)` for its progress.
    """
    state = cache_state(file)
    if state.status in ("cached", "downloading"):
        return state
    process = subprocess.Popen(
        [sys.executable, "-m", "pipelines.data.keras_datasets", file.key, "--url", file.url],
        cwd=_ROOT,
        env={**os.environ, "KERAS_HOME": str(_keras_home().absolute()), "CUDA_VISIBLE_DEVICES": ""},
        stdin=subprocess.DEVNULL,
        stdout=subprocess.DEVNULL,
        stderr=subprocess.DEVNULL,
        start_new_session=True,
    )
    _children.append(process)
    record_download(file, process.pid)
    return CacheState("downloading", 0, file.bytes)


def record_download(file: RemoteFile, pid: int | None = None, error: str = "") -> None:
    """Notes, beside the file, which process downloads it, or why the last download failed; with neither, nothing."""
    path = record_path(file)
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


def record_path(file: RemoteFile) -> Path:
    """Where the state of a download is noted."""
    return cache_folder() / f".{file.name}.netloom.json"


def lock_path(file: RemoteFile) -> Path:
    """The lock that one download at a time holds."""
    return cache_folder() / f".{file.name}.netloom.lock"


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


@functools.lru_cache(maxsize=16)
def _sha256(path: Path, _changed_ns: int) -> str:
    with path.open("rb") as stream:
        return hashlib.file_digest(stream, "sha256").hexdigest()


def _read_record(file: RemoteFile) -> dict[str, object]:
    try:
        record = json.loads(record_path(file).read_text(encoding="utf-8"))
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
