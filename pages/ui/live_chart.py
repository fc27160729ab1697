"""The one module that draws plotly charts: a chart that is drawn again with new data keeps its place, zoom and all.

Streamlit names an element by a hash of everything in it, so a live chart is a new element at each tick and the browser
throws its zoom away. Here a keyed chart's name leaves the figure out, and plotly keeps the view (`uirevision`).
"""

from functools import wraps
from typing import Any

import plotly.graph_objects as go
import streamlit as st
from streamlit.elements import plotly_chart as streamlit_plotly

CONFIG = {
    "displaylogo": False,
    "modeBarButtonsToRemove": ["select2d", "lasso2d", "autoScale2d"],
    "toImageButtonOptions": {"scale": 2},
}


def show(figure: go.Figure, key: str, alt: str) -> None:
    """Draw a figure: across the whole page, or as wide as it says where the page has that much.

    Args:
        figure: from pages.ui.charts.
        key: `page.chart.what it is of`. The same key keeps the zoom over new data; another key starts fresh.
        alt: what the chart shows, for those who cannot see it.
    """
    width = "stretch" if figure.layout.width is None else int(figure.layout.width)
    st.plotly_chart(figure, key=key, width=width, config=CONFIG, alt=alt)


def _install() -> None:
    compute = streamlit_plotly.compute_and_register_element_id
    if getattr(compute, "leaves_figure_out", False):
        return

    @wraps(compute)
    def stable(*args: Any, **kwargs: Any) -> str:
        if kwargs.get("user_key"):
            kwargs["plotly_spec"] = ""
        return compute(*args, **kwargs)

    stable.leaves_figure_out = True  # type: ignore[attr-defined]
    streamlit_plotly.compute_and_register_element_id = stable


_install()
