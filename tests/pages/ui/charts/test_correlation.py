"""Correlation: a scale from -1 to 1, numbers where there is room, long names cut but told."""

import numpy as np
import pandas as pd

from pages.ui.charts import style
from pages.ui.charts.correlation import correlation


def table(count: int, name: str = "x") -> pd.DataFrame:
    names = [f"{name}{number}" for number in range(count)]
    return pd.DataFrame(np.eye(count), names, names)


def test_the_scale_is_centred_on_zero():
    heat = correlation(table(4)).data[0]
    assert (heat.zmin, heat.zmax) == (-1, 1)
    assert [list(step) for step in heat.colorscale] == [list(step) for step in style.SIGNED]
    np.testing.assert_array_equal(heat.z, np.eye(4))


def test_cells_have_numbers_where_there_is_room():
    assert correlation(table(8)).data[0].texttemplate == "%{z:.2f}"
    assert correlation(table(14)).data[0].texttemplate == "%{z:.1f}"
    assert correlation(table(15)).data[0].texttemplate is None


def test_long_names_are_cut_on_the_axes_and_whole_in_the_hover_text():
    name = "a name of a great many words "
    figure = correlation(table(2, name))
    assert all(len(shown) <= 18 for shown in figure.layout.xaxis.ticktext)
    assert figure.data[0].customdata[0, 1].tolist() == [f"{name}0", f"{name}1"]


def test_it_fills_the_room_and_grows_downwards():
    assert correlation(table(3)).layout.width is None
    assert correlation(table(30)).layout.height > correlation(table(3)).layout.height
