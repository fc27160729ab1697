"""What a folder or zip of images holds: files, classes, splits, sizes. Looked at once for each state of it, then kept.

Every header is read, so that a file that is no image is told before training; nothing but masks is decoded.
"""

import functools
import zipfile
from collections import Counter
from collections.abc import Callable, Sequence
from pathlib import Path
from typing import TypeVar

import numpy as np

from models.errors import NetloomError
from models.spec import Spec
from pipelines.data.files import cache
from pipelines.data.files.files import fingerprint
from pipelines.data.images.archive import unpacked
from pipelines.data.images.decoding import Header, header, refuse_colour_mask
from pipelines.data.images.files import ImageFiles
from pipelines.data.images.layout import class_layout, pair_layout
from pipelines.data.images.tree import tree_of
from pipelines.runs.facts import Split

_VERSION = "1"


class Scan(Spec):
    """What is known of image files without decoding them.

    Attributes:
        names: of the images, relative to the folder, in the order of rows: train, val, test.
        splits: how many rows each split of the folder's own has; only train where it has none.
        grey: every image is grey.
        sizes: (height, width, how many images), the most frequent first.
        modes: how many images of each of Pillow's modes (`RGB`, `L`, `P`, ...).
        others: files that are no images by their names, and were left out.
    """

    names: tuple[str, ...]
    splits: dict[Split, int]
    grey: bool
    sizes: tuple[tuple[int, int, int], ...]
    modes: dict[str, int]
    others: tuple[str, ...]

    def own(self) -> dict[Split, np.ndarray]:
        """Row numbers of its own val and test splits."""
        rows: dict[Split, np.ndarray] = {}
        start = 0
        for split, count in self.splits.items():
            if split != "train":
                rows[split] = np.arange(start, start + count)
            start += count
        return rows


class ClassScan(Scan):
    """A folder of images for each class.

    Attributes:
        labels: class ids, one an image.
        class_names: by class id.
        folders: those that hold class folders, of each split.
    """

    labels: tuple[int, ...]
    class_names: tuple[str, ...]
    folders: tuple[str, ...]


class PairScan(Scan):
    """Images and masks.

    Attributes:
        masks: one an image.
        folders: of images and masks, of each split.
        endings: names of a pair differ in an ending.
        pixels: how many pixels of all masks have each value from 0 to 255.
    """

    masks: tuple[str, ...]
    folders: tuple[tuple[str, str], ...]
    endings: bool
    pixels: tuple[int, ...]


_S = TypeVar("_S", bound=Scan)


def folder_of(path: Path) -> Path:
    """The folder of images that a path means: itself, or a zip unpacked. Raises: NetloomError."""
    if path.is_dir():
        return path
    if not zipfile.is_zipfile(path):
        raise NetloomError(
            f"{path.name} is neither a folder nor a zip of one.", "Give a folder of images, or zip the folder."
        )
    return unpacked(path, fingerprint(path))


def classes_of(path: Path) -> ClassScan:
    """Scans a folder or zip with a folder of images for each class. Cheap where nothing changed since the last time.

    Raises:
        NetloomError: as `class_layout`, `unpacked` and `header`.
    """
    return _classes(path, fingerprint(path))


@functools.lru_cache(maxsize=32)
def _classes(path: Path, mark: str) -> ClassScan:
    def look() -> ClassScan:
        root = folder_of(path)
        tree = tree_of(root)
        layout = class_layout(tree, path.name)
        headers = _headers(root, layout.names)
        return ClassScan(
            names=layout.names, labels=layout.labels, class_names=layout.class_names, folders=layout.folders,
            others=tree.others, **_summary(layout.splits, headers),
        )  # fmt: skip

    return _kept(ClassScan, cache.key_of("image classes", _VERSION, mark, path.name), look)


def pairs_of(path: Path, images: str | None = None, masks: str | None = None) -> PairScan:
    """Scans a folder or zip with images and masks; the masks are decoded, to count classes. Cheap as `classes_of`.

    Args:
        path: the folder or zip.
        images, masks: names of the two folders; None: the usual ones.

    Raises:
        NetloomError: as `pair_layout`, `unpacked` and `decode`, and where a mask has colours or another size.
    """
    return _pairs(path, fingerprint(path), images, masks)


@functools.lru_cache(maxsize=32)
def _pairs(path: Path, mark: str, images: str | None, masks: str | None) -> PairScan:
    def look() -> PairScan:
        root = folder_of(path)
        tree = tree_of(root)
        layout = pair_layout(tree, path.name, images, masks)
        headers = _headers(root, layout.images)
        _refuse_unlike(layout.images, headers, layout.masks, _headers(root, layout.masks, masks=True))
        pixels = np.zeros(256, np.int64)
        for mask in ImageFiles(root, layout.masks, "mask").decode_many():
            pixels += np.bincount(mask.reshape(-1), minlength=256)
        return PairScan(
            names=layout.images, masks=layout.masks, folders=layout.folders, endings=layout.endings,
            pixels=tuple(pixels.tolist()), others=tree.others, **_summary(layout.splits, headers),
        )  # fmt: skip

    return _kept(PairScan, cache.key_of("image pairs", _VERSION, mark, path.name, repr(images), repr(masks)), look)


def _kept(kind: type[_S], key: str, look: Callable[[], _S]) -> _S:
    folder = cache.made(key, lambda draft: _write(draft / "scan.json", look()))
    return kind.model_validate_json((folder / "scan.json").read_bytes())


def _write(path: Path, scan: Scan) -> None:
    path.write_text(scan.model_dump_json(), encoding="utf-8")


def _headers(root: Path, names: Sequence[str], masks: bool = False) -> list[Header]:
    """All headers. Raises: NetloomError for the first file that cannot be used, and how many more there are."""
    headers: list[Header] = []
    bad: list[NetloomError] = []
    for name in names:
        try:
            headers.append(header(root / name, name))
            if masks:
                refuse_colour_mask(headers[-1].mode, headers[-1].format, name)
        except NetloomError as error:
            bad.append(error)
    if bad:
        more = f"{len(bad) - 1:,} more files are wrong too." if len(bad) > 1 else ""
        raise NetloomError(bad[0].message, f"{bad[0].hint} {more}".strip()) from bad[0]
    return headers


def _refuse_unlike(
    images: Sequence[str], of_images: list[Header], masks: Sequence[str], of_masks: list[Header]
) -> None:
    for image, left, mask, right in zip(images, of_images, masks, of_masks, strict=True):
        if (left.height, left.width) != (right.height, right.width):
            raise NetloomError(
                f"The mask {mask} has {right.width} x {right.height} pixels, its image {image} "
                f"{left.width} x {left.height}; equal sizes were expected.",
                "Bring both to one size, or remove the pair.",
            )


def _summary(splits: Sequence[Split], headers: Sequence[Header]) -> dict:
    sizes = Counter((each.height, each.width) for each in headers)
    return {
        "splits": dict(Counter(splits)),
        "grey": all(each.grey for each in headers),
        "sizes": tuple((height, width, count) for (height, width), count in sizes.most_common()),
        "modes": dict(Counter(each.mode for each in headers)),
    }
