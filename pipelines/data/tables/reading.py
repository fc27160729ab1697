"""`table_of`: a file of the user's as a table, read as text once, kept typed in the cache from then on."""

import functools
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

import numpy as np
import pandas as pd
import pyarrow as pa
import pyarrow.parquet as parquet

from models.errors import NetloomError
from pipelines.data.files.cache import key_of, made
from pipelines.data.files.files import fingerprint, resolve
from pipelines.data.spec import ColumnType, TableSource
from pipelines.data.tables import typed_csv, typed_parquet
from pipelines.data.tables.kinds import Kind
from pipelines.data.tables.names import check_known
from pipelines.data.tables.profile import ColumnProfile, TableProfile
from pipelines.data.tables.profiling import profile_of
from pipelines.data.tables.stored import columns_of
from pipelines.data.tables.text_file import head_of, is_parquet, refuse_what_is_no_text
from pipelines.data.tables.values import column_as, words

_VERSION = "1"
_OPTIONS = {"delimiter", "encoding", "header", "quoted", "decimal", "missing_marks"}
_PLAIN: dict[Kind, ColumnType] = {"int": "numeric", "float": "numeric", "date": "date", "str": "categorical"}
_ROWS, _PROFILE = "rows.parquet", "profile.json"


@dataclass(frozen=True, slots=True, eq=False)
class Table:
    """A table, as it was when it was read. There is one of each, so that it can be a key.

    Attributes:
        file: name of the user's file.
        folder: of the cache; its name stands for the content and how it was read.
        profile: of its columns.
        by_name: the profile's columns.
    """

    file: str
    folder: Path
    profile: TableProfile
    by_name: Mapping[str, ColumnProfile]

    @property
    def is_text(self) -> bool:
        """Whether it was a text file, not Parquet."""
        return bool(self.profile.delimiter)

    @property
    def names(self) -> tuple[str, ...]:
        """Of the columns, in order."""
        return tuple(self.by_name)

    def column(self, name: str) -> ColumnProfile:
        """The profile of a column. Raises: NetloomError, with the name that is nearest."""
        check_known([name], self.by_name, self.file)
        return self.by_name[name]

    def read(self, columns: Sequence[str], types: Mapping[str, ColumnType] | None = None) -> pd.DataFrame:
        """Columns as RawData has them, all rows; the index is the row of the file, from 0.

        Args:
            columns: their names.
            types: what they are used as; others are used as what they look like.

        Raises:
            NetloomError: no such column, or a value that is not of the type; it names the row and the column.
        """
        types = types or {}
        about = [self.column(name) for name in columns]
        read = {
            column.name: column_as(
                types.get(column.name) or self.natural_type(column.name),
                values,
                column,
                self.file,
                self.profile.decimal,
            )
            for column, (_, values) in zip(about, self._stored(columns), strict=True)
        }
        return pd.DataFrame(read, index=pd.RangeIndex(self.profile.rows), columns=list(columns), copy=False)

    def head(self, count: int = 10) -> pd.DataFrame:
        """The first rows of all columns, as they are stored: numbers, times and words."""
        with parquet.ParquetFile(self.folder / _ROWS) as file:
            batch = next(file.iter_batches(batch_size=count), None)
        return pd.DataFrame() if batch is None else batch.to_pandas()

    def words(self, name: str) -> np.ndarray:
        """A column as str objects, None where missing, shape `(rows,)`. Raises: NetloomError."""
        return words(self.stored(name), self.column(name))

    def present(self, names: Sequence[str]) -> np.ndarray:
        """Which rows have a value in each of these columns: bool of shape `(rows,)`. Raises: NetloomError."""
        found = np.ones(self.profile.rows, bool)
        for _, values in self._stored(names):
            found &= values.is_valid().to_numpy()
        return found

    def keys(self, names: Sequence[str]) -> dict[str, pd.Series]:
        """Columns as a split may go by them: numbers, times or words, compactly held. Raises: NetloomError."""
        return {name: values.to_pandas() for name, values in self._stored(names)}

    def natural_type(self, name: str) -> ColumnType:
        """What a column is used as where nothing is said. Raises: NetloomError."""
        column = self.column(name)
        return _PLAIN[column.kind] if column.type in ("id", "constant", "empty") else column.type

    def stored(self, name: str) -> pa.ChunkedArray:
        """A column as it is stored. Raises: NetloomError where there is none, or the cache was emptied meanwhile."""
        return next(self._stored([name]))[1]

    def _stored(self, names: Sequence[str]) -> Iterator[tuple[str, pa.ChunkedArray]]:
        check_known(names, self.by_name, self.file)
        try:
            yield from columns_of(self.folder / _ROWS, names)
        except FileNotFoundError as error:
            raise NetloomError(
                f"What was read of {self.file} is no longer in the cache.", "Open it again; it is read anew."
            ) from error


def table_of(source: TableSource) -> Table:
    """The table that a spec names. Its file is read the first time only, in blocks, and again when it has changed.

    Raises:
        NetloomError: the file cannot be read as a table; it names the line, row or column, and the cure.
    """
    file = resolve(source.path)
    if file.is_dir():
        raise NetloomError(f"{file.name} is a folder; a CSV, TSV or Parquet file was expected.", "Choose a file in it.")
    options = source.model_dump_json(include=_OPTIONS)
    try:
        state = fingerprint(file)
        folder = made(key_of("table", _VERSION, state, options), functools.partial(_make, file, state, source))
    except PermissionError as error:
        raise NetloomError(f"{file.name} may not be read: permission denied.", "Change its permissions.") from error
    return _table(file.name, folder)


def _make(file: Path, state: str, source: TableSource, folder: Path) -> None:
    head = head_of(file)
    if is_parquet(head):
        typed = typed_parquet.write_typed(file, source, folder / _ROWS)
    else:
        refuse_what_is_no_text(head, file.name)
        typed = typed_csv.write_typed(file, source, folder / _ROWS)
    profile = profile_of(folder / _ROWS, typed)
    if fingerprint(file) != state:
        raise NetloomError(f"{file.name} changed while it was read.", "Try again when it is whole.")
    (folder / _PROFILE).write_text(profile.model_dump_json(), encoding="utf-8")


@functools.lru_cache(maxsize=16)
def _table(file: str, folder: Path) -> Table:
    profile = TableProfile.model_validate_json((folder / _PROFILE).read_bytes())
    return Table(file=file, folder=folder, profile=profile, by_name={c.name: c for c in profile.columns})
