"""Zip files of users: checked before a byte is unpacked, counted while they are, unpacked once, whole or not at all."""

import lzma
import re
import shutil
import stat
import struct
import zipfile
import zlib
from collections.abc import Iterator, Sequence
from pathlib import Path, PurePosixPath

from models.errors import NetloomError
from pipelines.data.files import cache

MAX_ENTRIES = 500_000
MAX_BYTES = 20 * 2**30
BYTES_VARIABLE = "NETLOOM_UNPACKED_BYTES"
MAX_RATIO = 100
"""Unpacked bytes to packed ones. Images are compressed already; 1,032 is the most that deflate can."""
HARMLESS_BYTES = 64 * 2**20
"""No ratio is refused below."""
MAX_DEPTH = 16
MAX_NAME = 200

_JUNK = {"__macosx", "thumbs.db", "desktop.ini", "@eadir"}
_DEVICES = re.compile(r"(con|prn|aux|nul|com\d|lpt\d)(\..*)?$", re.IGNORECASE)
_ENCRYPTED = 0x1
_PIECE = 1 << 20
_BROKEN = (zipfile.BadZipFile, zlib.error, lzma.LZMAError, EOFError, struct.error, NotImplementedError, ValueError)


def max_bytes() -> int:
    """How many bytes a zip may hold unpacked: those of NETLOOM_UNPACKED_BYTES, or 20 GiB."""
    return cache.byte_limit(BYTES_VARIABLE, MAX_BYTES)


def is_junk(name: str) -> bool:
    """Whether a file or folder of this name is an operating system's, or hidden: it is left out everywhere."""
    return name.startswith(".") or name.lower() in _JUNK


def unpacked(path: Path, mark: str) -> Path:
    """The folder of what a zip holds, unpacked into the cache the first time. Read-only; asking counts as use.

    Args:
        path: the zip.
        mark: its fingerprint.

    Raises:
        NetloomError: it is no zip, is broken, or holds what `check` refuses; nothing half-unpacked stays.
    """
    return cache.made(cache.key_of("unpacked", mark), lambda folder: _unpack(path, folder))


def check(entries: Sequence[zipfile.ZipInfo], name: str) -> None:
    """Refuses what no data set holds, before a byte is unpacked.

    Args:
        entries: the zip's list of contents.
        name: the zip's, for messages.

    Raises:
        NetloomError: too many entries, too many bytes, packed more tightly than images can be, an absolute path, one
            with `..`, a link or a device, an encrypted entry, a name that comes twice or is too long, folders too deep.
    """
    if len(entries) > MAX_ENTRIES:
        raise NetloomError(
            f"{name} holds {len(entries):,} files; at most {MAX_ENTRIES:,} are unpacked.",
            "Unpack it yourself in a folder that Netloom may read, and give that folder.",
        )
    total, packed = sum(entry.file_size for entry in entries), sum(entry.compress_size for entry in entries)
    if total > max_bytes():
        raise NetloomError(
            f"{name} holds {total:,} bytes unpacked; at most {max_bytes():,} are unpacked.",
            f"Unpack it yourself in a folder that Netloom may read, or set {BYTES_VARIABLE}.",
        )
    if total > HARMLESS_BYTES and total > MAX_RATIO * packed:
        raise NetloomError(
            f"{name} unpacks to {total // max(packed, 1):,} times its size, {total:,} bytes, as no photos do; at most "
            f"{MAX_RATIO} times are unpacked.",
            "If it is what you mean, unpack it yourself in a folder that Netloom may read.",
        )
    seen: set[PurePosixPath] = set()
    folders: set[PurePosixPath] = set()
    for entry in entries:
        _check_entry(entry, name)
        path = PurePosixPath(entry.filename)
        if not entry.is_dir():
            if path in seen:
                raise NetloomError(f"{name} holds {path} twice.", "Zip the folder anew.")
            seen.add(path)
        folders.update(path.parents if not entry.is_dir() else (path, *path.parents))
    both = seen & folders
    if both:
        raise NetloomError(f"{name} holds {min(both)} both as a file and as a folder.", "Zip the folder anew.")


def _check_entry(entry: zipfile.ZipInfo, name: str) -> None:
    told = repr(entry.filename)[1:-1][:MAX_NAME]
    parts = entry.filename.rstrip("/").split("/")
    hint = "Zip the folder anew, with plain files and folders only."
    if entry.filename.startswith("/") or re.match(r"[A-Za-z]:", entry.filename):
        raise NetloomError(f"{name} holds {told}, an absolute path; paths inside the zip were expected.", hint)
    if any(part in ("", ".", "..") for part in parts):
        raise NetloomError(f"{name} holds {told}, a path that leads elsewhere; plain paths were expected.", hint)
    if re.search(r"[\x00-\x1f\x7f\\]", entry.filename):
        raise NetloomError(f"{name} holds {told}, a name with a backslash or a control character.", hint)
    if len(parts) > MAX_DEPTH:
        raise NetloomError(f"{name} holds {told}: more than {MAX_DEPTH} folders in one another.", hint)
    if any(len(part.encode(errors="surrogatepass")) > MAX_NAME for part in parts):
        raise NetloomError(f"{name} holds {told}..., a name of more than {MAX_NAME} bytes.", hint)
    kind = stat.S_IFMT(entry.external_attr >> 16)
    if kind == stat.S_IFLNK:
        raise NetloomError(f"{name} holds {told}, a link; links are not followed.", hint)
    if kind not in (0, stat.S_IFREG, stat.S_IFDIR) or any(_DEVICES.match(part) for part in parts):
        raise NetloomError(f"{name} holds {told}, a device; plain files were expected.", hint)
    if entry.flag_bits & _ENCRYPTED:
        raise NetloomError(f"{name} is encrypted: {told} asks for a password.", "Zip the folder without a password.")


def _unpack(path: Path, folder: Path) -> None:
    try:
        archive = zipfile.ZipFile(path)
    except (*_BROKEN, OSError) as error:
        raise _broken(path.name, error) from error
    with archive:
        entries = archive.infolist()
        check(entries, path.name)
        if sum(entry.file_size for entry in entries) > shutil.disk_usage(folder).free:
            raise NetloomError(
                f"{path.name} needs more room unpacked than there is on the disk of {folder.parent}.",
                "Make room there, or set NETLOOM_HOME to a folder on a larger disk.",
            )
        for entry in entries:
            if any(is_junk(part) for part in PurePosixPath(entry.filename).parts):
                continue
            target = folder / entry.filename
            (target if entry.is_dir() else target.parent).mkdir(parents=True, exist_ok=True)
            if not entry.is_dir():
                with target.open("xb") as written:
                    for piece in _content(archive, entry, path.name):
                        written.write(piece)


def _content(archive: zipfile.ZipFile, entry: zipfile.ZipInfo, name: str) -> Iterator[bytes]:
    """The real bytes of an entry, counted: its header may lie."""
    count = 0
    try:
        with archive.open(entry) as stream:
            while piece := stream.read(_PIECE):
                count += len(piece)
                yield piece
    except (*_BROKEN, OSError, RuntimeError) as error:
        raise _broken(f"{entry.filename} in {name}", error) from error
    if count != entry.file_size:
        raise NetloomError(
            f"{entry.filename} in {name} has {count:,} bytes, though {entry.file_size:,} are announced.",
            "Get the zip anew.",
        )


def _broken(what: str, error: Exception) -> NetloomError:
    reason = (str(error) or type(error).__name__).splitlines()[0].rstrip(".")
    return NetloomError(f"{what} is no zip, or a broken one: {reason}.", "Get the file anew, or zip the folder anew.")
