"""Principal components: the kept ones in colour, the sum above them."""

import numpy as np
import pytest

from pages.ui.charts import style
from pages.ui.charts.variance import variance


def test_the_kept_components_are_coloured_and_the_line_sums_up():
    bars, line = variance(np.array([0.5, 0.3, 0.2]), 2).data
    assert list(bars.marker.color) == [style.SERIES[0], style.SERIES[0], style.MUTED]
    assert list(line.y) == pytest.approx([0.5, 0.8, 1.0]) and list(line.x) == [1, 2, 3]


def test_of_many_components_the_first_are_drawn():
    bars, line = variance(np.full(1000, 0.001), 10).data
    assert len(bars.y) == len(line.y) == 200
    assert len(variance(np.full(1000, 0.001), 400).data[0].y) == 400
