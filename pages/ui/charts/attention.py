"""Attention: how much each step looked at each other one, as one heat map."""

from collections.abc import Sequence

import numpy as np
import plotly.graph_objects as go

from pages.ui.charts import style

_CELL, _LEAST, _MOST, _MOST_NAMED = 22, 180, 520, 40  # pixels; steps up to which each has its name on the axis


def attention(scores: np.ndarray, queries: Sequence[str], keys: Sequence[str], largest: float) -> go.Figure:
    """Scores of one head; a row a query step, which sums to 1 over all keys.

    Args:
        scores: float array of shape (queries, keys).
        queries, keys: names of the steps; a name may occur more than once.
        largest: the colour scale ends here, so that heads of a layer can be compared.
    """
    names = np.empty((*scores.shape, 2), dtype=object)
    names[..., 0], names[..., 1] = np.array(queries, dtype=object)[:, None], np.array(keys, dtype=object)[None, :]
    heatmap = {
        "type": "heatmap",
        "z": scores,
        "customdata": names,
        "zmin": 0,
        "zmax": largest or 1.0,
        "colorscale": style.scale(style.SEQUENTIAL),
        "colorbar": style.colorbar("Score"),
        "hovertemplate": "%{customdata[0]} looks at %{customdata[1]}: %{z:.3f}<extra></extra>",
    }
    letters = 7 * max((len(name) for name in queries), default=1)
    height = max(_LEAST, min(_MOST, _CELL * len(queries)))
    return style.chart(
        [heatmap], "Looked at", "Looks", height=height + 90, hovermode="closest", margin={"t": 8},
        width=max(_LEAST, min(_MOST, _CELL * len(keys))) + 170 + letters,
        xaxis=_steps(keys), yaxis={**_steps(queries), "autorange": "reversed"},
    )  # fmt: skip


def _steps(names: Sequence[str]) -> dict[str, object]:
    """An axis of steps by number, since a word that occurs twice is two steps."""
    axis: dict[str, object] = {"showgrid": False, "zeroline": False}
    if len(names) > _MOST_NAMED:
        return axis
    return {**axis, "tickmode": "array", "tickvals": list(range(len(names))), "ticktext": list(names)}
