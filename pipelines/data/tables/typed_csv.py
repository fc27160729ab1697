"""A text file becomes a typed Parquet: streamed in blocks, so that no more than a few of them are held at a time."""

import contextlib
import mmap
import os
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from pathlib import Path

import pyarrow as pa
import pyarrow.csv as csv
import pyarrow.parquet as parquet

from models.errors import NetloomError
from pipelines.data.spec import TableSource
from pipelines.data.tables.kinds import TYPES, ColumnKind, Kind
from pipelines.data.tables.names import check_names, columns_without_header
from pipelines.data.tables.quotes import refuse_loose_quotes
from pipelines.data.tables.sniffing import delimiter_of, records, sample_of
from pipelines.data.tables.text_file import head_of, is_utf8, line_at, text_of

BLOCK_BYTES, _FIELD_BYTES = 1 << 21, 1 << 12
_PART_BYTES = 1 << 24


@dataclass(frozen=True, slots=True)
class Typed:
    """What was found while a file was written as Parquet.

    Attributes:
        kinds: by column, in order.
        date_formats: by date column, as `ColumnKind.date_formats`.
        delimiter: of the text; empty for Parquet.
        decimal: what stands before the decimals.
        left_out: columns of lists and the like, which cannot be used.
        trimmed: some name has blanks around it in the file.
    """

    kinds: dict[str, Kind]
    date_formats: dict[str, tuple[str, ...]]
    delimiter: str = ""
    decimal: str = "."
    left_out: tuple[str, ...] = ()
    trimmed: bool = False


def write_typed(file: Path, source: TableSource, target: Path) -> Typed:
    """Writes the table in `file`, read as `source` says, to `target`.

    Raises:
        NetloomError: the file cannot be read as a table; the line is named where there is one.
    """
    if is_utf8(source.encoding):
        with file.open("rb") as stream:
            for _ in text_of(stream, source.encoding, file.name):
                pass
        return _write(file, file.name, source, target)
    copy = target.with_suffix(".utf8")
    try:
        with file.open("rb") as stream, copy.open("w", encoding="utf-8", newline="") as out:
            out.writelines(text_of(stream, source.encoding, file.name))
        return _write(copy, file.name, source, target)
    finally:
        copy.unlink(missing_ok=True)


def _write(file: Path, name: str, source: TableSource, target: Path) -> Typed:
    sample = sample_of(head_of(file), "utf-8")
    delimiter = source.delimiter or delimiter_of(sample, source.quoted)
    if not delimiter.isascii() or delimiter in '"\r\n':
        raise NetloomError(
            f"{delimiter!r} cannot stand between the fields of {name}: one ASCII character is expected.",
            "Take a comma, semicolon, tab or another.",
        )
    if source.quoted:
        refuse_loose_quotes(file, delimiter, name)
    first = next(iter(records(sample, delimiter, source.quoted)), [])
    if not first:
        raise NetloomError(f"The first row of {name} cannot be read.", "Say which delimiter it has.")
    names = [field.strip() for field in first] if source.header else columns_without_header(len(first))
    check_names(names, name, header=source.header)
    reading = _Reading(file, name, source, delimiter, names, _blank_lines(sample))
    kinds = [ColumnKind(reading.marks, source.decimal) for _ in names]
    if not reading.write(kinds, target):
        reading.write(kinds, target)  # some column was no longer what its first rows were: now all are known
    return Typed(
        kinds={column: kind.kind for column, kind in zip(names, kinds, strict=True)},
        date_formats={c: kind.date_formats for c, kind in zip(names, kinds, strict=True) if kind.kind == "date"},
        delimiter=delimiter,
        decimal=source.decimal,
        trimmed=source.header and names != first,
    )


class _Reading:
    def __init__(
        self, file: Path, name: str, source: TableSource, delimiter: str, names: list[str], blank: int
    ) -> None:
        self._file, self._name, self._source, self._names = file, name, source, names
        self._delimiter, self._blank = delimiter, blank
        self._odd: csv.InvalidRow | None = None
        self._block_bytes = max(BLOCK_BYTES, _FIELD_BYTES * len(names))  # some hundred rows even of wide tables
        marks = sorted({"", *source.missing_marks})
        self.marks = pa.array(marks, pa.string())

    def write(self, kinds: list[ColumnKind], target: Path) -> bool:
        """Whether every column stayed what it was found to be in the first block; else `target` is of no use yet."""
        out, rows = None, 0
        with ThreadPoolExecutor(min(4, os.cpu_count() or 1)) as pool, contextlib.ExitStack() as stack:
            for block in self._blocks():
                columns = list(pool.map(ColumnKind.take, kinds, block.columns))
                schema = pa.schema([(n, TYPES[kind.kind]) for n, kind in zip(self._names, kinds, strict=True)])
                if not rows:
                    out = stack.enter_context(ParquetParts(target, schema))
                rows += block.num_rows
                if out is not None and schema != out.schema:
                    out = None
                if out is not None:
                    out.write(pa.record_batch(columns, schema=schema))
        if not rows:
            raise NetloomError(f"{self._name} has a header and no rows.", "Choose a file with rows.")
        return out is not None

    def _blocks(self) -> Iterator[pa.RecordBatch]:
        marks = self.marks.to_pylist()
        try:
            yield from csv.open_csv(
                self._file,
                read_options=csv.ReadOptions(
                    block_size=self._block_bytes,
                    column_names=self._names,
                    skip_rows=self._blank,
                    skip_rows_after_names=int(self._source.header),
                ),
                parse_options=csv.ParseOptions(
                    delimiter=self._delimiter,
                    quote_char='"' if self._source.quoted else False,
                    newlines_in_values=self._source.quoted,
                    invalid_row_handler=self._refuse,
                ),
                convert_options=csv.ConvertOptions(
                    column_types=dict.fromkeys(self._names, pa.string()),
                    null_values=marks,
                    strings_can_be_null=True,
                    check_utf8=False,
                ),
            )
        except pa.ArrowInvalid as error:
            raise self._fault(str(error)) from error

    def _refuse(self, row: csv.InvalidRow) -> str:
        self._odd = self._odd or row
        return "error"

    def _fault(self, told: str) -> NetloomError:
        odd = self._odd
        if odd is not None:
            line = _line_of(self._file, odd.text)
            where = "A line" if line is None else f"Line {line}"
            return NetloomError(
                f"{where} of {self._name} has {_fields(odd.actual_columns)}; {odd.expected_columns} were expected"
                f"{', as in the header' if self._source.header else ', as in the first line'}.",
                "Mend it; or, if most lines are like it, choose another delimiter, or say whether fields are quoted.",
            )
        if "straddling" in told and self._file.stat().st_size > self._block_bytes:
            return NetloomError(
                f"{self._name} has a row of more than {self._block_bytes >> 20} MiB, too long for a table.",
                "Check that its lines end as lines do, and whether fields are quoted.",
            )
        if "Empty CSV" in told or "straddling" in told:
            return NetloomError(f"{self._name} has a header and no rows.", "Choose a file with rows.")
        return NetloomError(
            f"{self._name} cannot be read as a table: {told.splitlines()[0]}", "Check its reading options."
        )


class ParquetParts:
    """A Parquet file in the making, in parts of a few dozen megabytes. A context.

    Words have dictionaries, as they repeat; numbers have none.
    """

    def __init__(self, target: Path, schema: pa.Schema) -> None:
        self.schema = schema
        words = [field.name for field in schema if pa.types.is_string(field.type)]
        self._file = parquet.ParquetWriter(target, schema, use_dictionary=words, compression="lz4")
        self._waiting: list[pa.RecordBatch] = []

    def write(self, batch: pa.RecordBatch) -> None:
        """Add rows."""
        self._waiting.append(batch)
        if sum(each.nbytes for each in self._waiting) > _PART_BYTES:
            self._flush()

    def _flush(self) -> None:
        if self._waiting:
            self._file.write_table(pa.Table.from_batches(self._waiting))
            self._waiting.clear()

    def __enter__(self) -> "ParquetParts":
        return self

    def __exit__(self, kind: type[BaseException] | None, *_: object) -> None:
        if kind is None:
            self._flush()
        self._file.close()


def _blank_lines(sample: str) -> int:
    lines = sample.removeprefix("\ufeff").splitlines()
    return next((place for place, line in enumerate(lines) if line), 0)


def _line_of(file: Path, text: str) -> int | None:
    """The line of a row of the file by its text, which no row before it can have."""
    row, ends = text.encode(), b"\r\n"
    with file.open("rb") as stream, mmap.mmap(stream.fileno(), 0, access=mmap.ACCESS_READ) as content:
        place = content.find(row)
        while place >= 0:
            before, after = content[place - 1 : place], content[place + len(row) : place + len(row) + 1]
            if before in ends and after in ends:  # or there is nothing before or after it
                return line_at(file, place)
            place = content.find(row, place + 1)
    return None


def _fields(count: int) -> str:
    return "1 field" if count == 1 else f"{count:,} fields"
