"""Correlation of columns as a heat map: red where they rise together, blue where one falls as the other rises."""

import numpy as np
import pandas as pd
import plotly.graph_objects as go

from pages.ui.charts import style

_NUMBERED = 14  # columns up to which a cell has room for its number
_LEAST_PX, _MOST_PX, _CELL_PX, _NAME_PX = 150, 640, 46, 6.5


def correlation(table: pd.DataFrame) -> go.Figure:
    """A square of cells on a scale from -1 to 1.

    Args:
        table: square, with the same names on both sides.
    """
    names = [str(name) for name in table.columns]
    short = [name if len(name) <= 24 else f"{name[:23]}…" for name in names]
    values = table.to_numpy(np.float64)
    heatmap = {
        "type": "heatmap",
        "z": values,
        "customdata": np.array([[[row, column] for column in names] for row in names], dtype=object),
        "zmin": -1,
        "zmax": 1,
        "colorscale": style.SIGNED,
        "xgap": 1,
        "ygap": 1,
        "colorbar": style.colorbar("Correlation", tickformat="+.1f"),
        "texttemplate": "%{z:.2f}" if len(names) <= _NUMBERED else None,
        "hovertemplate": "%{customdata[0]}<br>%{customdata[1]}<br>%{z:.3f}<extra></extra>",
        "hoverongaps": False,
    }
    side = max(_LEAST_PX, min(_MOST_PX, _CELL_PX * len(names)))
    beside = round(_NAME_PX * max(map(len, short)))
    axis = {"tickvals": list(range(len(names))), "ticktext": short, "showgrid": False, "constrain": "domain"}
    return style.chart(
        [heatmap], "", "", height=side + beside + 20, width=side + beside + 110, hovermode="closest", margin={"t": 8},
        xaxis={**axis, "tickangle": 90 if len(names) > 4 else 0, "constraintoward": "left"},
        yaxis={**axis, "autorange": "reversed", "scaleanchor": "x", "constraintoward": "top"},
    )  # fmt: skip
