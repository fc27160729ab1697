"""Sizes of images: a dot a size, as large as it is frequent."""

import numpy as np
import pandas as pd
import plotly.graph_objects as go

from pages.ui.charts import style

_SMALLEST_PX, _LARGEST_PX = 5, 26


def sizes(table: pd.DataFrame) -> go.Figure:
    """Width against height, both axes from zero and on one scale.

    Args:
        table: columns width, height (pixels) and files.
    """
    files = table.groupby(["width", "height"], as_index=False)["files"].sum().sort_values("files", ascending=False)
    share = np.sqrt(files["files"].to_numpy(np.float64) / files["files"].max())
    dots = {
        "type": "scatter",
        "mode": "markers",
        "x": files["width"].to_numpy(),
        "y": files["height"].to_numpy(),
        "customdata": files["files"].to_numpy(),
        "marker": {
            "color": style.SERIES[0],
            "size": _SMALLEST_PX + (_LARGEST_PX - _SMALLEST_PX) * share,
            "opacity": 0.55,
        },
        "hovertemplate": "%{x} × %{y}<br>%{customdata} images<extra></extra>",
    }
    end = float(files[["width", "height"]].max().max()) * 1.08
    return style.chart(
        [dots], "Width (pixels)", "Height (pixels)", height=360, width=420, hovermode="closest", margin={"t": 8},
        xaxis={"range": [0, end], "showgrid": True, "constrain": "domain"},
        yaxis={"range": [0, end], "scaleanchor": "x", "constrain": "domain"},
    )  # fmt: skip
