"""Images of each class, in what sizes and modes they come, and what a class looks like on average."""

import os
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass

import numpy as np
import pandas as pd
from PIL import Image

from models.errors import NetloomError
from pipelines.data.images.decoding import header, thumbnail
from pipelines.data.preview.looked import Looked, draw
from pipelines.runs.facts import Split

_MEASURED, _AVERAGED_ARRAYS, _AVERAGED_FILES = 1_000, 500, 40
_THREADS = min(16, os.cpu_count() or 1)
SIDE = 224  # pixels of a file that is shown, at most
_MEAN_SIDE = 64  # of the mean of images that have not one size


@dataclass(frozen=True, slots=True, eq=False)
class Tile:
    """One image to show.

    Attributes:
        row: its number in the data set.
        name: of its file, else `row 12`, counted from 1.
        image: shape `(height, width, channels)`: as it comes in arrays; of files uint8, made smaller. None: it cannot
            be shown.
        error: why not; else empty.
    """

    row: int
    name: str
    image: np.ndarray | None
    error: str = ""


@dataclass(frozen=True, slots=True, eq=False)
class ClassTiles:
    """Some images of one class of a split.

    Attributes:
        class_name: empty where there are no classes.
        rows: how many there are of it in the split.
        tiles: some of them.
    """

    class_name: str
    rows: int
    tiles: tuple[Tile, ...]


def examples(
    looked: Looked, split: Split, count: int, first: int = 0, classes: int = 20, seed: int = 0
) -> tuple[ClassTiles, ...]:
    """Some images of each class; only these are decoded.

    Args:
        looked: what is looked at.
        split: of which split.
        count: images of a class; without classes, images in all.
        first: the first class, by id. classes: how many classes.
        seed: another one draws other images.
    """
    rows, names = looked.rows[split], looked.source.class_names
    if looked.labels is None:
        return (ClassTiles("", len(rows), _tiles(looked, _drawn(rows, count, (seed,)))),)
    ids = looked.labels[rows]
    found = []
    for label in range(first, min(first + classes, len(names))):
        mine = rows[ids == label]
        found.append(ClassTiles(names[label], len(mine), _tiles(looked, _drawn(mine, count, (seed, label)))))
    return tuple(found)


def tile(looked: Looked, row: int, side: int = SIDE) -> Tile:
    """One image, a file's made to fit into `side` x `side`; where a file is broken, a tile that says so."""
    x = looked.data.x
    if isinstance(x, np.ndarray):
        return Tile(row, f"row {row + 1}", x[row])
    files = looked.files()
    name = files.names[row]
    try:
        return Tile(row, name, thumbnail(files.root / name, "grey" if files.mode == "grey" else "rgb", side, name))
    except (NetloomError, OSError) as error:
        return Tile(row, name, None, str(error))


def sizes(looked: Looked) -> tuple[pd.DataFrame, tuple[str, ...]]:
    """The sizes and modes of image files, by their headers: of all, or of some where they are many.

    Returns:
        width, height (pixels), mode (Pillow's name), format, files; the most frequent first. And the names of files
        that are no images.
    """
    files = looked.files()
    found, broken = [], []
    for row in draw(np.concatenate(list(looked.rows.values())), _MEASURED).tolist():
        try:
            known = header(files.root / files.names[row], files.names[row])
            found.append((known.width, known.height, known.mode, known.format))
        except (NetloomError, OSError):
            broken.append(files.names[row])
    table = pd.DataFrame(found, columns=["width", "height", "mode", "format"])
    return table.value_counts().rename("files").reset_index(), tuple(broken)


def mean_images(looked: Looked, classes: int = 20) -> tuple[ClassTiles, ...]:
    """The mean of some training images of each class, float in the range of the images; files are resized to a square.

    Its `rows` says how many images went into it.
    """
    arrays = isinstance(looked.data.x, np.ndarray)
    rows = looked.rows["train"]
    labels = np.zeros(len(rows), int) if looked.labels is None else looked.labels[rows]
    names = [""] if looked.labels is None else looked.source.class_names[:classes]
    found = []
    for label, name in enumerate(names):
        some = draw(rows[labels == label], _AVERAGED_ARRAYS if arrays else _AVERAGED_FILES)
        images, _ = small(looked, some, None if arrays else _MEAN_SIDE)
        if len(images):
            found.append(ClassTiles(name, len(images), (Tile(-1, name, images.mean(axis=0)),)))
    return tuple(found)


def small(looked: Looked, rows: np.ndarray, side: int | None) -> tuple[np.ndarray, np.ndarray]:
    """Small copies of images, and the row numbers of those that could be read.

    Args:
        looked: what is looked at.
        rows: row numbers.
        side: they are resized to `side` x `side` where they are larger, or not all of one size. None: arrays stay.

    Returns:
        float32 of shape `(images, height, width, channels)`, and int64 of shape `(images,)`.
    """
    x = looked.data.x
    if isinstance(x, np.ndarray) and (side is None or max(x.shape[1:3]) <= side):
        return x[rows].astype(np.float32), rows
    side = side or _MEAN_SIDE
    with ThreadPoolExecutor(_THREADS) as threads:  # Pillow works outside Python's lock
        tiles = list(threads.map(lambda row: tile(looked, row, 2 * side).image, rows.tolist()))
    read = np.array([image is not None for image in tiles], bool)
    return np.array([_resized(image, side) for image in tiles if image is not None], np.float32), rows[read]


def _resized(image: np.ndarray, side: int) -> np.ndarray:
    planes = np.moveaxis(image, -1, 0).astype(np.float32)
    resized = [Image.fromarray(plane).resize((side, side), Image.Resampling.BOX) for plane in planes]
    return np.stack([np.asarray(plane) for plane in resized], axis=-1)


def _tiles(looked: Looked, rows: np.ndarray) -> tuple[Tile, ...]:
    return tuple(tile(looked, row) for row in rows.tolist())


def _drawn(rows: np.ndarray, count: int, seed: tuple[int, ...]) -> np.ndarray:
    return np.random.default_rng(seed).permutation(rows)[:count]
