"""Columns as pandas describes them; what each is, is what the spec says."""

import numpy as np
import pandas as pd
import pytest

from pipelines.data.preview.columns import column_table, column_types, head, target_names, text_columns
from pipelines.data.preview.looked import look_at
from pipelines.data.spec import ArraysSource, DataSpec


def test_columns_are_what_pandas_says(titanic, data_dir):
    file = pd.read_csv(data_dir / "tabular/titanic.csv").iloc[titanic.rows["train"]]
    found = column_table(titanic, "train").set_index("column")
    assert found["type"].to_dict() == column_types(titanic)
    age = found.loc["age"]
    assert (age["missing"], age["unique"]) == (file["age"].isna().sum(), file["age"].nunique())
    assert (age["min"], age["max"]) == (file["age"].min(), file["age"].max())
    assert (age["mean"], age["std"]) == pytest.approx((file["age"].mean(), file["age"].std(ddof=0)))
    assert sum(age["bars"]) == file["age"].notna().sum()
    sex = found.loc["sex"]
    assert sex["top"].startswith(f"male ({(file['sex'] == 'male').sum()}), female")
    assert sex["bars"] == file["sex"].value_counts().tolist()


def test_of_many_rows_some_are_counted_but_extremes_are_exact(titanic, monkeypatch):
    monkeypatch.setattr("pipelines.data.preview.columns._VALUES", 350)
    monkeypatch.setattr("pipelines.data.preview.columns._LEAST_ROWS", 10)
    found = column_table(titanic, "train").set_index("column")
    fare = titanic.table["fare"].iloc[titanic.rows["train"]]
    assert (found.loc["fare", "min"], found.loc["fare", "max"]) == (fare.min(), fare.max())
    assert found.loc["fare", "unique"] <= 50
    assert found.loc["age", "missing"] == titanic.table["age"].iloc[titanic.rows["train"]].isna().sum()


def test_of_many_columns_the_first_are_described(tmp_path, home, monkeypatch):
    monkeypatch.setenv("NETLOOM_DATA", str(tmp_path))
    x = np.random.default_rng(0).normal(size=(80, 1000)).astype(np.float32)
    np.savez(tmp_path / "wide.npz", x=x, y=np.arange(80) % 2)
    looked = look_at(DataSpec(source=ArraysSource(path=str(tmp_path / "wide.npz"))))
    found = column_table(looked, "train")
    assert len(found) == 300 and found["column"].iloc[-1] == looked.names[299]
    assert found["max"].iloc[7] == x[looked.rows["train"], 7].max()


def test_a_column_may_be_called_anything(table):
    rows = [f"{n * 0.31 % 4:.2f},{'ab'[n % 2]}" for n in range(60)]
    assert list(head(table("\n".join(["index,self", *rows]), target=("self",)), "train").columns) == ["index", "self"]


def test_dates_stay_dates(table):
    rows = [f"2024-01-{n % 28 + 1:02d},{n},{'ab'[n % 2]}" for n in range(60)]
    found = column_table(table("\n".join(["when,n,y", *rows]), target=("y",)), "train").set_index("column")
    assert found.loc["when", "type"] == "date"
    assert isinstance(found.loc["when", "min"], pd.Timestamp)
    assert found.loc["when", "max"] <= pd.Timestamp("2024-01-28")
    assert len(found.loc["when", "bars"]) == 12


def test_the_head_shows_raw_rows_and_class_names(titanic, data_dir):
    shown = head(titanic, "val", 5)
    assert list(shown.index) == titanic.rows["val"][:5].tolist()
    file = pd.read_csv(data_dir / "tabular/titanic.csv").iloc[shown.index]
    assert shown["sex"].tolist() == file["sex"].tolist()
    assert shown["survived"].tolist() == file["survived"].astype(str).tolist()


def test_arrays_have_the_names_of_their_features(bundled):
    looked = bundled("diabetes")
    shown = head(looked, "train", 3)
    assert list(shown.columns) == [*looked.source.feature_names, looked.source.target_name]
    assert set(column_types(looked).values()) == {"numeric"}


def test_texts_are_known(messages, titanic):
    assert text_columns(messages) == ["column 2"]
    assert text_columns(titanic) == []


def test_several_targets_have_names_of_their_own(table):
    rows = [f"{n},{n % 2},{n % 3 % 2}" for n in range(60)]
    looked = table("\n".join(["x,red,blue", *rows]), target=("red", "blue"))
    assert target_names(looked) == ["red", "blue"]
    assert list(head(looked, "train").columns) == ["x", "red", "blue"]
