"""Distributions: a line of steps a group, or bars for categories; small ones say less."""

import numpy as np
import pytest

from pages.ui.charts import style
from pages.ui.charts.distribution import spread
from pipelines.data.preview.distributions import Distribution, distribution
from pipelines.data.preview.looked import look_at
from pipelines.data.spec import BundledSource, DataSpec


def iris(column: str, by: str = "split") -> Distribution:
    return distribution(look_at(DataSpec(source=BundledSource(name="iris"))), column, by)


def test_splits_have_their_colours_and_dashes():
    figure = spread(iris("petal length (cm)"))
    assert [line.name for line in figure.data] == ["Training", "Validation", "Test"]
    assert [line.line.dash for line in figure.data] == ["solid", "dash", "dot"]
    assert figure.data[0].line.color == style.SPLIT_COLOR["train"]
    assert figure.layout.xaxis.title.text == "petal length (cm)" and figure.layout.yaxis.title.text


def test_the_steps_stand_over_their_edges_and_end_on_the_ground():
    found = iris("petal length (cm)")
    line = spread(found).data[0]
    assert line.line.shape == "hv"
    assert len(line.x) == len(line.y) == len(found.edges) + 1
    assert line.y[0] == line.y[-1] == 0 and line.x[0] == line.x[1] == found.edges[0]
    np.testing.assert_allclose(line.y[1:-1], found.groups["train"])


def test_classes_have_colours_of_their_own():
    figure = spread(iris("petal length (cm)", "class"))
    assert [line.name for line in figure.data] == ["setosa", "versicolor", "virginica"]
    assert [line.line.color for line in figure.data] == list(style.SERIES[:3])


def test_categories_are_bars_whose_long_names_are_cut():
    long = "a category of many words"
    found = Distribution("kind", "categories", None, ("a", long), {"train": np.array([0.25, 0.75])}, 0)
    figure = spread(found)
    assert figure.data[0].type == "bar" and list(figure.data[0].y) == [0.25, 0.75]
    assert figure.layout.xaxis.ticktext[1].endswith("…") and figure.data[0].customdata[1] == long


def test_a_small_one_has_no_legend_and_no_title_upwards():
    figure = spread(iris("petal length (cm)"), height=160)
    assert figure.layout.height == 160 and not figure.layout.showlegend and figure.layout.yaxis.title.text == ""


@pytest.mark.parametrize(("edges", "every"), [(np.arange(5) - 0.5, 1), (np.arange(40) - 0.5, None)])
def test_few_whole_numbers_are_all_written(edges, every):
    found = Distribution("n", "numbers", edges, (), {"train": np.full(len(edges) - 1, 1 / (len(edges) - 1))}, 0)
    assert spread(found).layout.xaxis.dtick == every


def test_dates_have_an_axis_of_dates():
    edges = np.array(["2024-01-01", "2024-06-01", "2025-01-01"], "datetime64[s]")
    figure = spread(Distribution("when", "dates", edges, (), {"train": np.array([0.5, 0.5])}, 0))
    assert figure.layout.xaxis.type == "date"
