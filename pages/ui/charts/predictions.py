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
    figure = style.chart(f"True {target}", f"Predicted {target}", height=520)
    values = np.concatenate([true, predicted])
    values = values[np.isfinite(values)]
    low, high = (float(values.min()), float(values.max())) if values.size else (0.0, 1.0)
    figure.add_scatter(
        x=[low, high], y=[low, high], mode="lines", name="Perfect prediction",
        line={"color": style.MUTED, "width": 1, "dash": "dot"}, hoverinfo="skip",
    )  # fmt: skip
    figure.add_scatter(
        x=true, y=predicted, mode="markers", name="Test rows",
        marker={"color": style.SERIES[0], "size": 7, "opacity": 0.65},
        hovertemplate="true %{x:.4g}<br>predicted %{y:.4g}<extra></extra>",
    )  # fmt: skip
    figure.update_layout(hovermode="closest", width=560)
    figure.update_yaxes(scaleanchor="x", constrain="domain", constraintoward="top")
    figure.update_xaxes(constrain="domain", constraintoward="left")
    return figure
