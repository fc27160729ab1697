"""The learning curve of one run: one metric over the epochs, for training and validation."""

import math
from typing import Any

import pandas as pd
import plotly.graph_objects as go

from pages.ui.charts import style
from pages.ui.charts.downsample import thin
from pipelines.comparison.measure import RATE, higher_is_better


def learning_curve(
    history: pd.DataFrame,
    metric: str,
    *,
    best_epoch: float | None = None,
    stopped_epoch: float | None = None,
    waited_to: float | None = None,
    log_y: bool = False,
    height: int = style.HEIGHT,
) -> go.Figure:
    """Training and validation values of `metric` by epoch.

    Args:
        history: points of one run, columns split, name, epoch, value (as RunStore.history or `best.by_step` gives
            them: epochs may be fractions).
        metric: which name to draw.
        best_epoch: 0-based epoch to mark on the validation curve; None: mark none.
        stopped_epoch: 0-based epoch at which early stopping ended the run; None: it did not.
        waited_to: 0-based epoch up to which early stopping has waited since `best_epoch`; shades that window.
        log_y: a logarithmic vertical axis.
        height: in pixels.
    """
    points = history[history["name"] == metric]
    by_split = {split: points[points["split"] == split] for split in ("train", "val")}
    traces = [_curve(thin(series), split) for split, series in by_split.items() if len(series)]
    shapes: list[dict[str, Any]] = []
    notes: list[dict[str, Any]] = []
    if best_epoch is not None:
        traces += _best(by_split, best_epoch)
        shapes.append(style.vertical_line(best_epoch + 1))
        if waited_to is not None and waited_to > best_epoch:
            shapes.append(_window(best_epoch, waited_to))
            notes.append(_said(metric, waited_to, waited_to - best_epoch, stopped_epoch is not None))
    if stopped_epoch is not None:
        shapes.append(style.vertical_line(stopped_epoch + 1, dash="dot"))
    last = math.ceil(points["epoch"].max()) + 1 if len(points) else 1
    within = pd.api.types.is_float_dtype(points["epoch"])
    return style.chart(
        traces, "Epoch", style.metric_label(metric), height=height, log_y=log_y,
        xaxis=style.epochs(last, within), yaxis={"rangemode": "tozero"} if metric == RATE else {},
        shapes=shapes, annotations=notes,
    )  # fmt: skip


def _curve(series: pd.DataFrame, split: str) -> dict[str, Any]:
    return {
        "type": "scatter",
        "x": series["epoch"].to_numpy() + 1,
        "y": series["value"].to_numpy(),
        "name": style.SPLIT_LABEL[split],
        "mode": style.mode(len(series)),
        "line": {"color": style.SPLIT_COLOR[split], "dash": style.SPLIT_DASH[split], "width": 2},
        "marker": {"size": 5},
        "hovertemplate": "%{y:.4g}",
    }


def _best(by_split: dict[str, pd.DataFrame], epoch: float) -> list[dict[str, Any]]:
    """A ring on the validation curve, or on the training curve where there is no other."""
    split = "val" if len(by_split["val"]) else "train"
    at_best = by_split[split][by_split[split]["epoch"] == epoch]["value"].dropna()
    if at_best.empty:
        return []
    marker = {"size": 11, "symbol": "circle-open", "color": style.SPLIT_COLOR[split], "line": {"width": 2.5}}
    return [{"type": "scatter", "x": [epoch + 1], "y": [at_best.iloc[0]], "name": f"Best epoch ({_short(epoch + 1)})",
             "mode": "markers", "marker": marker, "hoverinfo": "skip"}]  # fmt: skip


def _short(epoch: float) -> str:
    return f"{epoch:.2f}".rstrip("0").rstrip(".")


def _window(best: float, waited_to: float) -> dict[str, Any]:
    return {"type": "rect", "x0": best + 1, "x1": waited_to + 1, "y0": 0, "y1": 1, "yref": "paper",
            "fillcolor": style.MUTED, "opacity": 0.1, "line": {"width": 0}, "layer": "below"}  # fmt: skip


def _said(metric: str, waited_to: float, epochs: float, stopped: bool) -> dict[str, Any]:
    """What the window is, written where the curve is not: under one that rises, over one that falls."""
    rising = higher_is_better(metric)
    waited = f"{epochs:.3g} epoch{'' if epochs == 1 else 's'} without improvement"
    return {
        "x": waited_to + 1,
        "y": 0 if rising else 1,
        "yref": "paper",
        "xanchor": "right",
        "yanchor": "bottom" if rising else "top",
        "text": f"Stopped early: {waited}" if stopped else waited,
        "showarrow": False,
        "font": {"color": style.MUTED, "size": 11},
    }
