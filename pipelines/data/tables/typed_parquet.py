"""A Parquet file of the user's becomes one of the same four kinds of columns as a text file does."""

import re
from pathlib import Path

import pyarrow as pa
import pyarrow.compute as pc
import pyarrow.parquet as parquet

from models.errors import NetloomError
from pipelines.data.spec import TableSource
from pipelines.data.tables.kinds import TYPES, Kind, tidy
from pipelines.data.tables.names import check_names
from pipelines.data.tables.typed_csv import ParquetParts, Typed

_BATCH_ROWS = 1 << 16
_INDEX = re.compile(r"__index_level_\d+__")


def write_typed(file: Path, source: TableSource, target: Path) -> Typed:
    """Writes the columns of `file` that hold numbers, words or times to `target`.

    Raises:
        NetloomError: the file is damaged, or has no such column or no rows.
    """
    try:
        with parquet.ParquetFile(file) as given:
            return _write(given, file.name, source, target)
    except (pa.ArrowInvalid, pa.ArrowNotImplementedError, OSError) as error:
        if isinstance(error, OSError) and error.errno is not None:
            raise  # of the disk, not of the file
        raise NetloomError(
            f"{file.name} is damaged, or no Parquet file: {str(error).splitlines()[0]}", "Write it again."
        ) from error


def _write(given: parquet.ParquetFile, name: str, source: TableSource, target: Path) -> Typed:
    fields = [field for field in given.schema_arrow if not _INDEX.fullmatch(field.name)]
    kinds: dict[str, Kind] = {field.name: kind for field in fields if (kind := kind_of(field.type)) is not None}
    check_names([field.name for field in fields], name, header=True)
    if not kinds:
        raise NetloomError(f"{name} has no column of numbers, words or dates.", "Flatten its lists into columns.")
    if not given.metadata.num_rows:
        raise NetloomError(f"{name} has columns and no rows.", "Choose a file with rows.")
    marks = pa.array(sorted({"", *source.missing_marks}), pa.string())
    schema = pa.schema([(column, TYPES[kind]) for column, kind in kinds.items()])
    with ParquetParts(target, schema) as out:
        for batch in given.iter_batches(_BATCH_ROWS, columns=list(kinds)):
            arrays = [typed(batch[column], kind, marks) for column, kind in kinds.items()]
            out.write(pa.record_batch(arrays, schema=schema))
    left_out = tuple(field.name for field in fields if field.name not in kinds)
    return Typed(kinds=kinds, date_formats={}, decimal=source.decimal, left_out=left_out)


def kind_of(type_: pa.DataType) -> Kind | None:
    """The kind of column that this type becomes; None: it cannot be used."""
    if pa.types.is_dictionary(type_):
        return kind_of(type_.value_type)
    if pa.types.is_uint64(type_) or pa.types.is_floating(type_) or pa.types.is_decimal(type_):
        return "float"
    if pa.types.is_integer(type_) or pa.types.is_null(type_):
        return "int"
    if pa.types.is_date(type_) or pa.types.is_timestamp(type_):
        return "date"
    words = pa.types.is_boolean(type_) or pa.types.is_string(type_) or pa.types.is_large_string(type_)
    return "str" if words or pa.types.is_string_view(type_) else None


def typed(values: pa.Array, kind: Kind, marks: pa.Array) -> pa.Array:
    """Values as this kind: booleans become `true` and `false`, times UTC where they have a zone, NaN null."""
    if pa.types.is_dictionary(values.type):
        values = values.dictionary_decode()
    if kind == "str":
        return tidy(values.cast(pa.string()), marks)
    if pa.types.is_timestamp(values.type):
        return values.cast(pa.timestamp("us", values.type.tz), safe=False).cast(TYPES[kind])
    values = values.cast(TYPES[kind], safe=kind != "float")
    return pc.if_else(pc.is_nan(values), pa.scalar(None, values.type), values) if kind == "float" else values
