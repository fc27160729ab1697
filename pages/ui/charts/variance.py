"""Principal components: the variance that each explains, and all up to it."""

import numpy as np
import plotly.graph_objects as go

from pages.ui.charts import style

_SHOWN = 200


def variance(explained: np.ndarray, kept: int) -> go.Figure:
    """Bars a component, the kept ones in colour, and a line of the sum so far.

    Args:
        explained: share of the variance of each component, largest first.
        kept: the first so many are kept.
    """
    shown = explained[: max(_SHOWN, kept)]
    numbers = np.arange(1, len(shown) + 1)
    bars = {
        "type": "bar",
        "name": "Each component",
        "x": numbers,
        "y": shown,
        "marker": {
            "color": [style.SERIES[0] if number <= kept else style.MUTED for number in numbers],
            "line": {"width": 0},
        },
        "hovertemplate": "%{y:.2%}",
    }
    line = {
        "type": "scatter",
        "name": "All up to it",
        "x": numbers,
        "y": np.cumsum(explained)[: len(shown)],
        "mode": style.mode(len(shown)),
        "line": {"color": style.SERIES[1], "width": 2},
        "hovertemplate": "%{y:.2%}",
    }
    every = {"dtick": 1} if len(shown) <= 12 else {}
    figure = style.chart(
        [bars, line], "Component", "Share of the variance", bargap=0.2, yaxis={"tickformat": ".0%", "range": [0, 1.02]},
        xaxis={"tickformat": "d", "unifiedhovertitle": {"text": "Component %{x}"}, **every},
    )  # fmt: skip
    figure.add_shape(style.vertical_line(kept + 0.5, dash="dot"))
    return figure
