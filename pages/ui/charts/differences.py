"""How far each variant is from the baseline, with the interval of that difference: zero means no difference."""

from typing import Any

import pandas as pd
import plotly.graph_objects as go

from pages.ui.charts import style


def differences(table: pd.DataFrame, title: str) -> go.Figure:
    """A dot and a bar a variant, beside the line of no difference.

    Args:
        table: columns variant, difference, low, high; one row a variant, in the order of the colours. The baseline's
            row has no difference (NaN) and is not drawn, but keeps its colour.
        title: of the horizontal axis.
    """
    traces = [
        _variant(row, style.SERIES[index % len(style.SERIES)])
        for index, row in enumerate(table.to_dict("records"))
        if not pd.isna(row["difference"])
    ]
    return style.chart(
        traces, title, "", height=90 + 44 * max(1, len(traces)), hovermode="closest", margin={"t": 8},
        shapes=[style.vertical_line(0)], xaxis={"zeroline": False, "showgrid": True},
        yaxis={"type": "category", "autorange": "reversed", "title": {"text": ""}},
    )  # fmt: skip


def _variant(row: dict[Any, Any], color: str) -> dict[str, Any]:
    dot = {
        "type": "scatter",
        "x": [row["difference"]],
        "y": [row["variant"]],
        "mode": "markers",
        "showlegend": False,
        "marker": {"size": 10, "color": color},
        "hovertemplate": "%{x:+.4g}<extra>%{y}</extra>",
    }
    if pd.isna(row["low"]):
        return dot
    bar = {
        "type": "data",
        "symmetric": False,
        "array": [row["high"] - row["difference"]],
        "arrayminus": [row["difference"] - row["low"]],
        "thickness": 2.5,
        "width": 6,
    }
    hover = "%{x:+.4g} (%{customdata[0]:+.4g} to %{customdata[1]:+.4g})<extra>%{y}</extra>"
    return {**dot, "error_x": bar, "customdata": [[row["low"], row["high"]]], "hovertemplate": hover}
