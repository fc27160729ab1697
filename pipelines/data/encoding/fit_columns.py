"""What a column of a table becomes: fill values, bounds of bins, categories and words, from training rows alone."""

from collections.abc import Callable
from typing import Any

import numpy as np
import pandas as pd

from models.errors import NetloomError
from pipelines.data.encoding.encoding import (
    MISSING_CATEGORY,
    WHOLE_NUMBER,
    CategoryColumn,
    DateColumn,
    EncodedColumn,
    NumberColumn,
    TextColumn,
    TokensEncoding,
    days_since_1970,
    strings,
)
from pipelines.data.encoding.vocabulary import Vocabulary, vocabulary_of
from pipelines.data.spec import ColumnSpec, TextSpec

Fill = Callable[[np.ndarray], float]


def fit_column(column: ColumnSpec, train: pd.Series, text: TextSpec) -> EncodedColumn:
    """How `column` is encoded.

    Args:
        column: what the user asks for.
        train: its training rows, as `RawData.x` has them.
        text: for texts, which become vectors here.

    Raises:
        NetloomError: it has no value, or no word, to learn from.
    """
    if column.type == "categorical":
        return _category(column, strings(train))
    if column.type == "text":
        if text.mode == "sequence":
            raise NetloomError(
                f"Column {column.name!r} cannot be a sequence of words beside other columns.",
                "Take it alone, or choose multi-hot, counts or TF-IDF for texts.",
            )
        fill, words = fit_words(column, train, text, reserved=1)
        idf = words.idf if text.mode == "tf_idf" else ()
        return TextColumn(
            name=column.name, mode=text.mode, ngrams=text.ngrams, vocabulary=words.tokens, idf=idf, fill=fill
        )
    if column.type == "date":
        return DateColumn(name=column.name, fill=_fill(column, days_since_1970(train)))
    values = train.to_numpy(np.float64)
    fill = _fill(column, values)
    return NumberColumn(name=column.name, fill=fill, bins=_bins(np.where(np.isnan(values), fill, values), column.bins))


def fit_tokens(column: ColumnSpec, train: pd.Series, text: TextSpec) -> TokensEncoding:
    """How a column of texts becomes sequences of token ids. Raises: as `fit_column`."""
    fill, words = fit_words(column, train, text, reserved=2)
    return TokensEncoding(name=column.name, vocabulary=words.tokens, length=text.length, ngrams=text.ngrams, fill=fill)


def fit_words(column: ColumnSpec, train: pd.Series, text: TextSpec, reserved: int) -> tuple[str | None, Vocabulary]:
    """What stands for a missing text, and the vocabulary; ids that are `reserved` count as part of its size."""
    texts = strings(train)
    fill = _string_fill(column, texts)
    if fill is not None:
        texts[texts == MISSING_CATEGORY] = fill
    words = vocabulary_of(texts, text.max_tokens - reserved, text.ngrams)
    if not words.tokens:
        raise NetloomError(
            f"Column {column.name!r} holds no word in any of its {len(texts)} training rows.",
            "Take another column for the text; blanks and punctuation alone are no words.",
        )
    return fill, words


def _fill(column: ColumnSpec, values: np.ndarray) -> float:
    if column.missing == "constant":
        return float(column.fill or 0)
    present = values[~np.isnan(values)]
    if not len(present):
        raise _nothing_in(column, len(values))
    if column.missing == "most_frequent":
        found, counts = np.unique(present, return_counts=True)
        return float(found[counts.argmax()])
    return float(present.mean() if column.missing == "mean" else np.median(present))


def _bins(values: np.ndarray, bins: int) -> tuple[float, ...]:
    """Bounds between classes of about equally many rows; as float32, in which numbers will be compared with them."""
    if bins < 2:
        return ()
    short = values.astype(np.float32)
    bounds = np.unique(np.quantile(short, np.linspace(0, 1, bins + 1)[1:-1]).astype(np.float32))
    inner = bounds[bounds > short.min()]
    if not len(inner):  # nearly all are the least value: what is not is the other class
        inner = np.unique(short)[:2][-1:]
    return tuple(float(bound) for bound in inner)


def _category(column: ColumnSpec, values: np.ndarray) -> CategoryColumn:
    fill = _string_fill(column, values)
    if fill is not None:
        values[values == MISSING_CATEGORY] = fill
    counts = pd.Series(values).value_counts()
    known = [value for value in counts.index if "\x00" not in value]  # TensorFlow's tables would cut it there
    kept = sorted(known, key=lambda value: (-counts[value], value))[: column.max_categories]
    if not kept:
        raise _nothing_in(column, len(values))
    whole = fill is None and all(WHOLE_NUMBER.fullmatch(value) for value in counts.index)
    vocabulary: Any = tuple(int(value) for value in kept) if whole else tuple(kept)
    return CategoryColumn(name=column.name, vocabulary=vocabulary, fill=fill)


def _string_fill(column: ColumnSpec, values: np.ndarray) -> str | None:
    if column.missing == "constant":
        return str(column.fill) or None
    if column.missing != "most_frequent":
        return None
    counts = pd.Series(values[values != MISSING_CATEGORY]).value_counts()
    if not len(counts):
        raise _nothing_in(column, len(values))
    return min(counts.index[counts == counts.iloc[0]])


def _nothing_in(column: ColumnSpec, rows: int) -> NetloomError:
    return NetloomError(
        f"Column {column.name!r} has no value in any of the {rows} training rows.",
        "Leave the column out, or fill it with a constant.",
    )
