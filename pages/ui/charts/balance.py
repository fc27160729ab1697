"""Class balance: how many rows of each class every split has."""

import pandas as pd
import plotly.graph_objects as go

from pages.ui.charts import style


def balance(table: pd.DataFrame, target: str) -> go.Figure:
    """Bars a class, the splits one on the other.

    Args:
        table: columns split, class, rows and share (of the split's rows), as `pipelines.data.preview` gives it.
        target: what the classes are of; the title of the horizontal axis.
    """
    bars = [
        {
            "type": "bar",
            "x": part["class"].tolist(),
            "y": part["rows"].to_numpy(),
            "name": style.SPLIT_LABEL[split],
            "marker": {"color": style.SPLIT_COLOR[split]},
            "customdata": part["share"].to_numpy(),
            "hovertemplate": "%{y} rows, %{customdata:.1%} of the split",
        }
        for split in style.SPLITS
        if len(part := table[table["split"] == split])
    ]
    figure = style.chart(bars, target, "Rows", height=260, barmode="stack", bargap=0.35, xaxis={"type": "category"})
    figure.layout.legend.traceorder = "normal"  # stacked bars are otherwise listed from the top down
    return figure
