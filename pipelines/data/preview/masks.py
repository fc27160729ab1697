"""Segmentation: images with their masks, and how much of them each class covers."""

from dataclasses import dataclass

import numpy as np
import pandas as pd
from PIL import Image

from models.errors import NetloomError
from pipelines.data.preview.images import Tile, tile
from pipelines.data.preview.looked import Looked
from pipelines.runs.facts import Split

_COUNTED = 60  # masks of each split
_SIDE = 480  # pixels of an image that is shown, at most


@dataclass(frozen=True, slots=True, eq=False)
class MaskedTile:
    """One image and the class of each of its pixels.

    Attributes:
        tile: the image. mask: uint8 class ids of the shape of the image shown; None where it cannot be read.
        error: why not; else empty.
    """

    tile: Tile
    mask: np.ndarray | None
    error: str = ""


def masked_examples(looked: Looked, split: Split, count: int, seed: int = 0) -> tuple[MaskedTile, ...]:
    """Some images of a split and their masks, made smaller alike; only these are decoded.

    seed: another one draws others.
    """
    rows = np.random.default_rng(seed).permutation(looked.rows[split])[:count]
    found = []
    for row in rows.tolist():
        mask, shown = _mask(looked, row), tile(looked, row, _SIDE)
        if isinstance(mask, str):
            found.append(MaskedTile(shown, None, mask))
        elif shown.image is None:
            found.append(MaskedTile(shown, None, shown.error))
        else:
            found.append(MaskedTile(shown, _shrunk(mask, *shown.image.shape[:2])))
    return tuple(found)


def pixel_shares(looked: Looked) -> pd.DataFrame:
    """A row a split and class: split, class, id, share (of the pixels of some masks), images (share that it is in).

    The ignored class has its row too, with a share of all pixels like the others.
    """
    names = looked.source.class_names
    found = []
    for split in looked.rows:
        counts, images, seen = np.zeros(256, np.int64), np.zeros(256, np.int64), 0
        for row in looked.some(split, _COUNTED).tolist():
            mask = _mask(looked, row)
            if not isinstance(mask, str):
                often = np.bincount(mask.reshape(-1), minlength=256)
                counts, images, seen = counts + often, images + (often > 0), seen + 1
        for label in range(max(len(names), 1 + int(np.flatnonzero(counts).max(initial=0)))):
            name = names[label] if label < len(names) else f"class {label}"
            found.append((split, name, label, counts[label] / max(1, counts.sum()), images[label] / max(1, seen)))
    return pd.DataFrame(found, columns=["split", "class", "id", "share", "images"])


def _mask(looked: Looked, row: int) -> np.ndarray | str:
    """Class ids, or why there are none."""
    masks = looked.data.y
    if isinstance(masks, np.ndarray):
        return masks[row].reshape(masks.shape[1:3]).astype(np.uint8)
    try:
        return looked.files("y").load(row)[..., 0]
    except (NetloomError, OSError) as error:
        return str(error)


def _shrunk(mask: np.ndarray, height: int, width: int) -> np.ndarray:
    """A mask of another size, each pixel one of its own class ids."""
    return np.asarray(Image.fromarray(mask).resize((width, height), Image.Resampling.NEAREST))
