"""Columns of a typed table as the values that a network's inputs and targets are made of, as `RawData` says."""

from typing import NoReturn

import numpy as np
import pandas as pd
import pyarrow as pa

from models.errors import NetloomError
from pipelines.data.spec import ColumnType
from pipelines.data.tables.kinds import DATE_FORMATS, ISO, ISO_ZONED
from pipelines.data.tables.profile import ColumnProfile
from pipelines.data.tables.profiling import FLOAT32_MAX

_KINDS = {"int": "whole numbers", "float": "numbers", "date": "dates", "str": "words"}


def column_as(
    type_: ColumnType, values: pa.ChunkedArray, column: ColumnProfile, file: str, decimal: str = "."
) -> pd.Series:
    """A column as what it is to be used as.

    Args:
        type_: `numeric`: float64, NaN where missing; `date`: datetime64[us], NaT where missing; `categorical` and
            `text`: str objects, None where missing, numbers as Python writes them but without a final `.0`.
        values: as stored, all rows.
        column: its profile.
        file: its name, for messages.
        decimal: what stands before the decimals where numbers are words still.

    Raises:
        NetloomError: a value cannot be used so; it names the row, counted from 1 below the header, and the value.
    """
    if type_ == "numeric":
        return pd.Series(_numbers(values, column, file, decimal))
    if type_ == "date":
        return _dates(values, column, file)
    return pd.Series(words(values, column), dtype=object)


def words(values: pa.ChunkedArray, column: ColumnProfile) -> np.ndarray:
    """A column as str objects, None where missing."""
    found = values.to_pandas()  # equal words are one object
    missing = values.is_null().to_numpy()
    if column.kind == "date":
        found = found.dt.strftime(date_words(column))
    elif column.kind != "str":
        exact = values.to_pandas(integer_object_nulls=True)
        known = exact[~missing]
        different = pd.unique(known)
        found = pd.Series(index=exact.index, dtype=object)
        found[~missing] = known.map(
            dict(zip(different, (str(each).removesuffix(".0") for each in different), strict=True))
        )
    found = found.astype(object).to_numpy(copy=True)
    found[missing] = None
    return found


def date_words(column: ColumnProfile) -> str:
    """How dates are written where they are names of classes."""
    return "%Y-%m-%d %H:%M:%S" if column.clock else "%Y-%m-%d"


def _numbers(values: pa.ChunkedArray, column: ColumnProfile, file: str, decimal: str) -> np.ndarray:
    if column.kind == "date":
        _refuse_kind(column, "numbers", file)
    if column.kind == "str":
        texts = values.to_pandas().astype(object)
        plain = texts if decimal == "." else texts.str.replace(decimal, ".")
        found = pd.to_numeric(plain, errors="coerce")
        wrong = (found.isna() & texts.notna()).to_numpy()
        if wrong.any():
            _refuse_value(column, int(wrong.argmax()), texts, "a number", file)
        numbers = plain.astype(np.float64).to_numpy()
    else:
        numbers = values.cast(pa.float64(), safe=False).to_numpy()
    with np.errstate(invalid="ignore"):
        infinite = np.abs(numbers) > FLOAT32_MAX
    if infinite.any():
        row = int(infinite.argmax())
        raise NetloomError(
            f"Row {row + 1} of {file} has {numbers[row]:g} in column {column.name!r}; finite numbers were expected.",
            "Mend that value, or leave it blank so that it counts as missing.",
        )
    return numbers


def _dates(values: pa.ChunkedArray, column: ColumnProfile, file: str) -> pd.Series:
    if column.kind == "date":
        return values.to_pandas().astype("datetime64[us]")
    if column.kind != "str":
        if column.missing == len(values):
            return pd.Series(pd.NaT, index=range(len(values)), dtype="datetime64[us]")
        _refuse_kind(column, "dates", file)
    texts = values.to_pandas().astype(object)
    missing, best = texts.isna(), texts.notna()
    for form in DATE_FORMATS:
        if form != ISO_ZONED:
            found = pd.to_datetime(texts, format=form, errors="coerce", utc=form == ISO)
            wrong = found.isna() & ~missing
            best = wrong if wrong.sum() < best.sum() else best
    _refuse_value(column, int(best.to_numpy().argmax()), texts, "a date", file)


def _refuse_kind(column: ColumnProfile, wanted: str, file: str) -> NoReturn:
    raise NetloomError(
        f"Column {column.name!r} of {file} holds {_KINDS[column.kind]}, not {wanted}.",
        "Choose another type for it, or write it otherwise in the file.",
    )


def _refuse_value(column: ColumnProfile, row: int, values: pd.Series, wanted: str, file: str) -> NoReturn:
    value = str(values.iloc[row])
    raise NetloomError(
        f"Row {row + 1} of {file} has {value[:80]!r} in column {column.name!r}, where {wanted} was expected.",
        "Mend it; or, if it means that there is no value, add it to the marks for missing values; or choose another "
        "type for the column.",
    )
