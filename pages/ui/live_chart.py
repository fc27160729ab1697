"""The one module that draws plotly charts: drawn again with new data, a chart keeps its place, zoom and all.

Streamlit's own plotly element cannot: it is either a new element for each figure, which throws the zoom away, or, with
its identity held still, one that never takes new data. So this is a small component that hands each figure to
`Plotly.react`, with the plotly.js that comes with the plotly package.
"""

from pathlib import Path

import plotly
import plotly.graph_objects as go
import streamlit as st
from starlette.requests import Request
from starlette.responses import FileResponse
from starlette.routing import Route

CONFIG = {
    "displaylogo": False,
    "modeBarButtonsToRemove": ["select2d", "lasso2d", "autoScale2d", "sendChartToCloud"],
    "toImageButtonOptions": {"scale": 2},
}
_PLOTLY_JS = Path(plotly.__file__).parent / "package_data" / "plotly.min.js"
_SOURCE = f"vendor/plotly-{plotly.__version__}.min.js"  # another version is another address: browsers may keep it
_component = st.components.v2.component(
    "netloom_chart",
    html='<div class="netloom-chart"></div>',
    css=".netloom-chart { overflow: hidden; line-height: 1; }",
    js=Path(__file__).with_suffix(".js").read_text(encoding="utf-8"),
    isolate_styles=False,  # plotly puts its style sheet into the page
)


def show(figure: go.Figure, key: str, alt: str) -> None:
    """Draw a figure: across the whole page, or as wide as it says where the page has that much.

    Args:
        figure: from pages.ui.charts; it has a height, and `uirevision` says what the view belongs to.
        key: `page.chart.what it is of`. The same key keeps the zoom over new data; another key starts fresh.
        alt: what the chart shows, for those who cannot see it.
    """
    figure.layout.template = None  # the browser has the theme
    data = {"figure": figure.to_json(), "config": CONFIG, "alt": alt, "source": _SOURCE}
    height = int(figure.layout.height) if figure.layout.width is None else "content"
    _component(data=data, key=key, height=height)


def preload() -> None:
    """Have the browser load plotly.js, of several megabytes, before the first chart needs it. Draws nothing."""
    _component(data={"source": _SOURCE}, key="live_chart.preload", height="content")


def plotly_js(_: Request) -> FileResponse:
    """plotly.js as the plotly package brings it, so that it suits the figures and needs no network."""
    return FileResponse(
        _PLOTLY_JS, media_type="text/javascript", headers={"Cache-Control": "public, max-age=31536000, immutable"}
    )


ROUTE = Route(f"/{_SOURCE}", plotly_js)
"""What the app has to serve."""
