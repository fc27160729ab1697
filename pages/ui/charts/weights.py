"""The weights of a layer as a matrix: a row a feature, a column a unit."""

from collections.abc import Sequence

import numpy as np
import plotly.graph_objects as go

from pages.ui.charts import style


def weight_matrix(matrix: np.ndarray, rows: Sequence[str], *, limit: float | None = None) -> go.Figure:
    """Blue below zero, red above.

    Args:
        matrix: float array of shape (features, units).
        rows: names of the features; empty where they have none.
        limit: the scale runs from -limit to limit; None: to the largest weight.
    """
    features, units = matrix.shape
    limit = style.signed_limit(matrix) if limit is None else limit
    heatmap = {
        "type": "heatmap",
        "z": matrix.astype(np.float32),
        "x": np.arange(1, units + 1),
        "y": list(rows) or np.arange(1, features + 1),
        "zmin": -limit,
        "zmax": limit,
        "colorscale": style.SIGNED,
        "colorbar": style.colorbar("Weight"),
        "hovertemplate": "feature %{y}, unit %{x}<br>weight %{z:.4g}<extra></extra>",
    }
    return style.chart(
        [heatmap], "Unit", "" if rows else "Feature", height=max(220, min(560, 90 + 22 * features)),
        hovermode="closest", margin={"t": 8}, xaxis={"tickformat": "d"},
        yaxis={"autorange": "reversed", "showgrid": False, "type": "category" if rows else "linear"},
    )  # fmt: skip
