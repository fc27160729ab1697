"""NPZ files: names, shapes and dtypes from their headers, and arrays, safely: no pickles, and no lying headers."""

import math
import zipfile
import zlib
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import IO

import numpy as np
import psutil

from models.errors import NetloomError
from pipelines.data.images.archive import BYTES_VARIABLE, MAX_ENTRIES, max_bytes

_BROKEN = (zipfile.BadZipFile, zlib.error, EOFError, ValueError, OSError, NotImplementedError, RuntimeError)


@dataclass(frozen=True, slots=True)
class Header:
    """What an array in an NPZ file says of itself: its shape, and its dtype."""

    shape: tuple[int, ...]
    dtype: np.dtype


def headers(path: Path) -> dict[str, Header]:
    """The arrays in an NPZ file, by name, without loading them.

    Raises:
        NetloomError: it is no NPZ file, is broken, holds pickled objects, more than `archive.max_bytes()`, or an array
            of another size than its header says.
    """
    found: dict[str, Header] = {}
    try:
        with zipfile.ZipFile(path) as archive:
            entries = archive.infolist()
            if len(entries) > MAX_ENTRIES or sum(entry.file_size for entry in entries) > max_bytes():
                raise NetloomError(
                    f"{path.name} holds more than {max_bytes():,} bytes of arrays unpacked.",
                    f"Make it smaller, or set {BYTES_VARIABLE} to what this machine has memory for.",
                )
            for entry in entries:
                if entry.filename.endswith(".npy"):
                    name = entry.filename.removesuffix(".npy")
                    if name in found:
                        raise NetloomError(f"{path.name} holds the array {name} twice.", "Save it anew.")
                    with archive.open(entry) as stream:
                        found[name] = _header(stream, entry.file_size, f"The array {name} in {path.name}")
    except _BROKEN as error:
        raise _broken(path, error) from error
    if not found:
        raise NetloomError(f"{path.name} holds no arrays.", "Save them with numpy.savez(path, x=x, y=y).")
    return found


def read(path: Path, name: str, free_bytes: int | None = None) -> np.ndarray:
    """One array of an NPZ file whose headers were looked at.

    Args:
        free_bytes: memory that it may take; None: what is free on this machine.

    Raises:
        NetloomError: it is broken, or larger than that.
    """
    try:
        with np.load(path, allow_pickle=False) as arrays:
            _refuse_more_than(psutil.virtual_memory().available if free_bytes is None else free_bytes, path, name)
            return arrays[name]
    except MemoryError as error:
        raise NetloomError(
            f"The array {name} in {path.name} is larger than the memory of this machine.", "Save fewer rows of it."
        ) from error
    except (*_BROKEN, KeyError) as error:
        raise _broken(path, error) from error


def _refuse_more_than(free: int, path: Path, name: str) -> None:
    """A small file of zeros may unpack to more than there is room for, which kills the process that tries."""
    with zipfile.ZipFile(path) as archive:
        size = archive.getinfo(f"{name}.npy").file_size
    if size > free:
        raise NetloomError(
            f"The array {name} in {path.name} takes {size:,} bytes; {free:,} are free on this machine.",
            "Save fewer rows of it.",
        )


def missing(path: Path, wanted: str, found: Mapping[str, Header]) -> NetloomError:
    """There is no such array, but others."""
    names = ", ".join(f"{name} {header.shape}" for name, header in list(found.items())[:8])
    return NetloomError(
        f"{path.name} has no array {wanted}, nor {wanted}_train; its arrays: {names}.",
        "Say which of them holds the inputs, and which the targets.",
    )


def _header(stream: IO[bytes], num_bytes: int, what: str) -> Header:
    form = np.lib.format
    version = form.read_magic(stream)
    read_header = form.read_array_header_1_0 if version == (1, 0) else form.read_array_header_2_0
    if version not in ((1, 0), (2, 0)):
        raise NetloomError(f"{what} has field names that are no numbers.", "Save plain numbers, one array each.")
    shape, _, dtype = read_header(stream)
    if dtype.hasobject:
        raise NetloomError(
            f"{what} holds pickled objects, which could run a program when they are read; numbers were expected.",
            "Save it as an array of numbers, all rows of equal length.",
        )
    expected = stream.tell() + math.prod(shape) * dtype.itemsize
    if expected != num_bytes:
        raise NetloomError(
            f"{what} has {num_bytes:,} bytes, though its shape {shape} of {dtype} takes {expected:,}.", "Save it anew."
        )
    return Header(shape, dtype)


def _broken(path: Path, error: Exception) -> NetloomError:
    reason = (str(error) or type(error).__name__).splitlines()[0].rstrip(".")
    return NetloomError(
        f"{path.name} is no NPZ file, or a broken one: {reason}.", "Save it anew with numpy.savez(path, x=x, y=y)."
    )
