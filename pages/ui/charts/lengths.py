"""How long texts are: a line of steps a class, and where they are cut."""

from collections.abc import Mapping

import numpy as np
import plotly.graph_objects as go

from pages.ui.charts import style

_CLASSES = 40


def lengths(found: Mapping[str, np.ndarray], cut: int | None = None) -> go.Figure:
    """Share of the texts of each class by their number of tokens; the longest hundredth is one with the last class.

    Args:
        found: class name (`` where there are none) -> tokens of each text.
        cut: longer texts are cut here; None: none are.
    """
    every = np.concatenate(list(found.values()))
    end = max(1.0, float(np.quantile(every, 0.99)), float(cut or 0) * (float(every.max()) > float(cut or 0)))
    edges = np.unique(np.rint(np.linspace(0, end + 1, min(_CLASSES, int(end) + 1) + 1)))
    traces = []
    for index, (name, counts) in enumerate(found.items()):
        often = np.histogram(np.minimum(counts, edges[-1]), edges)[0] / max(1, len(counts))
        traces.append(
            {
                "type": "scatter",
                "mode": "lines",
                "name": name,
                "x": np.concatenate([edges[:1], edges]),
                "y": np.concatenate([[0.0], often, [0.0]]),
                "line": {"shape": "hv", "color": style.SERIES[index % len(style.SERIES)], "width": 2},
                "fill": "tozeroy" if len(found) <= 2 else "none",
                "hovertemplate": "%{y:.1%}",
            }
        )
    across, up = {"rangemode": "tozero"}, {"tickformat": ".0%", "rangemode": "tozero"}
    figure = style.chart(traces, "Tokens", "Share of the texts", showlegend=len(found) > 1, xaxis=across, yaxis=up)
    if cut is not None and cut <= end:
        figure.add_shape(style.vertical_line(cut, dash="dot"))
        figure.add_annotation(x=cut, y=1, yref="paper", text="cut here", showarrow=False, xanchor="left", xshift=4,
                              font={"color": style.MUTED})  # fmt: skip
    return figure
