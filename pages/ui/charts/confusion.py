"""The confusion matrix: how often each true class was taken for each other one."""

from collections.abc import Sequence

import numpy as np
import plotly.graph_objects as go

from pages.ui.charts import style

_NUMBERED = 30  # classes up to which a cell has room for its count
_CELL_PX = 44


def confusion_matrix(counts: np.ndarray, classes: Sequence[str]) -> go.Figure:
    """Counts in every cell, coloured by the share of their row (the true class), so that rare classes show too.

    Args:
        counts: int array of shape (classes, classes); rows are true, columns predicted.
        classes: names, in the order of the rows.
    """
    totals = counts.sum(axis=1, keepdims=True)
    share = np.divide(counts, totals, out=np.zeros(counts.shape), where=totals > 0)
    heatmap = {
        "type": "heatmap",
        "z": share,
        "x": list(classes),
        "y": list(classes),
        "customdata": counts,
        "text": np.where(counts > 0, counts.astype(str), ""),
        "texttemplate": "%{text}" if len(classes) <= _NUMBERED else None,
        "zmin": 0,
        "zmax": 1,
        "colorscale": style.scale(style.SEQUENTIAL),
        "xgap": 1,
        "ygap": 1,
        "colorbar": style.colorbar("Share of the true class", tickformat=".0%"),
        "hovertemplate": "true %{y}, predicted %{x}<br>%{customdata} rows, %{z:.1%} of the true class<extra></extra>",
    }
    side = max(180, min(600, _CELL_PX * len(classes)))
    names = 7 * max(len(name) for name in classes)
    axis = {"type": "category", "showgrid": False, "constrain": "domain"}
    return style.chart(
        [heatmap], "Predicted", "True", height=side + 80, width=side + 170 + names, hovermode="closest",
        margin={"t": 8}, xaxis={**axis, "constraintoward": "left"},
        yaxis={**axis, "autorange": "reversed", "scaleanchor": "x", "constraintoward": "top"},
    )  # fmt: skip
