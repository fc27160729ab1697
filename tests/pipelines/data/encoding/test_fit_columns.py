"""What is learned of a column: from its training rows, and the same each time."""

import numpy as np
import pandas as pd
import pytest

from models.errors import NetloomError
from pipelines.data.encoding.encoding import CategoryColumn, NumberColumn
from pipelines.data.encoding.fit_columns import fit_column, fit_tokens
from pipelines.data.spec import ColumnSpec, TextSpec


def fitted(values: list, type_: str, text: TextSpec | None = None, **more):
    series = pd.Series(values, dtype=np.float64 if type_ == "numeric" else object)
    return fit_column(ColumnSpec.model_validate({"name": "it", "type": type_, **more}), series, text or TextSpec())


@pytest.mark.parametrize(
    ("missing", "fill"),
    [(None, 2.0), ("drop", 2.0), ("median", 2.0), ("mean", 3.0), ("most_frequent", 1.0), ("constant", -1.0)],
)
def test_numbers_are_filled_as_asked(missing: str | None, fill: float):
    more = {"fill": -1.0} if missing == "constant" else {}
    values = [np.nan, 7.0, 1.0, 1.0, 3.0]
    assert fitted(values, "numeric", missing=missing, **more) == NumberColumn(name="it", fill=fill)


def test_bins_hold_equally_many_rows():
    column = fitted(list(range(100)), "numeric", bins=4)
    counts = np.bincount(np.digitize(np.arange(100), column.bins))
    assert counts.tolist() == [25, 25, 25, 25]


def test_bins_of_few_values():
    assert fitted([0, 0, 0, 0, 5], "numeric", bins=4).bins == (5.0,)
    assert fitted([0, 0, 0, 5, 5], "numeric", bins=4).bins == (5.0,)
    assert fitted([3, 3], "numeric", bins=4).bins == (3.0,)
    assert fitted([3, 3], "numeric", bins=1).bins == ()


def test_a_date_is_filled_with_the_median_day():
    dates = pd.Series(pd.to_datetime(["1970-01-03", None, "1970-01-05", "1980-01-01"]))
    column = fit_column(ColumnSpec(name="when", type="date"), dates, TextSpec())
    assert column.fill == 4.0


def test_categories_are_the_most_frequent_first():
    values = ["b", "a", "a", "c", "b", "d", None]
    assert fitted(values, "categorical").vocabulary == ("a", "b", "", "c", "d")
    assert fitted(values, "categorical", max_categories=2).vocabulary == ("a", "b")
    assert fitted(values, "categorical", missing="most_frequent") == CategoryColumn(
        name="it", vocabulary=("a", "b", "c", "d"), fill="a"
    )
    assert fitted(values, "categorical", missing="constant", fill="d").vocabulary == ("a", "b", "d", "c")


def test_whole_numbers_are_categories_where_none_is_missing_or_filled():
    assert fitted(["10", "-3", "10"], "categorical").vocabulary == (10, -3)
    assert fitted(["10", "03"], "categorical").vocabulary == ("03", "10")
    assert fitted(["10", None], "categorical").vocabulary == ("", "10")
    assert fitted(["10", "3"], "categorical", missing="most_frequent").vocabulary == ("10", "3")


def test_texts_have_a_vocabulary():
    column = fitted(["Free! free", "win", None], "text", TextSpec(mode="tf_idf", max_tokens=10))
    assert column.vocabulary == ("free", "win") and len(column.idf) == 2 and column.fill is None
    texts = pd.Series(["a b", "a c", None], dtype=object)
    tokens = fit_tokens(ColumnSpec(name="it", type="text"), texts, TextSpec(max_tokens=10, length=4, ngrams=2))
    assert (tokens.vocabulary, tokens.length, tokens.ngrams) == (("a", "c", "b", "a c", "a b"), 4, 2)
    many = pd.Series([" ".join(f"w{number}" for number in range(30))], dtype=object)
    assert len(fit_tokens(ColumnSpec(name="it", type="text"), many, TextSpec(max_tokens=10)).vocabulary) == 8


@pytest.mark.parametrize(
    ("values", "type_", "more", "message"),
    [
        ([np.nan], "numeric", {}, "'it' has no value in any of the 1 training rows"),
        ([None, None], "categorical", {"missing": "most_frequent"}, "'it' has no value in any of the 2"),
        (["", "?!"], "text", {"text": TextSpec(mode="count")}, "'it' holds no word in any of its 2 training rows"),
        (["a word"], "text", {}, "'it' cannot be a sequence of words beside other columns"),
    ],
)
def test_nothing_to_learn_from_is_told(values: list, type_: str, more: dict, message: str):
    with pytest.raises(NetloomError, match=message):
        fitted(values, type_, **more)
