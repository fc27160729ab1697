"""Mean learning curves over seeds: each with its band, and the single runs faint behind."""

import math
from collections.abc import Mapping, Sequence
from typing import Any

import numpy as np
import pandas as pd
import plotly.graph_objects as go

from pages.ui.charts import style
from pages.ui.charts.downsample import thin

_BAND_POINTS = 400  # bands are smooth, so every n-th point will do
_MEMBER_POINTS = 200


def mean_bands(
    curves: pd.DataFrame,
    members: pd.DataFrame,
    variant_of: Mapping[str, str],
    variants: Sequence[str],
    title: str,
    *,
    log_y: bool = False,
    height: int = 420,
) -> go.Figure:
    """Means with their intervals, over the curves that they are means of.

    Args:
        curves: columns variant, epoch, n, mean, low, high (pipelines.comparison.curves gives them).
        members: points of the runs: columns run, epoch, value, of one metric and split.
        variant_of: run uid -> variant. Runs without one are left out.
        variants: names in the order of the colours.
        title: of the vertical axis.
        log_y: a logarithmic vertical axis.
        height: in pixels.
    """
    color = {name: style.SERIES[index % len(style.SERIES)] for index, name in enumerate(variants)}
    traces: list[dict[str, Any]] = []
    for run, points in members.groupby("run", sort=False):
        variant = variant_of.get(str(run))
        if variant in color:
            traces.append(_member(thin(points, _MEMBER_POINTS), variant, color[variant]))
    by_variant = dict(tuple(curves.groupby("variant", sort=False)))
    for name in variants:
        if name in by_variant:
            curve = by_variant[name]
            traces += _mean(curve.iloc[:: max(1, len(curve) // _BAND_POINTS)], name, color[name])
    last = max([math.ceil(frame["epoch"].max()) + 1 for frame in (curves, members) if len(frame)], default=1)
    return style.chart(traces, "Epoch", title, height=height, log_y=log_y, xaxis=style.epochs(last))


def _member(points: pd.DataFrame, variant: str, color: str) -> dict[str, Any]:
    return {
        "type": "scatter",
        "x": points["epoch"].to_numpy() + 1,
        "y": points["value"].to_numpy(),
        "mode": "lines",
        "line": {"color": color, "width": 1},
        "opacity": 0.25,
        "legendgroup": variant,
        "showlegend": False,
        "hoverinfo": "skip",
    }


def _mean(curve: pd.DataFrame, variant: str, color: str) -> list[dict[str, Any]]:
    n = int(curve["n"].max())
    banded = curve.dropna(subset=["low", "high"])
    mean = {
        "type": "scatter",
        "x": curve["epoch"].to_numpy() + 1,
        "y": curve["mean"].to_numpy(),
        "name": f"{variant} (mean of {n})" if n > 1 else f"{variant} (1 run)",
        "mode": style.mode(len(curve)),
        "line": {"color": color, "width": 2.5},
        "marker": {"size": 5},
        "legendgroup": variant,
        "customdata": curve[["low", "high"]].to_numpy(),
        "hovertemplate": "%{y:.4g} (%{customdata[0]:.4g} to %{customdata[1]:.4g})" if len(banded) else "%{y:.4g}",
    }
    return [_band(banded, variant, color), mean] if len(banded) else [mean]


def _band(banded: pd.DataFrame, variant: str, color: str) -> dict[str, Any]:
    epoch, low, high = (banded[name].to_numpy() for name in ("epoch", "low", "high"))
    return {
        "type": "scatter",
        "x": np.concatenate([epoch, epoch[::-1]]) + 1,
        "y": np.concatenate([high, low[::-1]]),
        "mode": "lines",
        "fill": "toself",
        "fillcolor": color,
        "line": {"width": 0},
        "opacity": 0.16,
        "legendgroup": variant,
        "showlegend": False,
        "hoverinfo": "skip",
    }
