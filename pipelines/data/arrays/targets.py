"""What an array of targets asks for: whole numbers are classes, others regression, 0/1 rows labels."""

from dataclasses import dataclass, field

import numpy as np

from models.errors import NetloomError
from pipelines.data.spec import Task

MAX_CLASSES = 1000
_SOME = 65_536


@dataclass(frozen=True, slots=True, eq=False)
class Targets:
    """Targets as `RawData.y`, and what can be asked of them.

    Attributes:
        y: int64 class ids `(rows,)`, float32 numbers `(rows,)` or `(rows, targets)`, or float32 0/1 `(rows, labels)`.
        task: what they are for.
        class_names: by class id or label; empty for regression.
        code: Python lines that turn the array `y` of the file into `y` here.
    """

    y: np.ndarray
    task: Task
    code: str
    class_names: tuple[str, ...] = field(default=())


def targets_of(values: np.ndarray, what: str) -> Targets:
    """Reads targets off an array.

    - `(rows,)` or `(rows, 1)`, integers, booleans or strings: classes. If they are not 0, 1, ..., k-1 already, the
      sorted values become the class names. Integers with more than `MAX_CLASSES` values, or less than two rows a value
      on average, are numbers.
    - `(rows,)` or `(rows, 1)`, floats: regression.
    - `(rows, k)` of 0 and 1: classes where each row has a single 1 (one-hot), else k labels.
    - `(rows, k)`, others: regression of k numbers.

    Args:
        values: shape `(rows,)` or `(rows, k)`.
        what: names the array in messages.

    Raises:
        NetloomError: another shape or dtype, one class only, NaN or infinity.
    """
    if values.dtype.kind not in "biufU" or values.ndim not in (1, 2) or 0 in values.shape:
        raise NetloomError(
            f"{what} has the shape {values.shape} of {values.dtype}; one target a row was expected, or a few numbers.",
            "Save the targets as one class or number a row, or as one row of 0 and 1.",
        )
    start = "y = y.reshape(-1)\n" if values.ndim == 2 and values.shape[1] == 1 else ""
    if start:
        values = values.reshape(-1)
    refuse_not_finite(values, what)
    if values.ndim == 2:
        return _several(values, what)
    if values.dtype.kind != "f":
        named = _classes(values, what, start)
        if named is not None:
            return named
    return Targets(values.astype(np.float32), "regression", f'{start}y = y.astype("float32")\n')


def refuse_not_finite(values: np.ndarray, what: str) -> None:
    """Numbers must be numbers that float32 can hold. Raises: NetloomError, which names the first row that is not."""
    if values.dtype.kind != "f":
        return
    largest = np.finfo(np.float32).max
    for start in range(0, len(values), _SOME):
        part = values[start : start + _SOME]
        bad = ~(np.abs(part) <= largest)
        if bad.any():
            place = np.argwhere(bad)[0]
            value = part[tuple(place)]
            row = start + int(place[0])
            where = f"row {row:,}" + (f", place {', '.join(map(str, place[1:]))}" if len(place) > 1 else "")
            told = "NaN" if np.isnan(value) else "infinity" if np.isinf(value) else f"{value:g}"
            raise NetloomError(
                f"{what} holds {told} in {where} (counted from 0); finite numbers that float32 can hold were expected.",
                "Fill such values or leave their rows out before you save the array.",
            )


def _classes(values: np.ndarray, what: str, start: str) -> Targets | None:
    names, ids = np.unique(values, return_inverse=True)
    if len(names) == 1:
        raise NetloomError(f"{what} holds one class only, {names[0]}; two or more were expected.", "Add other classes.")
    text = values.dtype.kind == "U"
    if not text and len(names) > 2 and (len(names) > MAX_CLASSES or 2 * len(names) > len(values)):
        return None
    if len(names) > MAX_CLASSES:
        raise NetloomError(
            f"{what} holds {len(names):,} different texts; at most {MAX_CLASSES:,} classes were expected.",
            "Save a number or a class for each row.",
        )
    in_order = not text and np.array_equal(names, np.arange(len(names)))
    code = 'y = y.astype("int64")\n' if in_order else 'y = np.unique(y, return_inverse=True)[1].astype("int64")\n'
    task = "binary" if len(names) == 2 else "multiclass"
    return Targets(ids.reshape(-1).astype(np.int64), task, start + code, tuple(str(name) for name in names))


def _several(values: np.ndarray, what: str) -> Targets:
    if values.dtype.kind == "U":
        raise NetloomError(
            f"{what} holds {values.shape[1]} texts a row; one class a row was expected.", "Save one text a row."
        )
    if not ((values == 0) | (values == 1)).all():
        return Targets(values.astype(np.float32), "regression", 'y = y.astype("float32")\n')
    num = values.shape[1]
    if (values.sum(axis=1) != 1).any():
        names = tuple(f"label {number}" for number in range(num))
        return Targets(values.astype(np.float32), "multilabel", 'y = y.astype("float32")\n', names)
    ids = values.argmax(axis=1).astype(np.int64)
    if (ids == ids[0]).all():
        raise NetloomError(f"{what} holds one class only, {ids[0]}; two or more were expected.", "Add other classes.")
    task = "binary" if num == 2 else "multiclass"
    return Targets(ids, task, 'y = y.argmax(axis=1).astype("int64")\n', tuple(str(number) for number in range(num)))
