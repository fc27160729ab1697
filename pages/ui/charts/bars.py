"""A few numbers by name as bars: the probabilities of classes, the values of units."""

from collections.abc import Sequence

import numpy as np
import plotly.graph_objects as go

from pages.ui.charts import style

_NAMED = 64  # bars that have room for a name each


def bars(values: np.ndarray, names: Sequence[str], title: str) -> go.Figure:
    """Upright bars from zero.

    Args:
        values: shape (names,).
        names: of the bars.
        title: of the vertical axis.
    """
    bar = {
        "type": "bar",
        "x": list(names),
        "y": values,
        "marker": {"color": style.SERIES[0]},
        "hovertemplate": "%{x}: %{y:.4g}<extra></extra>",
    }
    xaxis = {"type": "category", "title": {"text": ""}, "showticklabels": len(names) <= _NAMED}
    return style.chart([bar], "", title, height=200, hovermode="closest", margin={"t": 8}, xaxis=xaxis)
