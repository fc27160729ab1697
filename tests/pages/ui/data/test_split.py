"""The column that a split most likely means."""

from pages.ui.data.split import likely_column

TYPES = {"id": "id", "town": "categorical", "Day": "date", "age": "numeric", "subset": "categorical"}


def test_a_column_is_guessed_for_each_method():
    assert likely_column("group", TYPES) == "id"
    assert likely_column("time", TYPES) == "Day"
    assert likely_column("column", TYPES) == "subset"


def test_without_a_fitting_one_it_is_the_first():
    assert likely_column("time", {"a": "text", "b": "numeric"}) == "b"
    assert likely_column("time", {"a": "text"}) == "a"
