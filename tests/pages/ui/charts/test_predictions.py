import numpy as np

from pages.ui.charts.predictions import predicted_against_true


def test_both_axes_have_one_scale_and_a_line_of_perfect_predictions() -> None:
    figure = predicted_against_true(np.array([1.0, 2.0]), np.array([0.5, 3.0]), "progression")
    line, dots = figure.data
    assert list(line.x) == list(line.y) == [0.5, 3.0]
    assert (list(dots.x), list(dots.y)) == ([1, 2], [0.5, 3])
    assert figure.layout.yaxis.scaleanchor == "x"
    assert figure.layout.xaxis.title.text == "True progression"


def test_numbers_that_are_none_do_not_break_the_axes() -> None:
    line = predicted_against_true(np.array([1.0, 2.0]), np.array([np.nan, np.inf])).data[0]
    assert list(line.x) == [1, 2]
