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
    figure = style.chart(target, "Rows", height=260)
    for split in style.SPLITS:
        part = table[table["split"] == split]
        figure.add_bar(
            x=part["class"],
            y=part["rows"],
            name=style.SPLIT_LABEL[split],
            marker={"color": style.SPLIT_COLOR[split]},
            customdata=part["share"],
            hovertemplate="%{y} rows, %{customdata:.1%} of the split",
        )
    figure.update_layout(barmode="stack", bargap=0.35)
    figure.update_xaxes(type="category")
    return figure
