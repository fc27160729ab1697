"""`ImageFiles`: many images on disk, decoded when they are wanted, so that a folder may be larger than memory."""

from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Literal

import numpy as np


@dataclass(frozen=True, slots=True, eq=False)
class ImageFiles:
    """Images, or masks, on disk.

    Attributes:
        root: the folder that they lie in.
        names: relative to root, with `/`; one a row.
        mode: `rgb` (three channels), `grey` (one) or `mask` (one channel of class ids, palette indices as they are).
    """

    root: Path
    names: tuple[str, ...]
    mode: Literal["rgb", "grey", "mask"]

    def __len__(self) -> int:
        return len(self.names)

    def take(self, rows: Sequence[int] | np.ndarray) -> "ImageFiles":
        """The images of these row numbers, in this order."""
        return ImageFiles(self.root, tuple(self.names[row] for row in rows), self.mode)
