"""Sizes of images: one dot a size, from zero."""

import pandas as pd

from pages.ui.charts.sizes import sizes


def test_modes_of_one_size_are_one_dot_and_the_frequent_are_large():
    table = pd.DataFrame({"width": [10, 10, 20], "height": [5, 5, 9], "mode": ["RGB", "L", "RGB"], "files": [3, 1, 1]})
    figure = sizes(table)
    (dots,) = figure.data
    assert dots.x.tolist() == [10, 20] and dots.customdata.tolist() == [4, 1]
    assert dots.marker.size[0] > dots.marker.size[1]
    assert figure.layout.xaxis.range[0] == 0 and figure.layout.xaxis.range[1] > 20
