"""Bars that lie: from the top down, as high as there are names."""

import numpy as np

from pages.ui.charts.ranking import ranking


def test_names_stand_beside_their_bars_from_the_top_down():
    figure = ranking(["first", "a name of more than twenty-eight letters"], {"": np.array([0.6, 0.4])}, "Share")
    assert list(figure.data[0].x) == [0.6, 0.4] and figure.data[0].orientation == "h"
    assert figure.layout.yaxis.autorange == "reversed" and not figure.layout.showlegend
    assert figure.layout.yaxis.ticktext[0] == "first" and len(figure.layout.yaxis.ticktext[1]) == 28


def test_each_bar_may_have_a_colour_of_its_own():
    figure = ranking(["a", "b"], {"": np.array([1, 2])}, "Count", colors=["#112233", "#445566"], format="d")
    assert list(figure.data[0].marker.color) == ["#112233", "#445566"]
    assert figure.layout.xaxis.tickformat == "d"


def test_groups_have_colours_and_a_legend():
    groups = {"Training": np.array([1, 2]), "Test": np.array([3, 4])}
    figure = ranking(["a", "b"], groups, "Rows", colors={"Training": "#111111", "Test": "#222222"})
    assert [bar.marker.color for bar in figure.data] == ["#111111", "#222222"] and figure.layout.showlegend


def test_more_names_need_more_height():
    few, many = (ranking([str(n) for n in range(count)], {"": np.ones(count)}, "x") for count in (3, 30))
    assert many.layout.height > few.layout.height + 400
