"""Dots: a colour a class, a symbol a split, the rest grey; or a colour scale."""

import numpy as np

from pages.ui.charts import style
from pages.ui.charts.scatter import SPLIT_SYMBOL, Dots, scatter


def dots(count: int, **fields) -> Dots:
    numbers = np.arange(count, dtype=float)
    return Dots(numbers, -numbers, np.arange(count), **fields)


def test_classes_have_colours_and_a_legend():
    figure = scatter(dots(6, labels=np.array([0, 1, 0, 1, 0, 1])), "x", "y", class_names=("no", "yes"))
    assert [trace.name for trace in figure.data] == ["no", "yes"]
    assert [trace.marker.color for trace in figure.data] == list(style.SERIES[:2])
    assert figure.data[1].x.tolist() == [1, 3, 5] and figure.data[1].customdata.tolist() == [2, 4, 6]


def test_splits_have_symbols_and_each_class_is_named_once():
    splits = np.array(["train", "val", "test", "train", "val", "test"])
    figure = scatter(dots(6, labels=np.array([0, 0, 0, 1, 1, 1]), splits=splits), "x", "y", class_names=("a", "b"))
    of_rows = [trace for trace in figure.data if trace.x[0] is not None]
    assert [trace.marker.symbol for trace in of_rows] == [SPLIT_SYMBOL[split] for split in style.SPLITS] * 2
    assert [trace.showlegend for trace in of_rows] == [True, False, False] * 2
    assert [trace.name for trace in figure.data if trace.x[0] is None] == ["Training", "Validation", "Test"]


def test_of_many_classes_the_most_frequent_are_coloured():
    labels = np.repeat(np.arange(12), np.arange(1, 13))
    figure = scatter(dots(len(labels), labels=labels), "x", "y", class_names=[f"c{n}" for n in range(12)])
    assert [trace.name for trace in figure.data] == ["All others", *(f"c{n}" for n in range(2, 12))]
    assert figure.data[0].marker.color == style.MUTED and len(figure.data[0].x) == 3


def test_a_number_is_a_colour_scale():
    figure = scatter(dots(3, numbers=np.array([1.0, 2.0, 3.0])), "x", "y", number="progress")
    (trace,) = figure.data
    assert trace.marker.color.tolist() == [1, 2, 3] and trace.marker.colorbar.title.text == "progress"


def test_without_either_a_split_has_its_colour():
    figure = scatter(dots(4, splits=np.array(["train", "train", "val", "test"])), "x", "y")
    assert [trace.marker.color for trace in figure.data] == list(style.SPLIT_COLOR.values())


def test_both_axes_may_have_one_scale():
    assert scatter(dots(2), "x", "y", square=True).layout.yaxis.scaleanchor == "x"
    assert scatter(dots(2), "x", "y").layout.yaxis.scaleanchor is None
