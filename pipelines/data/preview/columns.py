"""The columns of a table: what each is, what it lacks, where its values lie."""

from typing import Any

import numpy as np
import pandas as pd

from pipelines.data.preview.looked import Looked
from pipelines.data.preview.missing import missing_counts
from pipelines.data.spec import ColumnType, TableSource
from pipelines.data.tables.propose import complete
from pipelines.runs.facts import Split

BARS = 12  # of the small histogram beside a column
COLUMNS = 300  # that are described
_VALUES, _LEAST_ROWS = 2_000_000, 1_000
_TOP = 3


def column_types(looked: Looked) -> dict[str, ColumnType]:
    """What each input column is: as the spec says or was proposed for it, else by its dtype."""
    x, spec = looked.table, looked.spec.source
    if x is None:
        return dict.fromkeys(looked.names, "numeric")
    columns = complete(spec).columns if isinstance(spec, TableSource) else ()
    said: dict[str, ColumnType] = {column.name: column.type for column in columns}
    return {name: said[name] if name in said else _type(looked, column) for name, column in x.items()}


def text_columns(looked: Looked) -> list[str]:
    """Names of the columns that hold texts."""
    return [name for name, kind in column_types(looked).items() if kind == "text"]


def head(looked: Looked, split: Split, count: int = 10) -> pd.DataFrame:
    """The first rows of a split as they come, a column an input and one for each target, indexed by row number."""
    rows = looked.rows[split][:count]
    return with_target(looked, looked.frame(rows), rows)


def with_target(looked: Looked, frame: pd.DataFrame, rows: np.ndarray) -> pd.DataFrame:
    """`frame` and its target: class names, numbers, or a column a label."""
    y, names = looked.data.y, looked.source.class_names
    if not isinstance(y, np.ndarray):
        return frame
    frame = frame.copy()
    if looked.labels is not None:
        frame[looked.source.target_name] = np.array(names, dtype=object)[looked.labels[rows]]
    elif y.ndim == 1:
        frame[looked.source.target_name] = y[rows]
    else:
        frame[target_names(looked)] = y[rows]
    return frame


def target_names(looked: Looked) -> list[str]:
    """Of the columns of a target that has several: its labels, or numbers."""
    y = looked.data.y
    if not isinstance(y, np.ndarray) or y.ndim != 2:
        return []
    names = list(looked.source.class_names) or [name.strip() for name in looked.source.target_name.split(",")]
    return names if len(names) == y.shape[1] else [f"target {number}" for number in range(1, y.shape[1] + 1)]


def values(looked: Looked, name: str, rows: np.ndarray) -> pd.Series:
    """One input column, or the target, of these rows: class names, or numbers."""
    index = pd.Index(rows, name="row")
    if name in looked.names:
        return pd.Series(looked.column(name, rows), index, name=name)
    return with_target(looked, pd.DataFrame(index=index), rows)[name]


def counted(looked: Looked) -> int:
    """How many rows of a split are counted in `column_table`: the fewer, the more columns there are."""
    return max(_LEAST_ROWS, _VALUES // max(1, min(COLUMNS, len(looked.names))))


def column_table(looked: Looked, split: Split) -> pd.DataFrame:
    """A row an input column of a split, of COLUMNS of them at most.

    Returns:
        column, type, missing (values), missing_share, unique (values), min, mean, max (numbers as numbers, dates as
        dates, else None), std, top (the most frequent values and how often they come), bars (BARS counts: of a number
        from its least to its greatest, of others the most frequent values). Of more than `counted` rows, unique, mean,
        std, top and bars are of so many, drawn at random.
    """
    every = looked.rows[split]
    rows = looked.some(split, counted(looked))
    types = column_types(looked)
    lacking = missing_counts(looked)[split]
    found = []
    for name, kind in list(types.items())[:COLUMNS]:
        column = values(looked, name, rows)
        known = _describe(name, kind, column, int(lacking.get(name, 0)), len(every))
        if known["min"] is not None and len(rows) < len(every):
            whole = values(looked, name, every)
            known |= {"min": whole.min(), "max": whole.max()}
        found.append(known)
    return pd.DataFrame(found)


def _type(looked: Looked, column: pd.Series) -> ColumnType:
    if pd.api.types.is_datetime64_any_dtype(column.dtype):
        return "date"
    if pd.api.types.is_numeric_dtype(column.dtype):
        return "numeric"
    return "text" if looked.source.kind == "text" else "categorical"


def _describe(name: str, kind: ColumnType, column: pd.Series, missing: int, rows: int) -> dict[str, Any]:
    present = column.dropna()
    known: dict[str, Any] = {
        "column": name,
        "type": kind,
        "missing": missing,
        "missing_share": missing / max(1, rows),
        "unique": int(present.nunique()),
        **dict.fromkeys(("min", "mean", "max", "std")),
        "top": "",
        "bars": [],
    }
    if not len(present):
        return known
    if kind in ("categorical", "text") or not _is_ordered(present):
        counts = present.value_counts()
        shown = counts.head(_TOP) if kind != "text" else counts[counts > 1].head(_TOP)
        top = ", ".join(f"{value!s:.40} ({often:,})" for value, often in shown.items())
        return {**known, "top": top, "bars": counts.head(BARS).tolist() if kind != "text" else []}
    spread = {"min": present.min(), "mean": present.mean(), "max": present.max()}
    if kind == "date":
        return {**known, **spread, "bars": histogram(present.astype("int64").to_numpy(), BARS)[0].tolist()}
    return {**known, **spread, "std": present.std(ddof=0), "bars": histogram(present.to_numpy(), BARS)[0].tolist()}


def _is_ordered(column: pd.Series) -> bool:
    return pd.api.types.is_numeric_dtype(column.dtype) or pd.api.types.is_datetime64_any_dtype(column.dtype)


def histogram(values: np.ndarray, bars: int) -> tuple[np.ndarray, np.ndarray]:
    """Counts and edges of equally wide classes from the least to the greatest of finite values."""
    values = values.astype(np.float64)
    return np.histogram(values[np.isfinite(values)], bars)
