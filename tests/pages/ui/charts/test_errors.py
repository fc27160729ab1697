import numpy as np

from pages.ui.charts.errors import errors


def test_every_row_is_in_a_bar() -> None:
    values = np.abs(np.random.default_rng(0).normal(size=500))
    figure = errors(values, "Error")
    bar = figure.data[0]
    assert sum(bar.y) == 500 and len(bar.y) == 40
    np.testing.assert_array_equal(bar.y, np.histogram(values, bins=40, range=(0, values.max()))[0])
    assert bar.customdata[0][0] == 0 and bar.customdata[-1][1] == values.max()


def test_few_or_equal_or_broken_errors_are_drawn_too() -> None:
    assert sum(errors(np.zeros(3), "Error").data[0].y) == 3
    assert sum(errors(np.array([1.0, np.nan, np.inf]), "Error").data[0].y) == 1
    assert sum(errors(np.zeros(0), "Error").data[0].y) == 0
