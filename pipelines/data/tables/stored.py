"""Columns of a stored table, read a few at a time: one by one where they are long, many where there are many."""

from collections.abc import Iterator, Sequence
from pathlib import Path

import pyarrow as pa
import pyarrow.parquet as parquet

_GROUP_BYTES = 1 << 25


def groups_of(names: Sequence[str], rows: int) -> list[Sequence[str]]:
    """The columns in groups that are read at once: of a few dozen megabytes, if they are numbers.

    >>> groups_of(["a", "b", "c"], rows=2_000_000)
    [['a', 'b'], ['c']]
    """
    step = max(1, _GROUP_BYTES // (8 * max(1, rows)))
    return [names[start : start + step] for start in range(0, len(names), step)]


def columns_of(file: Path, names: Sequence[str]) -> Iterator[tuple[str, pa.ChunkedArray]]:
    """The columns by name, in order.

    Raises:
        FileNotFoundError: the file is gone.
    """
    for group in groups_of(names, parquet.read_metadata(file).num_rows):
        table = parquet.read_table(file, columns=list(group), partitioning=None)
        for name in group:
            yield name, table.column(name)
