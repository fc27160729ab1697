"""Pairs of images and masks, for segmentation: a mask's pixels are class ids."""

import functools
from pathlib import Path

from models.errors import NetloomError
from pipelines.data.files.files import fingerprint, resolve
from pipelines.data.images.files import ImageFiles
from pipelines.data.images.scan import PairScan, folder_of, pairs_of
from pipelines.data.images.script import pairs_script
from pipelines.data.source import RawData, Source
from pipelines.data.sources.images import UNKNOWN_LICENCE, left_out, name_of, shape_of, sizes_told
from pipelines.data.spec import MasksSource

_BLACK_AND_WHITE = (0, 255)
_VOID = 255


def source(spec: MasksSource) -> Source:
    """The source that `spec` names.

    Masks of nothing but 0 and 255 have the classes 0 and 1; the values of all others are class ids as they are.

    Raises:
        NetloomError: as `scan.pairs_of`, and where there is one class only, or more classes than names.
    """
    path = resolve(spec.path)
    return _source(path, fingerprint(path), spec.model_dump_json())


def proposed(spec: MasksSource) -> MasksSource:
    """`spec` with the class id to ignore filled in where masks hold 255 for "none of them". Raises: as `source`."""
    values = _values(pairs_of(resolve(spec.path), spec.images, spec.masks))
    void = spec.ignore is None and values[-1] == _VOID and values != _BLACK_AND_WHITE
    return spec.replace(ignore=_VOID) if void else spec


def _values(scan: PairScan) -> tuple[int, ...]:
    """Every value in the masks, ascending."""
    return tuple(value for value, count in enumerate(scan.pixels) if count)


@functools.lru_cache(maxsize=32)
def _source(path: Path, _mark: str, spec_json: str) -> Source:
    spec = MasksSource.model_validate_json(spec_json)
    scan = pairs_of(path, spec.images, spec.masks)
    name = name_of(path)
    values = _BLACK_AND_WHITE if _values(scan) == _BLACK_AND_WHITE and spec.ignore != _VOID else ()
    class_names = _class_names(spec, scan, values, path.name)
    return Source(
        name=name,
        title=name,
        kind="image",
        tasks=("segmentation", "reconstruction"),
        input_shape=shape_of(scan),
        target_name="class of the pixel",
        class_names=class_names,
        ignore_class=spec.ignore,
        dtype="uint8",
        num_rows=len(scan.names),
        own=scan.own(),
        read=functools.partial(_read, path, scan, values),
        code=pairs_script(path, scan, "grey" if scan.grey else "rgb", values),
        notes=f"{len(scan.names):,} pairs of image and mask, {sizes_told(scan)}, {len(class_names)} classes."
        f"{left_out(scan)}",
        licence=UNKNOWN_LICENCE,
    )


def _read(path: Path, scan: PairScan, values: tuple[int, ...]) -> RawData:
    root = folder_of(path)
    return RawData(
        ImageFiles(root, scan.names, "grey" if scan.grey else "rgb"), ImageFiles(root, scan.masks, "mask", values)
    )


def _class_names(spec: MasksSource, scan: PairScan, values: tuple[int, ...], name: str) -> tuple[str, ...]:
    ids = [value for value in (range(len(values)) if values else _values(scan)) if value != spec.ignore]
    if len(ids) < 2:
        only = f"the class {ids[0]}" if ids else f"the ignored class {spec.ignore}"
        raise NetloomError(
            f"The masks of {name} hold {only} only; two classes or more were expected.",
            "Check that the masks are what was drawn, and which class is ignored.",
        )
    if ids[-1] == _VOID and ids[-2] < _VOID - 1 and not spec.class_names:
        raise NetloomError(
            f"The masks of {name} hold the value 255 beside those up to {ids[-2]}; often that is no class.",
            "Ignore the class 255, or name every class.",
        )
    if spec.class_names and ids[-1] >= len(spec.class_names):
        raise NetloomError(
            f"The masks of {name} hold the class {ids[-1]}, but {len(spec.class_names)} classes have names, from 0 to "
            f"{len(spec.class_names) - 1}.",
            f"Name it, or ignore the class {ids[-1]}.",
        )
    return spec.class_names or tuple(f"class {number}" for number in range(ids[-1] + 1))
