"""`ImageFiles`: many images on disk, decoded when they are wanted, so that a folder may be larger than memory."""

import os
from collections import deque
from collections.abc import Iterator, Sequence
from concurrent.futures import Future, ThreadPoolExecutor
from dataclasses import dataclass, replace
from pathlib import Path

import numpy as np

from pipelines.data.images.decoding import ImageMode, decode

_THREADS = min(16, os.cpu_count() or 1)


@dataclass(frozen=True, slots=True, eq=False)
class ImageFiles:
    """Images, or masks, on disk.

    Attributes:
        root: the folder that they lie in.
        names: relative to root, with `/`; one a row.
        mode: `rgb` (three channels), `grey` (one) or `mask` (one channel of class ids, palette indices as they are).
        values: of masks, the stored value of each class id where it is not the id itself: (0, 255) for black and
            white ones. Any other value is left as it is.
    """

    root: Path
    names: tuple[str, ...]
    mode: ImageMode
    values: tuple[int, ...] = ()

    def __len__(self) -> int:
        return len(self.names)

    def take(self, rows: Sequence[int] | np.ndarray) -> "ImageFiles":
        """The images of these row numbers, in this order."""
        return replace(self, names=tuple(self.names[row] for row in rows))

    def load(self, row: int) -> np.ndarray:
        """One image, uint8 of shape `(height, width, channels)`. Raises: NetloomError, which names the file."""
        name = self.names[row]
        array = decode(self.root / name, self.mode, name)
        return self._class_ids[array] if self.values else array

    def decode_many(self, rows: Sequence[int] | np.ndarray | None = None) -> Iterator[np.ndarray]:
        """Images one after the other, decoded ahead by a few threads (Pillow works outside Python's lock).

        Args:
            rows: row numbers; None: all.

        Yields:
            As `load`. Only a few images for each thread are in memory at a time.

        Raises:
            NetloomError: at the first file that cannot be decoded.
        """
        wanted = iter(range(len(self)) if rows is None else rows)
        with ThreadPoolExecutor(_THREADS, "decode") as threads:
            ahead: deque[Future[np.ndarray]] = deque()
            try:
                for row in wanted:
                    ahead.append(threads.submit(self.load, int(row)))
                    if len(ahead) > 3 * _THREADS:
                        yield ahead.popleft().result()
                while ahead:
                    yield ahead.popleft().result()
            finally:
                for late in ahead:
                    late.cancel()

    @property
    def _class_ids(self) -> np.ndarray:
        table = np.arange(256, dtype=np.uint8)
        table[list(self.values)] = np.arange(len(self.values), dtype=np.uint8)
        return table
