"""Encoding: how raw rows become numbers, fitted on training rows only. Data, so that a file and a Keras model can be
made of it (`pipelines.data.keras_encoding`). No keras here.
"""

from dataclasses import dataclass
from typing import Annotated, Literal

from pydantic import Field

from models.spec import Spec

MISSING_CATEGORY = ""
"""What a missing category or text is in raw rows, and the name of the category where missing is one."""


@dataclass(frozen=True, slots=True)
class RawInput:
    """One input of an exported model.

    Attributes:
        name: a column's, or `raw`.
        dtype: numbers are float32, dates float32 days since 1970-01-01, whole numbers that name a category int64.
        shape: of one row; None where sizes may differ.
    """

    name: str
    dtype: Literal["uint8", "float32", "int64", "string"]
    shape: tuple[int | None, ...]


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
        return (RawInput("raw", encoding.raw_dtype, encoding.shape),)
    raise NotImplementedError


def encoded_shape(encoding: Encoding) -> tuple[int, ...]:
    """The shape of one encoded row."""
    if isinstance(encoding, ArrayEncoding):
        return encoding.shape
    raise NotImplementedError


def encoded_dtype(encoding: Encoding) -> Literal["uint8", "float32", "int32"]:
    """The dtype of encoded rows."""
    if isinstance(encoding, ArrayEncoding):
        return encoding.raw_dtype
    raise NotImplementedError


def feature_names(encoding: Encoding) -> tuple[str, ...]:
    """Of the encoded features, in order: `age`, `sex = male`, `sex = other`, ...; empty for images and tokens."""
    if isinstance(encoding, ArrayEncoding):
        return encoding.feature_names
    raise NotImplementedError


def scaled_features(encoding: Encoding) -> tuple[bool, ...] | None:
    """Which encoded features scaling touches (numbers and dates, not one-hot places); None: all channels; (): none."""
    if isinstance(encoding, ArrayEncoding):
        return None
    raise NotImplementedError
