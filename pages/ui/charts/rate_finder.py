"""The loss at rising learning rates: what a range test found."""

import numpy as np
import plotly.graph_objects as go

from pages.ui.charts import style

_HEIGHT = 260
_ROOM = 0.08  # of the height, above and below


def rate_finder(rates: np.ndarray, losses: np.ndarray, smoothed: np.ndarray, suggestion: float | None) -> go.Figure:
    """The losses, faint, and their smoothed course over a logarithmic axis of rates.

    Args:
        rates, losses, smoothed: of one length, one at least, as `RateCurve` has them.
        suggestion: a rate to mark; None: there is none.
    """
    raw = _line("Loss of the batches", rates, losses, {"color": style.MUTED, "width": 1}, opacity=0.5)
    course = _line("Smoothed", rates, smoothed, {"color": style.SERIES[0], "width": 2})
    shapes = [] if suggestion is None else [style.vertical_line(suggestion, dash="dash", color=style.SERIES[1])]
    # The end, where it diverges, would press everything else flat.
    low, begun = float(min(losses.min(), smoothed.min())), float(np.median(losses[:10]))
    high = min(float(losses.max()), begun + max(begun - low, 0.5 * abs(begun)))
    room = _ROOM * (high - low) or 1.0
    return style.chart(
        [raw, course], "Learning rate", "Training loss", height=_HEIGHT, shapes=shapes,
        xaxis={"type": "log", "exponentformat": "power", "dtick": 1, "unifiedhovertitle": {"text": "Rate %{x:.2g}"}},
        yaxis={"range": [low - room, high + room]},
    )  # fmt: skip


def _line(name: str, x: np.ndarray, y: np.ndarray, line: dict[str, object], **more: object) -> dict[str, object]:
    return {"type": "scatter", "name": name, "x": x, "y": y, "mode": "lines", "line": line,
            "hovertemplate": "%{y:.4g}", **more}  # fmt: skip
