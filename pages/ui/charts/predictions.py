"""Regression: what was predicted against what was true."""

import numpy as np
import plotly.graph_objects as go

from pages.ui.charts import style


def predicted_against_true(true: np.ndarray, predicted: np.ndarray, target: str = "target") -> go.Figure:
    """A dot a row, and the line on which a perfect prediction lies. Both axes have the same scale.

    Args:
        true: shape (rows,). predicted: shape (rows,), in the same unit.
        target: name of what is predicted, with its unit where there is one.
    """
    values = np.concatenate([true, predicted])
    values = values[np.isfinite(values)]
    ends = [float(values.min()), float(values.max())] if values.size else [0.0, 1.0]
    line = {
        "type": "scatter",
        "x": ends,
        "y": ends,
        "mode": "lines",
        "name": "Perfect prediction",
        "line": {"color": style.MUTED, "width": 1, "dash": "dot"},
        "hoverinfo": "skip",
    }
    dots = {
        "type": "scatter",
        "x": true,
        "y": predicted,
        "mode": "markers",
        "name": "Rows",
        "marker": {"color": style.SERIES[0], "size": 7, "opacity": 0.65},
        "hovertemplate": "true %{x:.4g}<br>predicted %{y:.4g}<extra></extra>",
    }
    return style.chart(
        [line, dots], f"True {target}", f"Predicted {target}", height=520, width=560, hovermode="closest",
        xaxis={"constrain": "domain", "constraintoward": "left"},
        yaxis={"scaleanchor": "x", "constrain": "domain", "constraintoward": "top"},
    )  # fmt: skip
