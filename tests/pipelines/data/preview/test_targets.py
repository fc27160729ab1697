"""Balance and target ranges, in every split."""

import numpy as np
import pytest

from pipelines.data.preview.targets import balance, target_table
from pipelines.data.spec import SplitSpec


def test_class_balance(bundled):
    found = balance(bundled("iris"))
    assert list(found["class"].unique()) == ["setosa", "versicolor", "virginica"]
    assert found["rows"].sum() == 150
    assert found.groupby("split")["share"].sum().tolist() == pytest.approx([1, 1, 1])


def test_a_class_that_a_split_lacks_has_a_row_of_zero(bundled):
    found = balance(bundled("iris", split=SplitSpec(val=0.01, test=0.02, stratify=False)))
    assert len(found) == 9 and (found["rows"] == 0).any()


def test_regression_has_a_target_table_and_no_balance(bundled):
    looked = bundled("diabetes")
    assert balance(looked).empty and target_table(bundled("iris")).empty
    train = target_table(looked).set_index("split").loc["train"]
    values = looked.numbers[looked.rows["train"]].astype(np.float64)
    assert train["mean"] == pytest.approx(values.mean()) and train["max"] == values.max()


def test_labels_are_counted_each_by_itself(table):
    rows = [f"{n},{int(n % 2 == 0)},{int(n % 4 == 0)}" for n in range(200)]
    looked = table("\n".join(["x,red,blue", *rows]), target=("red", "blue"))
    assert looked.task == "multilabel"
    found = balance(looked)
    assert found.groupby("class", sort=False)["rows"].sum().to_dict() == {"red": 100, "blue": 50}


def test_several_numbers_have_a_row_each(table):
    rows = [f"{n},{n * 1.5},{-n}" for n in range(100)]
    looked = table("\n".join(["x,up,down", *rows]), target=("up", "down"))
    assert looked.task == "regression"
    found = target_table(looked)
    assert found["target"].tolist() == ["up", "down"] * 3
    assert (found.loc[found["target"] == "down", "max"] <= 0).all()
