"""The learning rate over the planned epochs, before any of them is trained."""

import numpy as np
import plotly.graph_objects as go

from pages.ui.charts import style

_HEIGHT = 200


def schedule(epochs: np.ndarray, rates: np.ndarray, warmup: float = 0.0) -> go.Figure:
    """The rate that each update is made with.

    Args:
        epochs: at which, in epochs since the run began, ascending, fractions included.
        rates: there, of the same length.
        warmup: epochs of the warm-up, whose end is marked; 0: there is none.
    """
    line = {
        "type": "scatter",
        "name": "Learning rate",
        "x": epochs,
        "y": rates,
        "mode": "lines",
        "line": {"color": style.SERIES[0], "width": 2},
        "hovertemplate": "%{y:.4g}",
    }
    shapes = [style.vertical_line(warmup, dash="dot")] if warmup else []
    return style.chart(
        [line], "Epochs", "Learning rate", height=_HEIGHT, showlegend=False, shapes=shapes,
        xaxis={"unifiedhovertitle": {"text": "After %{x:.2f} epochs"}}, margin={"t": 8},
        yaxis={"rangemode": "tozero", "exponentformat": "power", "tickformat": "~g"},
    )  # fmt: skip
