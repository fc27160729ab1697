import math

import pandas as pd

from pages.ui.charts import style
from pages.ui.charts.differences import differences


def test_a_dot_and_its_interval_beside_zero() -> None:
    table = pd.DataFrame(
        {
            "variant": ["baseline", "dropout", "both"],
            "difference": [math.nan, 0.02, -0.01],
            "low": [math.nan, 0.01, math.nan],
            "high": [math.nan, 0.05, math.nan],
        }
    )
    figure = differences(table, "Test accuracy")
    dropout, both = figure.data
    assert (dropout.y[0], dropout.marker.color) == ("dropout", style.SERIES[1])
    assert math.isclose(dropout.error_x.array[0], 0.03)
    assert math.isclose(dropout.error_x.arrayminus[0], 0.01)
    assert both.error_x.array is None, "without an interval there is only the dot"
    assert figure.layout.shapes[0].x0 == 0
