"""Curves of several runs over each other: a colour a run, a dash a split."""

import math
from collections.abc import Mapping, Sequence
from typing import Any, Literal

import pandas as pd
import plotly.graph_objects as go

from pages.ui.charts import style
from pages.ui.charts.downsample import thin

Across = Literal["epoch", "step", "time_s"]
ACROSS_LABEL: dict[Across, str] = {
    "epoch": "Epoch",
    "step": "Step",
    "time_s": "Time since the submit (s)",
}


def overlay(
    history: pd.DataFrame,
    metric: str,
    names: Mapping[str, str],
    splits: Sequence[str] = ("val",),
    *,
    across: Across = "epoch",
    log_y: bool = False,
    height: int = 420,
) -> go.Figure:
    """One metric of several runs.

    Args:
        history: points with the columns of RunStore.history; epochs may be fractions.
        metric: which name to draw.
        names: run uid -> the name to show, in the order of the colours; ten colours, then they repeat.
        splits: which of train, val, test.
        across: what the horizontal axis counts.
        log_y: a logarithmic vertical axis.
        height: in pixels.
    """
    points = history[(history["name"] == metric) & history["split"].isin(list(splits))]
    by_series = dict(tuple(points.groupby(["run", "split"], sort=False)))
    traces: list[dict[str, Any]] = []
    for index, (uid, name) in enumerate(names.items()):
        color = style.SERIES[index % len(style.SERIES)]
        mine = [split for split in splits if (uid, split) in by_series]
        traces += [
            {
                "name": name,
                "legendgroup": uid,
                "showlegend": split == mine[0],
                **_curve(thin(by_series[uid, split]), across, split, color, many=len(splits) > 1),
            }
            for split in mine
        ]
    if len(splits) > 1:
        traces += [_key(split) for split in splits]
    last = math.ceil(points["epoch"].max()) + 1 if len(points) else 1
    within = pd.api.types.is_float_dtype(points["epoch"])
    return style.chart(
        traces, ACROSS_LABEL[across], style.metric_label(metric), height=height, log_y=log_y,
        xaxis=style.epochs(last, within) if across == "epoch" else {},
    )  # fmt: skip


def _curve(series: pd.DataFrame, across: Across, split: str, color: str, many: bool) -> dict[str, Any]:
    return {
        "type": "scatter",
        "x": series[across].to_numpy() + (1 if across == "epoch" else 0),
        "y": series["value"].to_numpy(),
        "mode": style.mode(len(series)),
        "line": {"color": color, "dash": style.SPLIT_DASH[split] if many else "solid", "width": 2},
        "marker": {"size": 5},
        "hovertemplate": f"%{{y:.4g}} ({style.SPLIT_LABEL[split].lower()})" if many else "%{y:.4g}",
    }


def _key(split: str) -> dict[str, Any]:
    """An entry of the legend that says what a dash means."""
    line = {"color": style.MUTED, "dash": style.SPLIT_DASH[split], "width": 2}
    return {"type": "scatter", "x": [None], "y": [None], "name": style.SPLIT_LABEL[split].lower(), "mode": "lines",
            "line": line, "hoverinfo": "skip"}  # fmt: skip
