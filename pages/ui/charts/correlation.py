"""Correlation of columns as a heat map: red where they rise together, blue where one falls as the other rises."""

import numpy as np
import pandas as pd
import plotly.graph_objects as go

from pages.ui.charts import style

_NUMBERED, _TWO_DIGITS = 14, 8  # columns up to which a cell has room for its number, and for two digits of it
_CELL_PX = 28
_NAME, _NAME_PX = 18, 6.5  # characters of a name that are shown; pixels of one
_ABOVE = {"orientation": "h", "y": 1.0, "yanchor": "bottom", "thickness": 8, "nticks": 5, "tickformat": "+.1f"}


def correlation(table: pd.DataFrame) -> go.Figure:
    """Cells on a scale from -1 to 1.

    Args:
        table: square, with the same names on both sides.
    """
    names = [str(name) for name in table.columns]
    short = [name if len(name) <= _NAME else f"{name[: _NAME - 1]}…" for name in names]
    values = table.to_numpy(np.float64)
    number = "%{z:.2f}" if len(names) <= _TWO_DIGITS else "%{z:.1f}"
    heatmap = {
        "type": "heatmap",
        "z": values,
        "customdata": np.array([[[row, column] for column in names] for row in names], dtype=object),
        "zmin": -1,
        "zmax": 1,
        "colorscale": style.SIGNED,
        "xgap": 1,
        "ygap": 1,
        "colorbar": _ABOVE,
        "textfont": {"size": 10},
        "texttemplate": number if len(names) <= _NUMBERED else None,
        "hovertemplate": "%{customdata[0]}<br>%{customdata[1]}<br>%{z:.3f}<extra></extra>",
        "hoverongaps": False,
    }
    beside = round(_NAME_PX * max(map(len, short)))
    axis = {"tickvals": list(range(len(names))), "ticktext": short, "showgrid": False}
    return style.chart(
        [heatmap], "", "", height=_CELL_PX * len(names) + beside + 70, hovermode="closest", margin={"t": 8},
        xaxis={**axis, "tickangle": 90 if len(names) > 4 else 0}, yaxis={**axis, "autorange": "reversed"},
    )  # fmt: skip
