"""Rows as dots in a plane: a colour a class, or a colour scale for a number."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
import plotly.graph_objects as go

from pages.ui.charts import style

SPLIT_SYMBOL = {"train": "circle", "val": "circle-open", "test": "x-thin-open"}
_MOST_COLOURS = len(style.SERIES)
_CROWD = 1_500  # dots above which each is drawn smaller


@dataclass(frozen=True, slots=True, eq=False)
class Dots:
    """Rows to draw.

    Attributes:
        x, y: float of shape `(rows,)`.
        rows: their numbers in the data set, for the hover text.
        labels: class ids; None: they have no class.
        numbers: what colours them where they have no class; None: nothing does.
        splits: the split of each; None: all are of one.
    """

    x: np.ndarray
    y: np.ndarray
    rows: np.ndarray
    labels: np.ndarray | None = None
    numbers: np.ndarray | None = None
    splits: np.ndarray | None = None


def scatter(
    dots: Dots,
    x: str,
    y: str,
    *,
    class_names: Sequence[str] = (),
    number: str = "",
    square: bool = False,
    height: int = 440,
) -> go.Figure:
    """Dots coloured by class (the ten most frequent, all others grey), else by number, else by split.

    Args:
        dots: the rows.
        x, y: titles of the axes, with their units.
        class_names: by class id.
        number: what the number is, for the colour bar.
        square: both axes have the same scale.
        height: in pixels.
    """
    if dots.labels is not None:
        traces = _by_class(dots, dots.labels, class_names)
    elif dots.numbers is not None:
        traces = [_by_number(dots, dots.numbers, number)]
    else:
        traces = [
            _trace(dots, mine, style.SPLIT_LABEL[split], style.SPLIT_COLOR[split], SPLIT_SYMBOL[split])
            for split, mine in _splits(dots)
        ]
    margin = {"t": 36 if len(traces) > 1 else 8}
    scales = {"scaleanchor": "x", "constrain": "domain"} if square else {}
    return style.chart(
        traces, x, y, height=height, hovermode="closest", margin=margin, showlegend=len(traces) > 1, yaxis=scales,
        xaxis={"zeroline": False, "showgrid": True, **({"constrain": "domain"} if square else {})},
        legend={**style.LEGEND, "itemsizing": "constant"},
    )  # fmt: skip


def _by_class(dots: Dots, labels: np.ndarray, names: Sequence[str]) -> list[dict[str, Any]]:
    often = np.bincount(labels, minlength=len(names))
    coloured = sorted(np.argsort(-often, kind="stable")[:_MOST_COLOURS].tolist())
    traces = []
    others = ~np.isin(labels, coloured)
    if others.any():
        traces.append(_trace(dots, others, "All others", style.MUTED, "circle"))
    for index, label in enumerate(coloured):
        for split, of_split in _splits(dots):
            mine = (labels == label) & of_split
            if not mine.any():
                continue
            shown = not any(trace.get("legendgroup") == str(label) for trace in traces)
            trace = _trace(dots, mine, str(names[label]), style.SERIES[index], SPLIT_SYMBOL[split])
            traces.append({**trace, "legendgroup": str(label), "showlegend": shown})
    if dots.splits is not None:
        traces += [_key(split) for split, _ in _splits(dots)]
    return traces


def _by_number(dots: Dots, numbers: np.ndarray, title: str) -> dict[str, Any]:
    trace = _trace(dots, np.ones(len(numbers), bool), "", "", "circle")
    marker = {
        "color": numbers,
        "colorscale": "Viridis",
        "colorbar": style.colorbar(title, tickformat=".4~g"),
        "showscale": True,
    }
    return {
        **trace,
        "marker": {**trace["marker"], **marker},
        "customdata": np.column_stack([dots.rows + 1, numbers]),
        "hovertemplate": "row %{customdata[0]:d}<br>%{customdata[1]:.4g}<extra></extra>",
    }


def _trace(dots: Dots, mine: np.ndarray, name: str, color: str, symbol: str) -> dict[str, Any]:
    size = 5 if len(dots.x) > _CROWD else 7
    outlined = {"line": {"width": 1.6, "color": color}} if symbol.endswith("open") else {}
    return {
        "type": "scatter",
        "mode": "markers",
        "name": name,
        "x": dots.x[mine],
        "y": dots.y[mine],
        "customdata": dots.rows[mine] + 1,
        "marker": {"color": color, "size": size, "symbol": symbol, "opacity": 0.75, **outlined},
        "hovertemplate": f"row %{{customdata}}<extra>{name}</extra>",
    }


def _key(split: str) -> dict[str, Any]:
    """How a split is drawn, for the legend alone."""
    marker = {
        "color": style.MUTED,
        "symbol": SPLIT_SYMBOL[split],
        "size": 8,
        "line": {"width": 1.6, "color": style.MUTED},
    }
    return {
        "type": "scatter",
        "mode": "markers",
        "x": [None],
        "y": [None],
        "name": style.SPLIT_LABEL[split],
        "marker": marker,
        "hoverinfo": "skip",
    }


def _splits(dots: Dots) -> list[tuple[str, np.ndarray]]:
    if dots.splits is None:
        return [("train", np.ones(len(dots.x), bool))]
    return [(split, mine) for split in style.SPLITS if (mine := dots.splits == split).any()]
