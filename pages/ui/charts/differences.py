"""How far each variant is from the baseline, with the interval of that difference: zero means no difference."""

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
    figure = style.chart(title, "", height=90 + 44 * max(1, int(table["difference"].notna().sum())))
    for index, row in enumerate(table.to_dict("records")):
        if pd.isna(row["difference"]):
            continue
        known = not pd.isna(row["low"])
        figure.add_scatter(
            x=[row["difference"]], y=[row["variant"]], mode="markers", showlegend=False,
            marker={"size": 10, "color": style.SERIES[index % len(style.SERIES)]},
            error_x={
                "type": "data", "symmetric": False, "array": [row["high"] - row["difference"]],
                "arrayminus": [row["difference"] - row["low"]], "thickness": 2.5, "width": 6,
            } if known else None,
            customdata=[[row["low"], row["high"]]],
            hovertemplate="%{x:+.4g}"
            + (" (%{customdata[0]:+.4g} to %{customdata[1]:+.4g})" if known else "") + "<extra>%{y}</extra>",
        )  # fmt: skip
    figure.add_vline(x=0, line={"color": style.MUTED, "width": 1})
    figure.update_layout(hovermode="closest", margin={"t": 8})
    figure.update_xaxes(zeroline=False, showgrid=True)
    figure.update_yaxes(type="category", autorange="reversed", title="")
    return figure
