"""The training loss from batch to batch: the mean of each bucket, over the range of its batches."""

from typing import Any

import numpy as np
import pandas as pd
import plotly.graph_objects as go

from pages.ui.charts import style

_MOST_LINES = 12  # ends of epochs that are still worth a line each
_MOST_POINTS = 600


def batch_loss(batches: pd.DataFrame, *, steps: int = 0, log_y: bool = False, height: int = style.HEIGHT) -> go.Figure:
    """The loss of single batches, or of a few in a row where there are many, by steps.

    Args:
        batches: buckets of one run in order, columns step, steps, mean, low, high (as RunStore.batch_history gives
            them); a mean that is missing is a gap.
        steps: of an epoch, to mark where epochs end; 0: not known.
        log_y: a logarithmic vertical axis.
        height: in pixels.
    """
    shown = _fewer(batches, -(-len(batches) // _MOST_POINTS))
    traces = [_mean(shown)] if len(shown) else []
    ranged = shown.dropna(subset=["low", "high"])
    if len(ranged) and (ranged["high"] > ranged["low"]).any():
        traces.insert(0, _range(ranged))
    last = int(batches["step"].iloc[-1]) if len(batches) else 0
    ends = range(steps, last, steps) if steps else range(0)
    shapes = [style.vertical_line(end, dash="dot") for end in ends] if len(ends) <= _MOST_LINES else []
    return style.chart(
        traces, "Step", "Training loss of a batch", height=height, log_y=log_y, shapes=shapes, showlegend=False,
        xaxis={"tickformat": ",d", "unifiedhovertitle": {"text": "Step %{x:,d}"}},
    )  # fmt: skip


def _fewer(batches: pd.DataFrame, together: int) -> pd.DataFrame:
    """As many buckets as a chart can show: `together` neighbours become one."""
    if together <= 1:
        return batches
    groups = batches.assign(total=batches["mean"] * batches["steps"]).groupby(np.arange(len(batches)) // together)
    merged = groups.agg(step=("step", "last"), steps=("steps", "sum"), low=("low", "min"), high=("high", "max"))
    return merged.assign(mean=groups["total"].sum(min_count=1) / groups["steps"].sum())


def _mean(batches: pd.DataFrame) -> dict[str, Any]:
    return {
        "type": "scatter",
        "x": batches["step"].to_numpy(),
        "y": batches["mean"].to_numpy(),
        "name": "Training loss",
        "mode": style.mode(len(batches)),
        "line": {"color": style.SPLIT_COLOR["train"], "width": 1.5},
        "marker": {"size": 5},
        "customdata": batches[["low", "high", "steps"]].to_numpy(),
        "hovertemplate": "%{y:.4g} (%{customdata[0]:.4g} to %{customdata[1]:.4g} over %{customdata[2]:,d} batches)"
        if (batches["steps"] > 1).any()
        else "%{y:.4g}",
    }


def _range(batches: pd.DataFrame) -> dict[str, Any]:
    step, low, high = (batches[name].to_numpy() for name in ("step", "low", "high"))
    return {
        "type": "scatter",
        "x": np.concatenate([step, step[::-1]]),
        "y": np.concatenate([high, low[::-1]]),
        "mode": "lines",
        "fill": "toself",
        "fillcolor": style.SPLIT_COLOR["train"],
        "line": {"width": 0},
        "opacity": 0.18,
        "hoverinfo": "skip",
    }
