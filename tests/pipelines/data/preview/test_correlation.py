"""Correlation as scipy has it, of training rows, with the target among the columns."""

import numpy as np
import pytest
from scipy import stats

from pipelines.data.preview.correlation import correlation


@pytest.mark.parametrize(("method", "oracle"), [("pearson", stats.pearsonr), ("spearman", stats.spearmanr)])
def test_it_is_what_scipy_says(bundled, method, oracle):
    looked = bundled("diabetes")
    found = correlation(looked, method)
    frame = looked.frame(looked.rows["train"]).astype(np.float64)
    target = looked.numbers[looked.rows["train"]]
    assert list(found.table.columns) == [*frame.columns, looked.source.target_name]
    assert found.table.loc["bmi", "s5"] == pytest.approx(oracle(frame["bmi"], frame["s5"]).statistic, rel=1e-6)
    assert found.table.loc["bmi"].iloc[-1] == pytest.approx(oracle(frame["bmi"], target).statistic, rel=1e-6)
    assert np.allclose(np.diag(found.table), 1) and np.allclose(found.table, found.table.T)


def test_the_strongest_pairs_come_first_and_none_is_of_the_target_alone(bundled):
    found = correlation(bundled("iris"))
    assert found.num_targets == 3
    pairs = found.strongest(10)
    assert {pairs[0][0], pairs[0][1]} == {"petal length (cm)", "petal width (cm)"}
    sizes = [abs(value) for *_, value in pairs]
    assert sizes == sorted(sizes, reverse=True)
    assert not any(a.startswith("species") and b.startswith("species") for a, b, _ in pairs)


def test_two_classes_are_one_column(titanic):
    found = correlation(titanic)
    assert list(found.table.columns) == ["age", "sibsp", "parch", "fare", "survived = 1"]


def test_missing_values_are_left_out_pair_by_pair(titanic):
    frame = titanic.frame(titanic.rows["train"])[["age", "fare"]].dropna()
    expected = stats.pearsonr(frame["age"], frame["fare"]).statistic
    assert correlation(titanic).table.loc["age", "fare"] == pytest.approx(expected)


def test_of_many_columns_those_that_go_with_the_target_stay(table):
    random = np.random.default_rng(0)
    x = random.normal(size=(200, 60))
    y = np.where(x[:, 55] > 0, "up", "down")
    lines = [",".join([*(f"{value:.4f}" for value in row), word]) for row, word in zip(x, y, strict=True)]
    found = correlation(table("\n".join([",".join([*(f"x{n}" for n in range(60)), "y"]), *lines]), target=("y",)))
    assert found.left_out == 20 and len(found.table) == 41
    assert "x55" in found.table


def test_one_column_goes_with_nothing(table):
    rows = [f"c{n % 3},{'ab'[n % 2]}" for n in range(60)]
    assert correlation(table("\n".join(["kind,y", *rows]), target=("y",))).table.empty
