"""Curves of several runs over each other: a colour a run, a dash a split."""

from collections.abc import Mapping, Sequence
from typing import Literal

import pandas as pd
import plotly.graph_objects as go

from pages.ui.charts import style
from pages.ui.charts.downsample import thin

Across = Literal["epoch", "step", "time_s"]
ACROSS_LABEL: dict[Across, str] = {
    "epoch": "Epoch",
    "step": "Step (optimizer updates)",
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
        history: points with the columns of RunStore.history.
        metric: which name to draw.
        names: run uid -> the name to show, in the order of the colours; ten colours, then they repeat.
        splits: which of train, val, test.
        across: what the horizontal axis counts.
        log_y: a logarithmic vertical axis.
        height: in pixels.
    """
    figure = style.chart(ACROSS_LABEL[across], style.metric_label(metric), height=height, log_y=log_y)
    points = history[(history["name"] == metric) & history["split"].isin(list(splits))]
    by_series = dict(tuple(points.groupby(["run", "split"], sort=False)))
    for index, (uid, name) in enumerate(names.items()):
        first = True
        for split in splits:
            series = by_series.get((uid, split))
            if series is None:
                continue
            series = thin(series)
            figure.add_scatter(
                x=series[across] + 1 if across == "epoch" else series[across],
                y=series["value"],
                name=name,
                legendgroup=uid,
                showlegend=first,
                mode=style.mode(len(series)),
                line={
                    "color": style.SERIES[index % len(style.SERIES)],
                    "dash": style.SPLIT_DASH[split] if len(splits) > 1 else "solid",
                    "width": 2,
                },
                marker={"size": 5},
                hovertemplate=f"%{{y:.4g}} ({style.SPLIT_LABEL[split].lower()})" if len(splits) > 1 else "%{y:.4g}",
            )
            first = False
    if len(splits) > 1:
        _explain_dashes(figure, splits)
    if across == "epoch":
        style.whole_epochs(figure, int(points["epoch"].max()) + 1 if len(points) else 1)
        figure.update_xaxes(unifiedhovertitle={"text": "Epoch %{x}"})
    return figure


def _explain_dashes(figure: go.Figure, splits: Sequence[str]) -> None:
    for split in splits:
        figure.add_scatter(
            x=[None],
            y=[None],
            name=style.SPLIT_LABEL[split].lower(),
            mode="lines",
            line={"color": style.MUTED, "dash": style.SPLIT_DASH[split], "width": 2},
            hoverinfo="skip",
        )
