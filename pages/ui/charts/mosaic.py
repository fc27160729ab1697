"""Many small arrays as one picture: filters on a scale centred on zero, feature maps on a scale from low to high."""

import math
from collections.abc import Sequence

import numpy as np
import plotly.graph_objects as go

from pages.ui.charts import style

_MOST_WIDE, _MOST_HIGH, _MOST_CELL, _LEAST, _BESIDE = 760, 640, 26, 100, 150  # pixels
_HOVER_CELLS = 30_000  # above it, naming the tile under the pointer costs more than the picture


def mosaic(
    tiles: np.ndarray,
    labels: Sequence[str],
    *,
    limit: float | None = None,
    signed: bool = True,
    columns: int | None = None,
    row_labels: Sequence[str] | None = None,
    first: int = 1,
    unit: str = "Weight",
) -> go.Figure:
    """Tiles in a grid, sharing one colour scale.

    Args:
        tiles: float array of shape (tiles, height, width).
        labels: one a tile: what the hover text calls it.
        limit: the scale ends here: [-limit, limit] when signed, else [min, limit]. None: the tiles' own extremes.
        signed: blue below zero, red above, white at zero; else dark to light from the lowest to the highest value.
        columns: tiles a row; default: about twice as wide as high, at most 16.
        row_labels: one a row of the grid; default: the numbers of its tiles.
        first: number of the first tile.
        unit: what a value is, for the colour bar and the hover text.
    """
    count, height, width = tiles.shape
    columns = columns or min(count, max(1, min(16, math.ceil(math.sqrt(2 * count * height / width)))))
    rows = math.ceil(count / columns)
    gap = max(1, round(min(height, width) * 0.12))
    canvas = np.full((rows * (height + gap) - gap, columns * (width + gap) - gap), np.nan, dtype=np.float32)
    names = np.full(canvas.shape, "", dtype=object)
    for index, tile in enumerate(tiles):
        top, left = (index // columns) * (height + gap), (index % columns) * (width + gap)
        canvas[top : top + height, left : left + width] = tile
        names[top : top + height, left : left + width] = labels[index]
    low, high = _range(tiles, limit, signed)
    named = canvas.size <= _HOVER_CELLS
    heatmap = {
        "type": "heatmap",
        "z": canvas,
        "customdata": names if named else None,
        "zmin": low,
        "zmax": high,
        "colorscale": style.SIGNED if signed else "Viridis",
        "colorbar": style.colorbar(unit),
        "hovertemplate": f"{'%{customdata}<br>' if named else ''}{unit.lower()} %{{z:.4g}}<extra></extra>",
        "hoverongaps": False,
    }
    cell = min(_MOST_WIDE / canvas.shape[1], _MOST_HIGH / canvas.shape[0], _MOST_CELL)
    return style.chart(
        [heatmap], "", "", height=max(_LEAST, round(cell * canvas.shape[0])) + 8,
        width=max(_LEAST, round(cell * canvas.shape[1])) + _BESIDE, hovermode="closest", margin={"t": 4, "b": 4},
        xaxis={"visible": False, "constrain": "domain", "constraintoward": "left"},
        yaxis={
            "tickvals": [row * (height + gap) + (height - 1) / 2 for row in range(rows)],
            "ticktext": list(row_labels or _numbers(count, columns, first)),
            "showgrid": False, "autorange": "reversed", "scaleanchor": "x", "constrain": "domain",
            "constraintoward": "top",
        },
    )  # fmt: skip


def _range(tiles: np.ndarray, limit: float | None, signed: bool) -> tuple[float, float]:
    if signed:
        high = style.signed_limit(tiles) if limit is None else limit
        return -high, high
    finite = tiles[np.isfinite(tiles)]
    if not finite.size:
        return 0.0, 1.0
    low, high = float(finite.min()), float(finite.max()) if limit is None else limit
    return low, high if high > low else low + 1e-6


def _numbers(count: int, columns: int, first: int) -> list[str]:
    starts = range(first, first + count, columns)
    return [str(start) if columns == 1 else f"{start}–{min(start + columns, first + count) - 1}" for start in starts]
