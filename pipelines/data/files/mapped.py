"""Arrays that are mapped from disk: what was read of them need not stay in this process's memory."""

import mmap

import numpy as np


def let_go(array: np.ndarray) -> None:
    """Give back the memory of a mapped array's pages; whoever reads them again finds them in the system's cache.

    Does nothing for arrays that are in memory.
    """
    mapping = getattr(array, "_mmap", None)  # numpy has no public name for it
    if isinstance(mapping, mmap.mmap) and hasattr(mmap, "MADV_DONTNEED"):
        mapping.madvise(mmap.MADV_DONTNEED)
