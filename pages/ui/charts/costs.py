"""Where in a network its weights and its operations are: a bar a layer for each."""

import pandas as pd
import plotly.graph_objects as go

from pages.ui.charts import style

_NAMED = 16  # layers that have room for a name each


def costs(table: pd.DataFrame) -> go.Figure:
    """Operations upwards and weights downwards, each as a share of the network's, in the order of the layers.

    Args:
        table: columns layer (unique names), params and flops (counts, NaN where they are not known).
    """
    traces = [
        {
            "type": "bar",
            "name": name,
            "x": table["layer"].tolist(),
            "y": (sign * _shares(table[column])).tolist(),
            "customdata": [[value, share] for value, share in zip(table[column], _shares(table[column]), strict=True)],
            "marker": {"color": color},
            "hovertemplate": "%{customdata[0]:.3s}, %{customdata[1]:.1%}",
        }
        for column, name, color, sign in (
            ("flops", "FLOPs", style.SERIES[0], 1),
            ("params", "Parameters", style.SERIES[1], -1),
        )
    ]
    ticks = [-1.0, -0.75, -0.5, -0.25, 0.0, 0.25, 0.5, 0.75, 1.0]
    yaxis = {"tickvals": ticks, "ticktext": [f"{abs(tick):.0%}" for tick in ticks], "zeroline": True}
    xaxis = {"type": "category", "title": {"text": ""}, "showticklabels": len(table) <= _NAMED}
    return style.chart(traces, "", "Share", height=240, barmode="relative", bargap=0.15, xaxis=xaxis, yaxis=yaxis)


def _shares(counts: pd.Series) -> pd.Series:
    known = counts.astype("float64").fillna(0.0)
    return known / (known.sum() or 1.0)
