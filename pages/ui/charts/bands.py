"""Mean learning curves over seeds: each with its band, and the single runs faint behind."""

from collections.abc import Mapping, Sequence

import pandas as pd
import plotly.graph_objects as go

from pages.ui.charts import style
from pages.ui.charts.downsample import thin

_BAND_POINTS = 400  # bands are smooth, so every n-th point will do


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
    figure = style.chart("Epoch", title, height=height, log_y=log_y)
    color = {name: style.SERIES[index % len(style.SERIES)] for index, name in enumerate(variants)}
    for run, points in members.groupby("run", sort=False):
        if variant_of.get(str(run)) in color:
            _member(figure, thin(points, 200), variant_of[str(run)], color[variant_of[str(run)]])
    by_variant = dict(tuple(curves.groupby("variant", sort=False)))
    for name in variants:
        if name in by_variant:
            _mean(figure, _every_nth(by_variant[name]), name, color[name])
    last = max([int(frame["epoch"].max()) + 1 for frame in (curves, members) if len(frame)], default=1)
    style.whole_epochs(figure, last)
    figure.update_xaxes(unifiedhovertitle={"text": "Epoch %{x}"})
    return figure


def _member(figure: go.Figure, points: pd.DataFrame, variant: str, color: str) -> None:
    figure.add_scatter(
        x=points["epoch"] + 1, y=points["value"], mode="lines", line={"color": color, "width": 1}, opacity=0.25,
        legendgroup=variant, showlegend=False, hoverinfo="skip",
    )  # fmt: skip


def _mean(figure: go.Figure, curve: pd.DataFrame, variant: str, color: str) -> None:
    x, n = curve["epoch"] + 1, int(curve["n"].max())
    banded = curve.dropna(subset=["low", "high"])
    if len(banded):
        band_x = pd.concat([banded["epoch"], banded["epoch"][::-1]]) + 1
        figure.add_scatter(
            x=band_x, y=pd.concat([banded["high"], banded["low"][::-1]]), fill="toself", fillcolor=color, opacity=0.16,
            mode="lines", line={"width": 0}, legendgroup=variant, showlegend=False, hoverinfo="skip",
        )  # fmt: skip
    figure.add_scatter(
        x=x, y=curve["mean"], name=f"{variant} (mean of {n})" if n > 1 else f"{variant} (1 run)",
        mode=style.mode(len(curve)), line={"color": color, "width": 2.5}, marker={"size": 5}, legendgroup=variant,
        customdata=curve[["low", "high"]],
        hovertemplate="%{y:.4g} (%{customdata[0]:.4g} to %{customdata[1]:.4g})" if len(banded) else "%{y:.4g}",
    )  # fmt: skip


def _every_nth(curve: pd.DataFrame) -> pd.DataFrame:
    return curve.iloc[:: max(1, len(curve) // _BAND_POINTS)]
