"""A column as a row of a table to edit, and back."""

import pytest

from models.errors import NetloomError
from pages.ui.data import column_spec as specs
from pipelines.data.spec import ColumnSpec
from pipelines.data.tables.profile import ColumnProfile

AGE = ColumnProfile(name="age", type="numeric", kind="float", dtype="float64", missing=177, unique=88)
NUMBER = ColumnProfile(name="ticket", type="id", kind="int", dtype="int64", missing=0, unique=500)


def test_a_row_says_what_the_column_is_used_as():
    used = ColumnSpec(name="age", type="numeric", missing="mean")
    assert specs.row(AGE, used) == {"use": True, "column": "age", "type": "numeric", "missing": 177, "becomes": "mean"}
    assert specs.row(AGE, None)["use"] is False and specs.row(AGE, None)["becomes"] == "median"
    assert specs.row(NUMBER, None)["type"] == "numeric"


def edited(column, **cells):
    before = specs.row(AGE, column)
    return specs.from_row(column or specs.likely(AGE), before, {**before, **cells})


def test_a_row_that_is_edited_becomes_a_column():
    age = ColumnSpec(name="age", type="numeric", bins=4)
    assert edited(age, use=False) is None
    assert edited(None, use=True) == ColumnSpec(name="age", type="numeric")
    assert edited(age, becomes="row dropped") == age.replace(missing="drop")
    assert edited(age, becomes="constant") == age.replace(missing="constant", fill=0.0)
    assert edited(None, type="text") == ColumnSpec(name="age", type="text")


def test_another_type_leaves_behind_what_no_longer_suits():
    age = ColumnSpec(name="age", type="numeric", missing="constant", fill=30.0, bins=4)
    assert specs.changed(age, type="categorical") == ColumnSpec(name="age", type="categorical")
    dropped = ColumnSpec(name="age", type="numeric", missing="drop")
    assert specs.changed(dropped, type="date").missing == "drop"


def test_what_does_not_suit_is_refused_with_the_columns_name():
    with pytest.raises(NetloomError, match=r"age.*have a median"):
        edited(ColumnSpec(name="age", type="categorical"), becomes="median")
    with pytest.raises(NetloomError, match="age"):
        specs.changed(ColumnSpec(name="age", type="numeric"), bins=-1)


@pytest.mark.parametrize("type_", specs.TYPES)
def test_every_choice_for_missing_values_suits_its_type(type_):
    for way in specs.missing_choices(type_):
        assert specs.missing_of(specs.changed(ColumnSpec(name="a", type=type_), missing=way)) == way
