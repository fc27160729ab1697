"""The learning curve of one run: one metric over the epochs, for training and validation."""

import pandas as pd
import plotly.graph_objects as go

from pages.ui.charts import style
from pages.ui.charts.downsample import thin
from pipelines.comparison.measure import higher_is_better


def learning_curve(
    history: pd.DataFrame,
    metric: str,
    *,
    best_epoch: int | None = None,
    stopped_epoch: int | None = None,
    waited_to: int | None = None,
    log_y: bool = False,
    height: int = style.HEIGHT,
) -> go.Figure:
    """Training and validation values of `metric` by epoch.

    Args:
        history: points of one run, columns split, name, epoch, value (as RunStore.history gives them).
        metric: which name to draw.
        best_epoch: 0-based epoch to mark on the validation curve; None: mark none.
        stopped_epoch: 0-based epoch at which early stopping ended the run; None: it did not.
        waited_to: 0-based epoch up to which early stopping has waited since `best_epoch`; shades that window.
        log_y: a logarithmic vertical axis.
        height: in pixels.
    """
    figure = style.chart("Epoch", style.metric_label(metric), height=height, log_y=log_y)
    points = history[history["name"] == metric]
    for split in ("train", "val"):
        series = thin(points[points["split"] == split])
        if series.empty:
            continue
        figure.add_scatter(
            x=series["epoch"] + 1,
            y=series["value"],
            name=style.SPLIT_LABEL[split],
            mode=style.mode(len(series)),
            line={"color": style.SPLIT_COLOR[split], "dash": style.SPLIT_DASH[split], "width": 2},
            marker={"size": 5},
            hovertemplate="%{y:.4g}",
        )
    if best_epoch is not None:
        _mark_best(figure, points, best_epoch)
        if waited_to is not None and waited_to > best_epoch:
            _shade_patience(figure, best_epoch, waited_to, stopped_epoch is not None, higher_is_better(metric))
    if stopped_epoch is not None:
        figure.add_vline(x=stopped_epoch + 1, line={"color": style.MUTED, "width": 1, "dash": "dot"}, opacity=0.6)
    style.whole_epochs(figure, int(points["epoch"].max()) + 1 if len(points) else 1)
    figure.update_xaxes(hoverformat="d", unifiedhovertitle={"text": "Epoch %{x}"})
    return figure


def _mark_best(figure: go.Figure, points: pd.DataFrame, epoch: int) -> None:
    at_best = points[points["epoch"] == epoch]
    val = at_best[at_best["split"] == "val"]
    marked = val if len(val) else at_best[at_best["split"] == "train"]
    figure.add_vline(x=epoch + 1, line={"color": style.MUTED, "width": 1}, opacity=0.6)
    if marked.empty or marked["value"].isna().all():
        return
    figure.add_scatter(
        x=marked["epoch"].iloc[:1] + 1,
        y=marked["value"].iloc[:1],
        name=f"Best epoch ({epoch + 1})",
        mode="markers",
        marker={
            "size": 11,
            "symbol": "circle-open",
            "color": style.SPLIT_COLOR[marked["split"].iloc[0]],
            "line": {"width": 2.5},
        },
        hoverinfo="skip",
    )


def _shade_patience(figure: go.Figure, best: int, waited_to: int, stopped: bool, rising: bool) -> None:
    epochs = waited_to - best
    said = f"{epochs} epoch{'s' if epochs > 1 else ''} without improvement"
    figure.add_vrect(x0=best + 1, x1=waited_to + 1, fillcolor=style.MUTED, opacity=0.08, line_width=0, layer="below")
    figure.add_annotation(
        x=waited_to + 1,
        y=0 if rising else 1,  # where the curve is not
        yref="paper",
        xanchor="right",
        yanchor="bottom" if rising else "top",
        text=f"Stopped early: {said}" if stopped else said[:1].upper() + said[1:],
        showarrow=False,
        font={"color": style.MUTED, "size": 11},
    )
