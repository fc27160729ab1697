"""Where in a network its weights and its operations are: a bar a layer for each."""

import pandas as pd
import plotly.graph_objects as go

from pages.ui.charts import style

_NAMED = 16  # layers that have room for a name each
_STEPS = (0.25, 0.1, 0.05, 0.02, 0.01, 0.005)  # between marks, as shares


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
    most = max((abs(share) for trace in traces for share in trace["y"]), default=0.0)
    step = next((step for step in _STEPS if most >= 2 * step), _STEPS[-1])
    ticks = [step * place for place in range(-int(most / step) - 1, int(most / step) + 2)]
    words = [f"{abs(tick):.3g}%" for tick in (100 * tick for tick in ticks)]
    yaxis = {"tickvals": ticks, "ticktext": words, "zeroline": True}
    xaxis = {"type": "category", "title": {"text": ""}, "showticklabels": len(table) <= _NAMED}
    return style.chart(traces, "", "Share", height=240, barmode="relative", bargap=0.15, xaxis=xaxis, yaxis=yaxis)


def _shares(counts: pd.Series) -> pd.Series:
    known = counts.astype("float64").fillna(0.0)
    return known / (known.sum() or 1.0)
