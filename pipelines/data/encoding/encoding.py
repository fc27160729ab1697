"""Encoding: how raw rows become numbers, fitted on training rows only. Data, so that a file and a Keras model can be
made of it (`pipelines.data.encoding.keras_encoding`). No keras here.
"""

import keyword
import re
from collections.abc import Collection, Iterable
from dataclasses import dataclass
from typing import Annotated, Literal, cast

import numpy as np
import pandas as pd
from pydantic import Field

from models.errors import NetloomError
from models.spec import Spec

MISSING_CATEGORY = ""
"""What a missing category or text is in raw rows, and the name of the category where missing is one."""

NO_SUCH_NUMBER = -(2**63)
"""What stands for a missing or unreadable whole number that names a category: it is in no vocabulary."""

_DAY = np.timedelta64(1, "D")
_RESERVED = {*keyword.kwlist, "self", "raw"}


@dataclass(frozen=True, slots=True)
class RawInput:
    """One input of an exported model.

    Attributes:
        name: a column's as a Python name (what else a SavedModel's inputs cannot be called), or `raw`.
        dtype: numbers and images are float32, dates float32 days since 1970-01-01, whole numbers that name a category
            int64.
        shape: of one row; None where sizes may differ.
        column: the column's own name; empty for `raw`.
    """

    name: str
    dtype: Literal["float32", "int64", "string"]
    shape: tuple[int | None, ...]
    column: str = ""


class ArrayEncoding(Spec):
    """Rows that are numbers already, of one shape: left as they are.

    Attributes:
        feature_names: of tables; empty for others.
    """

    kind: Literal["array"] = "array"
    shape: tuple[int, ...]
    raw_dtype: Literal["uint8", "float32"]
    feature_names: tuple[str, ...] = ()


class ImageEncoding(Spec):
    """Images brought to one size and colour: resized in float32, rounded, uint8. (Float images are not rounded.)

    Attributes:
        raw_shape: of an image as it comes; None where sizes differ.
        channels: of the encoded image, 1 or 3.
    """

    kind: Literal["image"] = "image"
    raw_shape: tuple[int | None, int | None, int]
    raw_dtype: Literal["uint8", "float32"] = "uint8"
    height: int
    width: int
    channels: int
    fit: Literal["crop", "pad", "stretch"]
    interpolation: Literal["bilinear", "nearest", "bicubic"]


class NumberColumn(Spec):
    """A number, missing ones filled. bins: upper bounds of classes, one-hot; empty: it stays a number."""

    kind: Literal["number"] = "number"
    name: str
    fill: float
    bins: tuple[float, ...] = ()


class DateColumn(Spec):
    """A date as five numbers: days since 1970-01-01, sine and cosine of the time of year and of the day of the week."""

    kind: Literal["date"] = "date"
    name: str
    fill: float


class CategoryColumn(Spec):
    """A category as one-hot: one place for all unknown ones, then the vocabulary.

    Attributes:
        vocabulary: most frequent first; whole numbers, or strings. Missing strings are MISSING_CATEGORY, a category
            like any other where it is in the vocabulary.
        fill: what a missing value becomes; None: it stays missing.
    """

    kind: Literal["category"] = "category"
    name: str
    vocabulary: tuple[int, ...] | tuple[str, ...]
    fill: str | None = None


class TextColumn(Spec):
    """A text as a vector as wide as the vocabulary, with one place before it for all unknown tokens.

    Attributes:
        vocabulary: most frequent first. idf: inverse document frequencies, for `tf_idf`.
    """

    kind: Literal["text"] = "text"
    name: str
    mode: Literal["multi_hot", "count", "tf_idf"]
    ngrams: int
    vocabulary: tuple[str, ...]
    idf: tuple[float, ...] = ()
    fill: str | None = None


EncodedColumn = Annotated[NumberColumn | DateColumn | CategoryColumn | TextColumn, Field(discriminator="kind")]


class TableEncoding(Spec):
    """Columns of a table, each encoded, one after the other in one row of float32."""

    kind: Literal["table"] = "table"
    columns: tuple[EncodedColumn, ...]


class TokensEncoding(Spec):
    """One text a row as int32 token ids: 0 is padding, 1 an unknown token, then the vocabulary."""

    kind: Literal["tokens"] = "tokens"
    name: str
    vocabulary: tuple[str, ...]
    length: int
    ngrams: int = 1
    fill: str | None = None


Encoding = Annotated[ArrayEncoding | ImageEncoding | TableEncoding | TokensEncoding, Field(discriminator="kind")]


def raw_inputs(encoding: Encoding) -> tuple[RawInput, ...]:
    """What an exported model with this encoding takes, in order: one named `raw`, or one a column."""
    if isinstance(encoding, ArrayEncoding):
        return (RawInput("raw", "float32", encoding.shape),)
    if isinstance(encoding, ImageEncoding):
        return (RawInput("raw", "float32", encoding.raw_shape),)
    columns = (encoding,) if isinstance(encoding, TokensEncoding) else encoding.columns
    names = _python_names(column.name for column in columns)
    return tuple(
        RawInput(name, _raw_dtype(column), (1,), column.name) for name, column in zip(names, columns, strict=True)
    )


def raw_tensors(encoding: Encoding, rows: np.ndarray | pd.DataFrame) -> dict[str, np.ndarray]:
    """Raw rows as what an exported model is fed: by input name, arrays of the dtypes that `raw_inputs` tells.

    Args:
        encoding: of the model.
        rows: as `RawData.x` has them, but for image files: decoded ones of one size.

    Returns:
        Columns have the shape `(rows, 1)`; numbers are float32 with NaN where missing, strings are `str` objects with
        MISSING_CATEGORY where missing.

    Raises:
        NetloomError: a number that is infinite, or too large for float32; it names the row and the column.
    """
    inputs = raw_inputs(encoding)
    if isinstance(encoding, ArrayEncoding | ImageEncoding):
        return {"raw": np.asarray(rows, dtype=np.float32)}
    table = cast(pd.DataFrame, rows)
    columns = (encoding,) if isinstance(encoding, TokensEncoding) else encoding.columns
    return {
        each.name: _raw_column(table[each.column], each, column)[:, np.newaxis]
        for each, column in zip(inputs, columns, strict=True)
    }


def encoded_shape(encoding: Encoding) -> tuple[int, ...]:
    """The shape of one encoded row."""
    if isinstance(encoding, ArrayEncoding):
        return encoding.shape
    if isinstance(encoding, ImageEncoding):
        return (encoding.height, encoding.width, encoding.channels)
    if isinstance(encoding, TokensEncoding):
        return (encoding.length,)
    return (sum(width(column) for column in encoding.columns),)


def encoded_dtype(encoding: Encoding) -> Literal["uint8", "float32", "int32"]:
    """The dtype of encoded rows."""
    if isinstance(encoding, ArrayEncoding | ImageEncoding):
        return encoding.raw_dtype
    return "int32" if isinstance(encoding, TokensEncoding) else "float32"


def feature_names(encoding: Encoding) -> tuple[str, ...]:
    """Of the encoded features, in order: `age`, `sex = other`, `sex = male`, ...; empty for images and tokens."""
    if isinstance(encoding, ArrayEncoding):
        return encoding.feature_names
    if isinstance(encoding, TableEncoding):
        return tuple(name for column in encoding.columns for name in _names(column))
    return ()


def scaled_features(encoding: Encoding) -> tuple[bool, ...] | None:
    """Which encoded features scaling touches (numbers and dates, not one-hot places); None: all channels; (): none."""
    if isinstance(encoding, TokensEncoding):
        return ()
    if isinstance(encoding, TableEncoding):
        return tuple(number for column in encoding.columns for number in [_is_number(column)] * width(column))
    return None


def width(column: EncodedColumn) -> int:
    """How many encoded features a column becomes."""
    if isinstance(column, NumberColumn):
        return len(column.bins) + 1
    return len(DATE_PARTS) if isinstance(column, DateColumn) else len(column.vocabulary) + 1


DATE_PARTS = ("days", "year sine", "year cosine", "week sine", "week cosine")
"""The numbers that a date becomes, in order."""


def days_since_1970(dates: pd.Series) -> np.ndarray:
    """Dates as float64 days, with NaN where missing."""
    values = dates.to_numpy()
    days = (values - np.datetime64(0, "D")) / _DAY if values.dtype.kind == "M" else values.astype(np.float64)
    return np.where(pd.isna(values), np.nan, days)


def strings(values: pd.Series) -> np.ndarray:
    """Categories or texts as `str` objects, MISSING_CATEGORY where missing."""
    texts = (
        values.to_numpy(dtype=object, copy=True) if values.dtype.kind == "O" else values.astype(str).to_numpy(object)
    )
    texts[values.isna().to_numpy()] = MISSING_CATEGORY
    return texts


def _raw_dtype(column: EncodedColumn | TokensEncoding) -> Literal["float32", "int64", "string"]:
    if isinstance(column, NumberColumn | DateColumn):
        return "float32"
    whole = isinstance(column, CategoryColumn) and column.vocabulary and isinstance(column.vocabulary[0], int)
    return "int64" if whole else "string"


def _raw_column(values: pd.Series, raw: RawInput, column: EncodedColumn | TokensEncoding) -> np.ndarray:
    if raw.dtype == "int64":
        fill = column.fill if isinstance(column, CategoryColumn) else None
        return np.array([_whole(text or fill or "") for text in strings(values)], dtype=np.int64)
    if raw.dtype == "string":
        return strings(values)
    numbers = days_since_1970(values) if isinstance(column, DateColumn) else values.to_numpy(np.float64)
    with np.errstate(over="ignore"):
        short = numbers.astype(np.float32)
    if np.isinf(short).any():
        first = int(np.isinf(short).argmax())
        raise NetloomError(
            f"Column {raw.column!r} has a number that is infinite or too large in row {values.index[first] + 1}: "
            f"{numbers[first]:g}.",
            "Mend that row, or take the column for a category.",
        )
    return short


def _whole(text: str) -> int:
    """The category of `text`, which is how Python writes a whole number; NO_SUCH_NUMBER for all else."""
    return int(text) if WHOLE_NUMBER.fullmatch(text) else NO_SUCH_NUMBER


WHOLE_NUMBER = re.compile(r"0|-?[1-9]\d{0,17}", re.ASCII)
"""A whole number as Python writes it, short enough for int64."""


def _is_number(column: EncodedColumn) -> bool:
    return isinstance(column, DateColumn) or (isinstance(column, NumberColumn) and not column.bins)


def _names(column: EncodedColumn) -> list[str]:
    name = column.name
    if isinstance(column, DateColumn):
        return [f"{name} {part}" for part in DATE_PARTS]
    if isinstance(column, NumberColumn):
        if not column.bins:
            return [name]
        bounds = [str(np.float32(bound)).removesuffix(".0") for bound in column.bins]
        low, high = ["", *(f"{bound} <= " for bound in bounds)], [*(f" < {bound}" for bound in bounds), ""]
        return [f"{before}{name}{after}" for before, after in zip(low, high, strict=True)]
    word = "has" if isinstance(column, TextColumn) else "="
    values = [str(value) for value in column.vocabulary]
    other, missing = _unlike("other", values), _unlike("missing", values)
    return [f"{name} {word} {missing if value == MISSING_CATEGORY else value}" for value in (other, *values)]


def _unlike(word: str, words: Collection[str]) -> str:
    """`word`, or longer where it is among `words`."""
    return word if word not in words else _unlike(f"any {word}", words)


def _python_names(names: Iterable[str]) -> list[str]:
    """Each name as a Python name, no two alike even where case does not count."""
    found: list[str] = []
    for name in names:
        plain = re.sub(r"[^A-Za-z0-9_]+", "_", name).strip("_") or "column"
        plain = f"column_{plain}" if plain[0].isdigit() else plain
        plain = f"{plain}_" if plain in _RESERVED else plain
        unique, count = plain, 1
        while unique.lower() in {each.lower() for each in found}:
            count += 1
            unique = f"{plain}_{count}"
        found.append(unique)
    return found
