"""The confusion matrix: how often each true class was taken for each other one."""

from collections.abc import Sequence

import numpy as np
import plotly.graph_objects as go

from pages.ui.charts import style


def confusion_matrix(counts: np.ndarray, classes: Sequence[str]) -> go.Figure:
    """Counts in every cell, coloured by the share of their row (the true class), so that rare classes show too.

    Args:
        counts: int array of shape (classes, classes); rows are true, columns predicted.
        classes: names, in the order of the rows.
    """
    totals = counts.sum(axis=1, keepdims=True)
    share = np.divide(counts, totals, out=np.zeros(counts.shape), where=totals > 0)
    figure = go.Figure(
        go.Heatmap(
            z=share,
            x=list(classes),
            y=list(classes),
            customdata=counts,
            text=np.where(counts > 0, counts.astype(str), ""),
            texttemplate="%{text}" if len(classes) <= 30 else None,
            zmin=0,
            zmax=1,
            colorscale=style.scale(style.SEQUENTIAL),
            xgap=1,
            ygap=1,
            colorbar=style.colorbar("Share of the true class", tickformat=".0%"),
            hovertemplate="true %{y}, predicted %{x}<br>%{customdata} rows, %{z:.1%} of the true class<extra></extra>",
        )
    )  # fmt: skip
    figure.update_xaxes(title="Predicted", type="category", showgrid=False, constrain="domain", constraintoward="left")
    figure.update_yaxes(
        title="True",
        type="category",
        autorange="reversed",
        showgrid=False,
        scaleanchor="x",
        constrain="domain",
        constraintoward="top",
    )
    side = max(180, min(600, 44 * len(classes)))
    longest = max(len(name) for name in classes)
    figure.update_layout(
        width=side + 170 + 7 * longest, height=side + 80, margin={"l": 8, "r": 8, "t": 8, "b": 8}, uirevision="keep"
    )
    return figure
