"""Pickles of numpy arrays, as CIFAR, IMDB and Reuters are published: nothing but arrays and plain values is built.

To be used on files whose hash is known; that no other class can be named is a second lock.
"""

import pickle
import zipfile
from pathlib import Path
from typing import IO, Any

import numpy as np

_ALLOWED = {("numpy", "ndarray"), ("numpy", "dtype"), ("numpy._core.multiarray", "_reconstruct")}


def unpickled(stream: IO[bytes]) -> Any:
    """What a pickle holds: numpy arrays and plain values (lists, dicts, numbers, bytes, strings).

    Strings of Python 2 become bytes.

    Raises:
        pickle.UnpicklingError: it names anything else.
    """
    return _ArraysOnly(stream, encoding="bytes").load()


def ragged_arrays(path: Path) -> dict[str, np.ndarray]:
    """The arrays of an NPZ file, those of lists of unequal length too, which numpy reads with allow_pickle only.

    Raises:
        pickle.UnpicklingError: an array holds other objects than lists and plain values.
    """
    found: dict[str, np.ndarray] = {}
    with zipfile.ZipFile(path) as archive:
        for member in archive.namelist():
            with archive.open(member) as stream:
                version = np.lib.format.read_magic(stream)
                read_header = (
                    np.lib.format.read_array_header_1_0 if version == (1, 0) else np.lib.format.read_array_header_2_0
                )
                holds_objects = read_header(stream)[2].hasobject
                if holds_objects:
                    found[member.removesuffix(".npy")] = unpickled(stream)
            if not holds_objects:
                with archive.open(member) as stream:
                    found[member.removesuffix(".npy")] = np.lib.format.read_array(stream, allow_pickle=False)
    return found


class _ArraysOnly(pickle.Unpickler):
    def find_class(self, module: str, name: str) -> Any:
        module = module.replace("numpy.core", "numpy._core")  # its name before numpy 2
        if (module, name) in _ALLOWED:
            return super().find_class(module, name)
        raise pickle.UnpicklingError(f"The file holds more than arrays: {module}.{name}.")
