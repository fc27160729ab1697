"""Shares by split and class: each group sums to one, over classes that all groups share."""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from hypothesis.extra import numpy as hnp

from pipelines.data.preview.distributions import OTHERS, _edges, _shares, distributed, distribution


@pytest.mark.parametrize("by", ["split", "class"])
def test_each_group_sums_to_one(titanic, by):
    for name in distributed(titanic):
        found = distribution(titanic, name, by)
        assert list(found.groups) == (["train", "val", "test"] if by == "split" else ["0", "1"])
        for shares in found.groups.values():
            assert shares.sum() == pytest.approx(1)


def test_shares_by_class_are_of_the_class(bundled):
    found = distribution(bundled("iris"), "petal length (cm)", "class")
    middle = (found.edges[:-1] + found.edges[1:]) / 2
    assert (middle * found.groups["setosa"]).sum() < 2 < (middle * found.groups["virginica"]).sum()


def test_few_whole_numbers_have_a_bar_each(titanic):
    found = distribution(titanic, "sibsp")
    np.testing.assert_array_equal(found.edges, np.arange(0, 10) - 0.5)


def test_many_categories_share_the_last_bar(table):
    rows = [f"c{n % 30},{'ab'[n % 2]}" for n in range(300)]
    found = distribution(table("\n".join(["kind,y", *rows]), target=("y",)), "kind")
    assert len(found.categories) == 16 and found.categories[-1] == OTHERS
    assert found.groups["train"][-1] == pytest.approx(0.5, abs=0.1)


def test_dates_have_dates_for_edges(table):
    rows = [f"2024-{n % 12 + 1:02d}-01,{'ab'[n % 2]}" for n in range(120)]
    found = distribution(table("\n".join(["when,y", *rows]), target=("y",)), "when")
    assert found.kind == "dates" and found.edges.dtype.kind == "M"
    assert found.edges[0] == np.datetime64("2024-01-01") and found.groups["val"].sum() == pytest.approx(1)


def test_many_rows_are_sampled_and_it_says_so(bundled, monkeypatch):
    monkeypatch.setattr("pipelines.data.preview.distributions._ROWS", 20)
    assert distribution(bundled("iris"), "species").sampled == 60
    monkeypatch.setattr("pipelines.data.preview.distributions._ROWS", 106)
    assert distribution(bundled("iris"), "species").sampled == 0


def test_rows_without_a_class_cannot_be_told_apart_by_it(bundled):
    with pytest.raises(ValueError, match="class"):
        distribution(bundled("diabetes"), "bmi", "class")


@given(
    hnp.arrays(np.float64, st.integers(1, 200), elements=st.floats(-1e12, 1e12) | st.just(np.nan)), st.integers(0, 200)
)
def test_edges_hold_every_value_and_are_few(values, smallest):
    edges = _edges(values, smallest)
    assert 2 <= len(edges) <= 41 and (np.diff(edges) > 0).all()
    if np.isfinite(values).any():
        assert _shares(values, edges).sum() == pytest.approx(1)
