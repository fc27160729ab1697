"""Tables of the user's: the columns that are chosen, and what they are to tell."""

import functools
from collections.abc import Sequence

import numpy as np
import pandas as pd

from pipelines.data.source import RawData, Source
from pipelines.data.sources.images import UNKNOWN_LICENCE
from pipelines.data.spec import TableSource
from pipelines.data.tables.code import code_of
from pipelines.data.tables.propose import complete
from pipelines.data.tables.reading import Table, table_of
from pipelines.data.tables.targets import YES_NO, Target, target_of, tasks_of

_NO_KEYS = ("text", "constant", "empty")


def source(spec: TableSource) -> Source:
    """The table that `spec` names, with target and columns as proposed where it leaves them open.

    Rows without a target, and rows that lack a value in a column whose missing values are dropped, are left out; the
    index of `RawData.x` is the row of the file, from 0.

    Raises:
        NetloomError: the file cannot be read as a table, or a column cannot be used as asked.
    """
    return _source(table_of(spec), complete(spec).model_dump_json())


@functools.lru_cache(maxsize=8)
def _source(table: Table, spec_json: str) -> Source:
    spec = TableSource.model_validate_json(spec_json)
    target = target_of(table, spec)
    rows, names = int(target.kept.sum()), spec.target or ()
    return Source(
        name=table.file.rsplit(".", 1)[0],
        title=table.file,
        kind="text" if [column.type for column in spec.columns] == ["text"] else "table",
        tasks=tasks_of(target, spec),
        input_shape=(),
        class_names=target.class_names,
        feature_names=tuple(column.name for column in spec.columns),
        target_name=", ".join(names) or "the inputs themselves",
        num_targets=max(1, len(names)),
        dtype="table",
        num_rows=rows,
        read=lambda: _read(table, spec, target),
        code=code_of(table, spec, target),
        notes=_notes(table, rows),
        licence=UNKNOWN_LICENCE,
    )


def _read(table: Table, spec: TableSource, target: Target) -> RawData:
    names = spec.target or ()
    x = table.read([column.name for column in spec.columns], {column.name: column.type for column in spec.columns})
    used = {*x, *names}
    others = [c.name for c in table.profile.columns if c.name not in used and c.type not in _NO_KEYS]
    keys = {**dict(x.items()), **table.keys(others)}
    y = _targets(table, names, target)
    if target.kept.all():
        return RawData(x, y, pd.DataFrame(keys, copy=False))
    rows = np.flatnonzero(target.kept)
    return RawData(x.take(rows), y, pd.DataFrame({name: key.take(rows) for name, key in keys.items()}, copy=False))


def _targets(table: Table, names: Sequence[str], target: Target) -> np.ndarray | None:
    """Of the rows that are kept."""
    if target.aim == "none":
        return None
    if target.aim == "numbers":
        numbers = table.read(names, dict.fromkeys(names, "numeric")).to_numpy(np.float32)[target.kept]
        return numbers[:, 0] if len(names) == 1 else numbers
    if target.aim == "class":
        number_of = {name: number for number, name in enumerate(target.class_names)}
        return pd.Series(table.words(names[0])[target.kept], dtype=object).map(number_of).to_numpy(np.int64)
    labels = [[YES_NO[word.lower()] for word in table.words(name)[target.kept]] for name in names]
    return np.array(labels, np.float32).T.copy()


def _notes(table: Table, rows: int) -> str:
    dropped = table.profile.rows - rows
    told = f"A table of {table.profile.rows:,} rows and {len(table.names):,} columns."
    if dropped:
        told += f" {dropped:,} rows lack a value that they need and are left out."
    if table.profile.left_out:
        told += f" Columns that hold lists or the like are left out: {', '.join(table.profile.left_out)}."
    return told
