"""How many rows have which error."""

import numpy as np
import plotly.graph_objects as go

from pages.ui.charts import style

_MOST_BINS = 40


def errors(values: np.ndarray, title: str) -> go.Figure:
    """A histogram from zero up.

    Args:
        values: an error a row, none below zero.
        title: of the horizontal axis, with its unit.
    """
    finite = values[np.isfinite(values)]
    top = float(finite.max(initial=0.0)) or 1.0
    counts, edges = np.histogram(finite, bins=max(1, min(_MOST_BINS, len(finite))), range=(0.0, top))
    bar = {
        "type": "bar",
        "x": (edges[:-1] + edges[1:]) / 2,
        "y": counts,
        "customdata": np.column_stack([edges[:-1], edges[1:]]),
        "marker": {"color": style.SERIES[0]},
        "hovertemplate": "%{customdata[0]:.3g} to %{customdata[1]:.3g}: %{y} rows<extra></extra>",
    }
    return style.chart([bar], title, "Rows", height=220, hovermode="closest", margin={"t": 8}, bargap=0.05)
