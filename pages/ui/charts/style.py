"""What every chart shares: colours that follow the theme, one way to draw each split, axes, legend and hover text.

A colour below is a placeholder: pages/ui/live_chart.js replaces it in the browser with the theme's own wherever it
stands in a figure, so one figure suits light and dark, and the change from one to the other.
"""

from collections.abc import Mapping, Sequence
from typing import Any

import numpy as np
import plotly.graph_objects as go

from pipelines.comparison.measure import metric_words

SERIES = tuple(f"#{number:06d}" for number in range(1, 11))
SEQUENTIAL = tuple(f"#{number:06d}" for number in range(11, 21))
DIVERGING = tuple(f"#{number:06d}" for number in range(21, 31))
MUTED = "#000036"
TEXT = "#000037"
BACKGROUND = "#000038"
FAINT = "#000039"

# A split is told by its dash in every chart; where there is one run only, by its colour too.
SPLITS = ("train", "val", "test")
SPLIT_LABEL = {"train": "Training", "val": "Validation", "test": "Test"}
SPLIT_DASH = {"train": "solid", "val": "dash", "test": "dot"}
SPLIT_COLOR = {"train": SERIES[0], "val": SERIES[1], "test": SERIES[2]}

# Weights: published, safe for the colour-blind, and the same on every ground: zero stays neutral, a sign its colour.
SIGNED = [[0.0, "#2166ac"], [0.25, "#92c5de"], [0.5, "#f7f7f7"], [0.75, "#f4a582"], [1.0, "#b2182b"]]

HEIGHT = 320
LEGEND = {"orientation": "h", "x": 0, "y": 1.02, "xanchor": "left", "yanchor": "bottom"}
MARKERS_UP_TO = 12  # points: a short curve shows each of them, a long one is a line


def metric_label(name: str) -> str:
    """A metric's name for people.

    >>> metric_label("mean_absolute_error"), metric_label("mean_io_u"), metric_label("mse")
    ('Mean absolute error', 'Mean IoU', 'MSE')
    """
    words = metric_words(name)
    return words[:1].upper() + words[1:]


def scale(colors: tuple[str, ...]) -> list[list[object]]:
    """A plotly colour scale, evenly spaced over `colors`."""
    return [[index / (len(colors) - 1), color] for index, color in enumerate(colors)]


def signed_limit(values: np.ndarray) -> float:
    """Where a scale centred on zero ends for these values: the largest of them without its sign; never zero."""
    finite = values[np.isfinite(values)]
    return (float(np.abs(finite).max()) if finite.size else 0.0) or 1e-6


def colorbar(title: str, **options: object) -> dict[str, object]:
    """A thin colour bar with its title along it."""
    return {"title": {"text": title, "side": "right"}, "thickness": 12, "len": 0.95, "tickformat": ".2~g", **options}


def mode(points: int) -> str:
    """Lines, with a marker a point while there are few."""
    return "lines+markers" if points <= MARKERS_UP_TO else "lines"


def chart(
    traces: Sequence[Mapping[str, Any]], x: str, y: str, *, height: int = HEIGHT, log_y: bool = False, **layout: Any
) -> go.Figure:
    """A figure with axis titles, a legend above the plot, and a view that survives new data.

    Made in one go from plain dicts: plotly checks each later change anew, which takes ten times as long.

    Args:
        traces: plotly traces as dicts.
        x: title of the horizontal axis, with its unit.
        y: title of the vertical axis, with its unit.
        height: in pixels.
        log_y: a logarithmic vertical axis.
        layout: further layout; `xaxis`, `yaxis` and `margin` add to what is set here.
    """
    xaxis = {"title": {"text": x, "standoff": 8}, "showgrid": False, **layout.pop("xaxis", {})}
    yaxis = {
        "title": {"text": y, "standoff": 8},
        "type": "log" if log_y else "linear",
        "zeroline": False,
        **layout.pop("yaxis", {}),
    }
    return go.Figure(
        {
            "data": list(traces),
            "layout": {
                "height": height,
                "uirevision": "keep",
                "margin": {"l": 8, "r": 8, "t": 36, "b": 8, **layout.pop("margin", {})},
                "legend": LEGEND,
                "hovermode": "x unified",
                "xaxis": xaxis,
                "yaxis": yaxis,
                **layout,
            },
        }
    )


def epochs(last: int, within: bool = False) -> dict[str, Any]:
    """A horizontal axis of epochs, of which the last is `last` (1-based). within: points lie between them, too."""
    point = "%{x:.2f}" if within else "%{x}"
    axis: dict[str, Any] = {"tickformat": "d", "unifiedhovertitle": {"text": f"Epoch {point}"}}
    if within and last <= 1:  # whole epochs alone would leave it without a number
        return {**axis, "tickformat": ".2~f"}
    return {**axis, "dtick": 1} if last <= 10 else axis


def vertical_line(x: float, **line: Any) -> dict[str, Any]:
    """A thin line from the bottom of the plot to its top, for `shapes`."""
    style = {"color": MUTED, "width": 1, **line}
    return {"type": "line", "x0": x, "x1": x, "y0": 0, "y1": 1, "yref": "paper", "line": style, "opacity": 0.6}
