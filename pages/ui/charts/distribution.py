"""How the values of a column are spread: a line of steps a split or class, or bars for categories."""

from typing import Any

import numpy as np
import plotly.graph_objects as go

from pages.ui.charts import style
from pipelines.data.preview.distributions import Distribution

_FILLED = 2  # groups up to which the ground under each line is filled


def spread(found: Distribution, *, title: str | None = None, height: int = style.HEIGHT) -> go.Figure:
    """Shares, so that groups of different sizes compare.

    Args:
        found: of one column.
        title: of the horizontal axis; None: the column's name.
        height: in pixels; a chart lower than 200 is one of many, and has neither legend nor title of its vertical axis.
    """
    small = height < 200
    title = found.column if title is None else title
    by_split = set(found.groups) <= set(style.SPLITS)
    looks = [_look(name, index, by_split) for index, name in enumerate(found.groups)]
    traces = [
        {**(_bars if found.kind == "categories" else _steps)(found, shares, look, len(looks)), "name": look["name"]}
        for shares, look in zip(found.groups.values(), looks, strict=True)
    ]
    layout: dict[str, Any] = {"showlegend": len(traces) > 1 and not small, "hovermode": "x unified"}
    xaxis: dict[str, Any] = {"type": "date"} if found.kind == "dates" else {}
    if found.kind == "numbers" and _whole(np.asarray(found.edges)):
        xaxis = {"dtick": 1}
    if found.kind == "categories":
        xaxis = {"type": "category", "tickvals": list(range(len(found.categories)))}
        xaxis["ticktext"] = [name if len(name) <= 14 else f"{name[:13]}…" for name in found.categories]
        layout["bargap"] = 0.25
    if small:
        layout |= {"margin": {"t": 8}, "font": {"size": 11}}
        xaxis["nticks"] = 5
    yaxis = {"tickformat": ".0%", "rangemode": "tozero", "nticks": 4 if small else 7}
    across = "" if small else "Share of the rows"
    return style.chart(traces, title, across, height=height, xaxis=xaxis, yaxis=yaxis, **layout)


def _whole(edges: np.ndarray) -> bool:
    """Whether each class is a whole number, and there is room to write each."""
    return len(edges) <= 13 and bool((edges % 1 == 0.5).all() and (np.diff(edges) == 1).all())


def _look(name: str, index: int, by_split: bool) -> dict[str, Any]:
    if by_split:
        return {"name": style.SPLIT_LABEL[name], "color": style.SPLIT_COLOR[name], "dash": style.SPLIT_DASH[name]}
    return {"name": name, "color": style.SERIES[index % len(style.SERIES)], "dash": "solid"}


def _steps(found: Distribution, shares: np.ndarray, look: dict[str, Any], groups: int) -> dict[str, Any]:
    """A line along the tops of the classes, down to zero at both ends."""
    edges = np.asarray(found.edges)
    return {
        "type": "scatter",
        "mode": "lines",
        "x": np.concatenate([edges[:1], edges]),
        "y": np.concatenate([[0.0], shares, [0.0]]),
        "line": {"shape": "hv", "color": look["color"], "dash": look["dash"], "width": 2},
        "fill": "tozeroy" if groups <= _FILLED else "none",
        "hovertemplate": "%{y:.1%}",
    }


def _bars(found: Distribution, shares: np.ndarray, look: dict[str, Any], _: int) -> dict[str, Any]:
    return {
        "type": "bar",
        "x": list(range(len(found.categories))),
        "y": shares,
        "customdata": list(found.categories),
        "marker": {"color": look["color"]},
        "hovertemplate": "%{customdata}: %{y:.1%}",
    }
