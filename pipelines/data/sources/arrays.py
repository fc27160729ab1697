"""Arrays in an NPZ file: images `(rows, height, width)` or with 1 or 3 channels, or tables `(rows, features)`."""

import functools
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

import numpy as np

from models.errors import NetloomError
from pipelines.data.arrays.npz import Header, headers, missing, read
from pipelines.data.arrays.targets import Targets, refuse_not_finite, targets_of
from pipelines.data.files.files import fingerprint, resolve
from pipelines.data.source import RawData, Source
from pipelines.data.sources.images import UNKNOWN_LICENCE, name_of
from pipelines.data.spec import ArraysSource
from pipelines.runs.facts import Split

_ENDINGS: tuple[tuple[Split, tuple[str, ...]], ...] = (
    ("train", ("_train",)), ("val", ("_val", "_valid", "_validation")), ("test", ("_test",)),
)  # fmt: skip
_X_NAMES = ("x", "X", "images", "image", "imgs", "inputs", "input", "features", "samples", "data", "arr_0")
_Y_NAMES = ("y", "Y", "labels", "label", "targets", "target", "classes", "arr_1")


@dataclass(frozen=True, slots=True)
class _Part:
    """Rows of one split: their number, and the names of the arrays that hold them."""

    split: Split
    rows: int
    x: str
    y: str | None


def source(spec: ArraysSource) -> Source:
    """The source that `spec` names. Headers tell of the inputs; only targets are loaded.

    Raises:
        NetloomError: as `npz.headers` and `targets_of`, where an array is missing, of a shape or dtype that is no data,
            or where inputs and targets have unequally many rows.
    """
    path = resolve(spec.path)
    return _source(path, fingerprint(path), spec.x, spec.y)


def proposed(spec: ArraysSource) -> ArraysSource:
    """`spec` with the usual names of inputs and targets that its file has. Raises: NetloomError, as `npz.headers`."""
    found = headers(resolve(spec.path))
    bases = {name.removesuffix("_train") for name in found}
    x = next((name for name in (spec.x, *_X_NAMES) if name in bases), spec.x)
    y = next((name for name in (spec.y, *_Y_NAMES) if name in bases - {x}), spec.y)
    return spec.replace(x=x, y=y)


@functools.lru_cache(maxsize=32)
def _source(path: Path, _mark: str, x: str, y: str) -> Source:
    found = headers(path)
    parts = _parts(path, found, x, y)
    first = found[parts[0].x]
    shape = _row_shape(first, f"The array {parts[0].x} in {path.name}")
    image = len(shape) == 3
    dtype = "uint8" if image and first.dtype == np.uint8 else "float32"
    targets = _targets(path, parts, y)
    name = name_of(path)
    own: dict[Split, np.ndarray] = {}
    start = 0
    for part in parts:
        if part.split != "train":
            own[part.split] = np.arange(start, start + part.rows)
        start += part.rows
    return Source(
        name=name,
        title=name,
        kind="image" if image else "table",
        tasks=(targets.task, "reconstruction") if targets else ("reconstruction",),
        input_shape=shape,
        target_name=y if targets else "the inputs themselves",
        class_names=targets.class_names if targets else (),
        feature_names=() if image else tuple(f"column {number + 1}" for number in range(shape[0])),
        dtype=dtype,
        num_rows=start,
        own=own,
        num_targets=targets.y.shape[1] if targets and targets.task == "regression" and targets.y.ndim == 2 else 1,
        read=functools.partial(_read, path, parts, shape, dtype, y),
        code=_code(path, parts, first, shape, dtype, targets),
        notes=f"{start:,} rows of {' x '.join(map(str, shape))} {first.dtype} from an NPZ file.",
        licence=UNKNOWN_LICENCE,
    )


def _read(path: Path, parts: tuple[_Part, ...], shape: tuple[int, ...], dtype: str, y: str) -> RawData:
    pieces: list[np.ndarray] = []
    for part in parts:
        piece = read(path, part.x)
        refuse_not_finite(piece, f"The array {part.x} in {path.name}")
        pieces.append(piece.astype(dtype, copy=False).reshape(part.rows, *shape))
    targets = _targets(path, parts, y)
    return RawData(np.concatenate(pieces) if len(pieces) > 1 else pieces[0], targets.y if targets else None)


def _parts(path: Path, found: Mapping[str, Header], x: str, y: str) -> tuple[_Part, ...]:
    """Which arrays hold which rows: one pair, or one for each split of the file's own."""
    if x in found:
        endings: list[tuple[Split, str]] = [("train", "")]
    else:
        endings = [
            (split, ending) for split, all_endings in _ENDINGS for ending in all_endings if f"{x}{ending}" in found
        ]
        if not endings or endings[0][0] != "train":
            raise missing(path, x, found)
    has_y = any(f"{y}{ending}" in found for _, ending in endings)
    if not has_y and y != ArraysSource.model_fields["y"].default:
        raise missing(path, y, found)
    first = found[f"{x}{endings[0][1]}"]
    parts: list[_Part] = []
    for split, ending in endings:
        inputs, targets = found[f"{x}{ending}"], found.get(f"{y}{ending}")
        if has_y and targets is None:
            raise missing(path, f"{y}{ending}", found)
        if inputs.shape[1:] != first.shape[1:] or inputs.dtype != first.dtype:
            raise NetloomError(
                f"The array {x}{ending} in {path.name} has rows of {inputs.shape[1:]} {inputs.dtype}, "
                f"{x}{endings[0][1]} of {first.shape[1:]} {first.dtype}; equal ones were expected.",
                "Save both with rows of one shape and dtype.",
            )
        rows = inputs.shape[0] if inputs.shape else 0
        num_targets = targets.shape[0] if targets and targets.shape else 0
        if has_y and rows != num_targets:
            raise NetloomError(
                f"The arrays {x}{ending} and {y}{ending} in {path.name} have {rows:,} and {num_targets:,} rows; "
                "equally many were expected.",
                "Save one target for each row of inputs.",
            )
        parts.append(_Part(split, rows, f"{x}{ending}", f"{y}{ending}" if has_y else None))
    return tuple(parts)


def _row_shape(header: Header, what: str) -> tuple[int, ...]:
    """The shape of one row of inputs as read: `(features,)` or `(height, width, channels)`."""
    shape = header.shape
    if header.dtype.kind not in "biuf":
        raise NetloomError(f"{what} is of {header.dtype}; real numbers were expected.", "Save it as numbers.")
    if 0 in shape:
        raise NetloomError(f"{what} is empty: its shape is {shape}.", "Save at least some rows.")
    match shape[1:]:
        case () if shape:
            return (1,)
        case (_,):
            return shape[1:]
        case (_, _):
            return (*shape[1:], 1)
        case (_, _, 1 | 3):
            return shape[1:]
    hint = "Save rows of numbers, or images with their channels last."
    if len(shape) == 4 and shape[1] in (1, 3):
        hint = "Move the channels last: x.transpose(0, 2, 3, 1)."
    raise NetloomError(
        f"{what} has the shape {shape}; (rows, features), (rows, height, width) or (rows, height, width, 1 or 3) was "
        "expected.",
        hint,
    )


def _targets(path: Path, parts: tuple[_Part, ...], y: str) -> Targets | None:
    if parts[0].y is None:
        return None
    values = [read(path, part.y) for part in parts if part.y]
    if any(value.shape[1:] != values[0].shape[1:] for value in values):
        names = ", ".join(part.y for part in parts if part.y)
        raise NetloomError(
            f"The arrays {names} in {path.name} have targets of unequal shapes.", "Save targets of one shape."
        )
    return targets_of(np.concatenate(values), f"The array {y} in {path.name}")


def _code(
    path: Path, parts: tuple[_Part, ...], header: Header, shape: tuple[int, ...], dtype: str, targets: Targets | None
) -> str:
    def joined(names: list[str]) -> str:
        arrays = [f"arrays[{name!r}]" for name in names]
        return arrays[0] if len(arrays) == 1 else f"np.concatenate([{', '.join(arrays)}])"

    lines = [f"with np.load({str(path)!r}) as arrays:", f"    x = {joined([part.x for part in parts])}"]
    if targets:
        lines.append(f"    y = {joined([part.y for part in parts if part.y])}")
    if header.shape[1:] != shape:
        lines.append("x = x[..., np.newaxis]")
    if header.dtype != dtype:
        lines.append(f'x = x.astype("{dtype}")')
    return "\n" + "\n".join(lines) + "\n" + (targets.code if targets else "y = None\n")
