"""What is known of an encoding without keras: names, widths, and what an exported model is fed."""

import numpy as np
import pandas as pd
import pytest
from pydantic import TypeAdapter

from models.errors import NetloomError
from pipelines.data.encoding.encoding import (
    NO_SUCH_NUMBER,
    ArrayEncoding,
    CategoryColumn,
    DateColumn,
    Encoding,
    ImageEncoding,
    NumberColumn,
    TableEncoding,
    TextColumn,
    TokensEncoding,
    encoded_dtype,
    encoded_shape,
    feature_names,
    raw_inputs,
    raw_tensors,
    scaled_features,
)

TABLE = TableEncoding(
    columns=(
        NumberColumn(name="Fare (£)", fill=1.0),
        NumberColumn(name="age", fill=1.0, bins=(20.0, 0.1)),
        CategoryColumn(name="1st", vocabulary=(3, 1)),
        CategoryColumn(name="sex", vocabulary=("male", "", "other", "missing")),
        DateColumn(name="class", fill=0.0),
        TextColumn(name="CLASS", mode="count", ngrams=1, vocabulary=("free",)),
    )
)
IMAGE = ImageEncoding(
    raw_shape=(None, None, 3), height=4, width=5, channels=1, fit="crop", interpolation="nearest"
)  # fmt: skip
TOKENS = TokensEncoding(name="a text", vocabulary=("free", "win"), length=7)


@pytest.mark.parametrize("encoding", [TABLE, IMAGE, TOKENS, ArrayEncoding(shape=(2,), raw_dtype="uint8")])
def test_it_comes_back_from_json(encoding):
    assert TypeAdapter(Encoding).validate_json(encoding.model_dump_json()) == encoding


def test_inputs_have_python_names_that_differ():
    assert [raw.name for raw in raw_inputs(TABLE)] == ["Fare", "age", "column_1st", "sex", "class_", "CLASS"]
    names = ("a b", "a-b", "A b", "ü", "", "raw", "self")
    columns = tuple(NumberColumn(name=name, fill=0.0) for name in names)
    assert [raw.name for raw in raw_inputs(TableEncoding(columns=columns))] == [
        "a_b", "a_b_2", "A_b_3", "column", "column_2", "raw_", "self_",
    ]  # fmt: skip
    assert [raw.column for raw in raw_inputs(TableEncoding(columns=columns))] == list(names)
    assert [raw.dtype for raw in raw_inputs(TABLE)] == ["float32", "float32", "int64", "string", "float32", "string"]
    assert raw_inputs(IMAGE)[0].shape == (None, None, 3)


def test_features_are_named_in_order():
    names = feature_names(TABLE)
    assert encoded_shape(TABLE) == (len(names),) == (19,)
    assert names[:7] == (
        "Fare (£)", "age < 20", "20 <= age < 0.1", "0.1 <= age", "1st = other", "1st = 3", "1st = 1",
    )  # fmt: skip
    assert names[7:12] == (
        "sex = any other", "sex = male", "sex = any missing", "sex = other", "sex = missing",
    )  # fmt: skip
    assert names[17:] == ("CLASS has other", "CLASS has free")
    assert len(set(names)) == 19
    assert [name for name, scaled in zip(names, scaled_features(TABLE) or (), strict=True) if scaled] == [
        "Fare (£)", *names[12:17],
    ]  # fmt: skip


def test_other_kinds():
    assert (encoded_shape(IMAGE), encoded_dtype(IMAGE), scaled_features(IMAGE)) == ((4, 5, 1), "uint8", None)
    assert (encoded_shape(TOKENS), encoded_dtype(TOKENS), scaled_features(TOKENS)) == ((7,), "int32", ())
    assert feature_names(TOKENS) == feature_names(IMAGE) == ()


def test_raw_rows_become_tensors():
    frame = pd.DataFrame(
        {
            "Fare (£)": [1.5, np.nan],
            "age": [1.0, 2.0],
            "1st": ["3", None],
            "sex": ["male", None],
            "class": pd.to_datetime(["1970-01-02 12:00", None], format="mixed"),
            "CLASS": [None, "Win!"],
        },
        index=[4, 7],
    )
    tensors = raw_tensors(TABLE, frame)
    assert {name: array.shape for name, array in tensors.items()} == dict.fromkeys(tensors, (2, 1))
    assert tensors["column_1st"].ravel().tolist() == [3, NO_SUCH_NUMBER]
    assert tensors["sex"].ravel().tolist() == ["male", ""] and tensors["CLASS"].ravel().tolist() == ["", "Win!"]
    np.testing.assert_array_equal(tensors["class_"].ravel(), [1.5, np.nan])
    np.testing.assert_array_equal(tensors["Fare"].ravel(), np.float32([1.5, np.nan]))
    frame["age"] = [1.0, 1e39]
    with pytest.raises(NetloomError, match=r"Column 'age' has a number that is infinite or too large in row 8: 1e\+39"):
        raw_tensors(TABLE, frame)
