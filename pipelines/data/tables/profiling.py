"""Columns are looked at one by one, each as a whole: never more than a few of them are in memory."""

import re
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from typing import Any, cast

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc
import pyarrow.parquet as parquet

from pipelines.data.tables.kinds import Kind
from pipelines.data.tables.profile import ColumnProfile, TableProfile
from pipelines.data.tables.stored import columns_of, groups_of
from pipelines.data.tables.typed_csv import Typed

FLOAT32_MAX = float(np.finfo(np.float32).max)
_DTYPES: dict[Kind, Any] = {"int": "int64", "float": "float64", "date": "datetime64", "str": "str"}
_TOP, _EXAMPLES, _SAMPLE = 20, 5, 20_000
_REPEATING = 1000  # numbers with more different values than this have no frequent ones
_NUMBER = r"^[+-]?(\d+{0}?\d*|{0}\d+)([eE][+-]?\d+)?$"
_THOUSANDS = re.compile(r"[+-]?\d{1,3}([,. '])\d{3}(\1\d{3})*([.,]\d+)?\Z")
_MOSTLY = 0.9


def profile_of(file: Path, typed: Typed) -> TableProfile:
    """The profile of a table that `write_typed` wrote to `file`."""
    rows = parquet.read_metadata(file).num_rows
    groups = groups_of(list(typed.kinds), 2 * rows)
    with ThreadPoolExecutor(2) as pool:
        looked = pool.map(lambda names: [_column(name, v, typed) for name, v in columns_of(file, names)], groups)
        return TableProfile(
            rows=rows,
            columns=tuple(column for group in looked for column in group),
            delimiter=typed.delimiter,
            decimal=typed.decimal,
            left_out=typed.left_out,
            trimmed=typed.trimmed,
        )


def _column(name: str, values: pa.ChunkedArray, typed: Typed) -> ColumnProfile:
    kind = typed.kinds[name]
    about: dict[str, Any] = {"unique": 0}
    if len(values) > values.null_count:
        look: dict[Kind, Any] = {"int": _number, "float": _number, "date": _date}
        about = look[kind](values) if kind in look else _words(values, _NUMBER.format(re.escape(typed.decimal)))
        about["examples"] = tuple(
            _plain(value, kind) for value in pc.unique(values.slice(0, _SAMPLE).drop_null())[:_EXAMPLES]
        )
    if kind == "date":
        forms = typed.date_formats.get(name, ())
        about["date_format"] = forms[0] if forms else None
        if {form[:5] for form in forms} >= {"%m/%d", "%d/%m"}:
            about["note"] = "Day and month could be either: the month is taken to come first."
    pa.default_memory_pool().release_unused()
    increasing = about.pop("increasing", False)
    profile = ColumnProfile(
        name=name, type="empty", kind=kind, dtype=_DTYPES[kind], missing=values.null_count, **about
    )  # fmt: skip
    return profile.replace(type=_type(profile, len(values), increasing))


def _number(values: pa.ChunkedArray) -> dict[str, Any]:
    numbers = values.drop_null().cast(pa.float64(), safe=False).to_numpy()
    finite, infinite_row = numbers, None
    if np.abs(numbers).max() > FLOAT32_MAX:
        finite = numbers[np.abs(numbers) <= FLOAT32_MAX]
        known = values.cast(pa.float64(), safe=False).to_numpy()
        with np.errstate(invalid="ignore"):
            infinite_row = int((np.abs(known) > FLOAT32_MAX).argmax())
    unique, top = _frequent(values)
    whole = bool((finite == np.floor(finite)).all())
    read = int if pa.types.is_integer(values.type) else float
    return {
        "unique": unique,
        "top": tuple((read(value), count) for value, count in top),
        "minimum": read(finite.min()) if len(finite) else None,
        "maximum": read(finite.max()) if len(finite) else None,
        "mean": float(finite.mean()) if len(finite) else None,
        "std": float(finite.std(ddof=1)) if len(finite) > 1 else None,
        "whole": whole and infinite_row is None,
        "infinite_row": infinite_row,
        "increasing": len(numbers) == len(values) and bool((numbers[1:] > numbers[:-1]).all()),
    }


def _frequent(values: pa.ChunkedArray) -> tuple[int, list[tuple[Any, int]]]:
    """How many different values there are, and the most frequent finite ones where they are not too many."""
    many = len(pc.unique(values.slice(0, _SAMPLE))) > _REPEATING
    if many and not pa.types.is_string(values.type):
        return len(pc.unique(values.drop_null())), []
    counts = pc.value_counts(values.drop_null())
    found, often = counts.field("values"), counts.field("counts")
    if pa.types.is_floating(found.type):
        kept = pc.is_finite(found)
        found, often = found.filter(kept), often.filter(kept)
    order = pc.sort_indices(
        pa.table({"often": often, "value": found}), [("often", "descending"), ("value", "ascending")]
    )
    best = order.slice(0, _TOP)
    return len(counts), list(zip(found.take(best).to_pylist(), often.take(best).to_pylist(), strict=True))


def _date(values: pa.ChunkedArray) -> dict[str, Any]:
    ends = pc.min_max(values).as_py()
    day = 86_400_000_000
    clock = (values.drop_null().cast(pa.int64()).to_numpy() % day).any()
    return {
        "unique": pc.count_distinct(values).as_py(),
        "minimum": ends["min"].isoformat(),
        "maximum": ends["max"].isoformat(),
        "clock": bool(clock),
    }


def _words(values: pa.ChunkedArray, number: str) -> dict[str, Any]:
    unique, top = _frequent(values)
    known = values.drop_null()
    sample = known.take(pa.array(np.linspace(0, len(known) - 1, min(len(known), _SAMPLE)).astype(np.int64)))
    about: dict[str, Any] = {
        "unique": unique,
        "top": tuple(top),
        "words": float(pc.mean(pc.add(pc.count_substring_regex(sample, r"\s+"), 1)).as_py()),
    }
    share = pc.mean(pc.match_substring_regex(sample, number).cast(pa.float64())).as_py()
    if share >= _MOSTLY:
        odd = pc.fill_null(pc.invert(pc.match_substring_regex(values, number)), False).to_numpy()
        if odd.any():
            row = int(odd.argmax())
            value = str(values[row].as_py())
            about["odd"] = (row, value)
            about["note"] = f"Nearly all of its values are numbers; row {row + 1} has {value[:80]!r}."
    elif all(_THOUSANDS.match(value) for value in sample.slice(0, 100).to_pylist()):
        about["note"] = "Its numbers have thousands separators, so it is read as words. Write them without."
    return about


def _type(column: ColumnProfile, rows: int, increasing: bool) -> Any:
    """What the column looks like; see ColumnProfile.type."""
    known = rows - column.missing
    if not known:
        return "empty"
    if column.unique == 1 and (not column.missing or column.kind != "str"):
        return "constant"
    if column.kind == "date":
        return "date"
    if column.kind != "str":
        if _is_codes(column, known):
            return "categorical"
        return "id" if increasing and column.whole and rows > 2 else "numeric"
    nearly_all = column.unique > known / 2 and known > 2
    if nearly_all and column.words >= 3:
        return "text"
    return "id" if nearly_all and column.unique > 2 else "categorical"


def _is_codes(column: ColumnProfile, known: int) -> bool:
    """Whole numbers that name classes: two, such as 0 and 1; or few, one after the other from 0 or 1, none rare.

    Counts of things (brothers, rooms) are few and begin at 0 too, but the large ones are rare.
    """
    if not column.whole:
        return False
    first, last = cast(float, column.minimum), cast(float, column.maximum)
    if column.unique == 2 and (first, last) in ((0, 1), (1, 2), (-1, 1)):
        return True
    steps = column.unique == 2 or (first in (0, 1) and last - first + 1 == column.unique)
    rarest = min((count for _, count in column.top), default=0)
    return steps and 2 <= column.unique <= _TOP and rarest >= max(5, known / 50)


def _plain(value: pa.Scalar, kind: Kind) -> Any:
    found = value.as_py()
    if kind == "date":
        return found.isoformat()
    if kind == "float" and not np.isfinite(found):
        return str(found)
    return found
