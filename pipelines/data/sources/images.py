"""Image files in a folder for each class, or in a zip of such folders."""

import functools
from collections.abc import Sequence
from pathlib import Path

import numpy as np

from pipelines.data.files.files import fingerprint, resolve
from pipelines.data.images.files import ImageFiles
from pipelines.data.images.scan import ClassScan, Scan, classes_of, folder_of
from pipelines.data.images.script import classes_script
from pipelines.data.source import RawData, Source
from pipelines.data.spec import ImagesSource

UNKNOWN_LICENCE = "None stated"


def source(spec: ImagesSource) -> Source:
    """The source that `spec` names. Raises: NetloomError, as `scan.classes_of`."""
    path = resolve(spec.path)
    return _source(path, fingerprint(path))


@functools.lru_cache(maxsize=32)
def _source(path: Path, _mark: str) -> Source:
    scan = classes_of(path)
    mode = "grey" if scan.grey else "rgb"
    name = name_of(path)
    return Source(
        name=name,
        title=name,
        kind="image",
        tasks=("binary" if len(scan.class_names) == 2 else "multiclass", "reconstruction"),
        input_shape=shape_of(scan),
        target_name="class",
        class_names=scan.class_names,
        dtype="uint8",
        num_rows=len(scan.names),
        own=scan.own(),
        read=functools.partial(_read, path, scan),
        code=classes_script(path, scan, mode),
        notes=f"{len(scan.names):,} images of {len(scan.class_names)} classes, {sizes_told(scan)}.{left_out(scan)}",
        licence=UNKNOWN_LICENCE,
    )


def _read(path: Path, scan: ClassScan) -> RawData:
    files = ImageFiles(folder_of(path), scan.names, "grey" if scan.grey else "rgb")
    return RawData(files, np.array(scan.labels, dtype=np.int64))


def name_of(path: Path) -> str:
    """What a file or folder is called on screen."""
    return path.name if path.is_dir() else path.stem


def shape_of(scan: Scan) -> tuple[int | None, int | None, int]:
    """Height, width and channels of the images; None where sizes differ."""
    channels = 1 if scan.grey else 3
    return (*scan.sizes[0][:2], channels) if len(scan.sizes) == 1 else (None, None, channels)


def sizes_told(scan: Scan) -> str:
    """`480 x 360 pixels`, or the smallest and the largest."""
    by_area = sorted(scan.sizes, key=lambda size: size[0] * size[1])
    small, large = by_area[0], by_area[-1]
    if len(scan.sizes) == 1:
        return f"{small[1]} x {small[0]} pixels"
    return f"from {small[1]} x {small[0]} to {large[1]} x {large[0]} pixels"


def left_out(scan: Scan) -> str:
    """Which files are no images, as a sentence after a space; nothing where there are none."""
    if not scan.others:
        return ""
    return f" Left out, as no images: {_some(scan.others)}."


def _some(names: Sequence[str], most: int = 3) -> str:
    more = len(names) - most
    return ", ".join(names[:most]) + (f" and {more:,} more" if more > 0 else "")
