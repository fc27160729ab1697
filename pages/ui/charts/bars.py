"""A few numbers by name as bars: the probabilities of classes, the values of units."""

from collections.abc import Sequence

import numpy as np
import plotly.graph_objects as go

from pages.ui.charts import style


def bars(values: np.ndarray, names: Sequence[str], title: str, *, marked: str | None = None) -> go.Figure:
    """Upright bars from zero.

    Args:
        values: shape (names,).
        names: of the bars.
        title: of the vertical axis.
        marked: name of the one bar to set off, say the true class.
    """
    figure = style.chart("", title, height=200)
    colors = [style.SERIES[1] if name == marked else style.SERIES[0] for name in names]
    figure.add_bar(x=list(names), y=values, marker={"color": colors}, hovertemplate="%{x}: %{y:.4g}<extra></extra>")
    figure.update_xaxes(type="category", title="", showticklabels=len(names) <= 64)
    figure.update_layout(hovermode="closest", margin={"t": 8})
    return figure
