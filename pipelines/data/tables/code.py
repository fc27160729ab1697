"""Standalone pandas lines that read a table as Netloom does: the same rows, values and dtypes."""

from collections.abc import Sequence

from pipelines.data.spec import ColumnType, TableSource
from pipelines.data.tables.kinds import BLANKS, ISO, ISO_ZONED
from pipelines.data.tables.profile import ColumnProfile
from pipelines.data.tables.reading import Table
from pipelines.data.tables.targets import YES_NO, Target
from pipelines.data.tables.values import date_words

_WORDS = """
def words(column):
    return column.astype(object).where(column.notna(), None)
"""
_SHORTEST = '.map(lambda number: str(number).removesuffix(".0"), na_action="ignore")'


def code_of(table: Table, source: TableSource, target: Target) -> str:
    """Lines, imports first, after which `x` is a DataFrame and `y` an array or None, as the source reads them.

    Args:
        table: as read.
        source: with target and columns filled in.
        target: of that source.
    """
    as_target: ColumnType = "numeric" if target.aim == "numbers" else "categorical"
    used: dict[str, ColumnType] = {column.name: column.type for column in source.columns}
    used |= dict.fromkeys(source.target or (), as_target)
    value = {name: _value(table, table.column(name), type_) for name, type_ in used.items()}
    lines = ["import pandas as pd"]
    if not table.is_text:
        lines += ["import pyarrow as pa", "import pyarrow.parquet as parquet"]
    if any(type_ in ("categorical", "text") for type_ in used.values()):
        lines += _WORDS.strip().splitlines()
    lines += _text_frame(table, source, list(used)) if table.is_text else _parquet_frame(table, source, used)
    lines += _are_numbers(table, used, source)
    if not target.kept.all():
        needed = dict.fromkeys([*(source.target or ()), *(c.name for c in source.columns if c.missing == "drop")])
        lines.append(f"frame = frame.dropna(subset={list(needed)!r})")
    lines += ["x = pd.DataFrame({", *_entries([column.name for column in source.columns], value), "})"]
    return "\n".join(["", *lines, *_target(source.target or (), target, value), ""])


def _text_frame(table: Table, source: TableSource, used: Sequence[str]) -> list[str]:
    given = [f"{source.path!r}", f"sep={table.profile.delimiter!r}"]
    if not source.header:
        given += ["header=None", f"names={list(table.names)!r}"]
    elif table.profile.trimmed:
        given += ["header=0", f"names={list(table.names)!r}"]
    given += [f"usecols={list(used)!r}", "dtype=str", "na_filter=False"]
    if source.encoding != "utf-8":
        given.append(f"encoding={source.encoding!r}")
    if not source.quoted:
        given.append("quoting=3")
    return [f"frame = pd.read_csv({', '.join(given)})", *_tidy("frame.columns", source)]


def _parquet_frame(table: Table, source: TableSource, used: dict[str, ColumnType]) -> list[str]:
    lines = [f"table = parquet.read_table({source.path!r}, columns={list(used)!r})", "frame = pd.DataFrame({"]
    for name, type_ in used.items():
        kind = _stored(table, table.column(name), type_)
        arrow = {"float": '"float64"', "date": 'pa.timestamp("us")', "str": '"string"'}[kind]
        lines.append(f"    {name!r}: table[{name!r}].cast({arrow}, safe=False).to_pandas(),")
    lines.append("})")
    words = [name for name in used if table.column(name).kind == "str"]
    return lines + (_tidy(repr(words), source) if words else [])


def _tidy(columns: str, source: TableSource) -> list[str]:
    return [
        f"for name in {columns}:",
        f"    column = frame[name].str.strip({BLANKS!r})",
        f"    frame[name] = column.mask(column.isin({sorted({'', *source.missing_marks})!r}))",
    ]


def _stored(table: Table, column: ColumnProfile, type_: ColumnType) -> str:
    """What a column of `frame` holds: words for text files; for Parquet what it takes."""
    if table.is_text or (column.kind == "int" and type_ != "numeric"):
        return "str"
    return "float" if column.kind == "int" else column.kind


def _are_numbers(table: Table, used: dict[str, ColumnType], source: TableSource) -> list[str]:
    """The lines that make numbers of the words of `frame`, so that a number that is none counts as missing."""
    names = [name for name, type_ in used.items() if type_ == "numeric" or table.column(name).kind == "float"]
    names = [name for name in names if table.column(name).kind != "date"]
    if not names:
        return []
    lines = [f"frame = frame.astype({dict.fromkeys(names, 'float64')!r})"]
    words = [name for name in names if _stored(table, table.column(name), used[name]) == "str"]
    if source.decimal != "." and words:
        point = f'column.str.replace({source.decimal!r}, ".")'
        lines.insert(0, f"frame[{words!r}] = frame[{words!r}].apply(lambda column: {point})")
    return lines


def _value(table: Table, column: ColumnProfile, type_: ColumnType) -> str:
    """The expression that makes of a column of `frame` what it is used as."""
    given = f"frame[{column.name!r}]"
    if column.kind == "date":
        given = _times(given, column) if table.is_text else given
        return given if type_ == "date" else f"words({given}.dt.strftime({date_words(column)!r}))"
    if type_ == "date":  # a column without a value
        return f'pd.to_datetime({given}).astype("datetime64[us]")'
    if type_ == "numeric":
        return given
    return f"words({given}{_SHORTEST})" if column.kind == "float" else f"words({given})"


def _times(given: str, column: ColumnProfile) -> str:
    if column.date_format in (ISO, ISO_ZONED):
        return f'pd.to_datetime({given}, format="ISO8601", utc=True).dt.tz_localize(None).astype("datetime64[us]")'
    return f'pd.to_datetime({given}, format={column.date_format!r}).astype("datetime64[us]")'


def _target(names: Sequence[str], target: Target, value: dict[str, str]) -> list[str]:
    if target.aim == "none":
        return ["y = None"]
    if target.aim == "class":
        return [
            f"classes = {list(target.class_names)!r}",
            "number_of = {name: number for number, name in enumerate(classes)}",
            f'y = {value[names[0]]}.map(number_of).to_numpy("int64")',
        ]
    if target.aim == "numbers" and len(names) == 1:
        return [f'y = {value[names[0]]}.to_numpy("float32")']
    lines = ["y = pd.DataFrame({", *_entries(names, value), "})"]
    if target.aim == "labels":
        lines.append(f"y = y.apply(lambda label: label.str.lower().map({YES_NO!r}))")
    return [*lines, 'y = y.to_numpy("float32")']


def _entries(names: Sequence[str], value: dict[str, str]) -> list[str]:
    return [f"    {name!r}: {value[name]}," for name in names]
