"""Many small arrays as one picture: filters on a scale centred on zero, feature maps on a scale from low to high."""

import math
from collections.abc import Sequence

import numpy as np
import plotly.graph_objects as go

# Published colour-blind-safe scales do not follow the theme, and must not: zero stays neutral, sign stays blue or red.
_SIGNED = ((0.0, "#2166ac"), (0.25, "#92c5de"), (0.5, "#f7f7f7"), (0.75, "#f4a582"), (1.0, "#b2182b"))


def mosaic(
    tiles: np.ndarray,
    labels: Sequence[str],
    *,
    limit: float | None = None,
    signed: bool = True,
    columns: int | None = None,
    unit: str = "Weight",
) -> go.Figure:
    """Tiles in a grid, each under its label, sharing one colour scale.

    Args:
        tiles: float array of shape (tiles, height, width).
        labels: one a tile, short.
        limit: the scale ends here: [-limit, limit] when signed, else [min, limit]. None: the tiles' own extremes.
        signed: blue below zero, red above, white at zero; else dark to light from the lowest to the highest value.
        columns: tiles a row; default: about twice as wide as high, at most 16.
        unit: what a value is, for the colour bar and the hover text.
    """
    count, height, width = tiles.shape
    columns = columns or min(count, max(1, min(16, math.ceil(math.sqrt(2 * count * height / width)))))
    rows = math.ceil(count / columns)
    gap = max(1, round(min(height, width) * 0.12))
    canvas = np.full((rows * (height + gap) - gap, columns * (width + gap) - gap), np.nan)
    where = np.full(canvas.shape, "", dtype=object)
    for index, tile in enumerate(tiles):
        top, left = (index // columns) * (height + gap), (index % columns) * (width + gap)
        canvas[top : top + height, left : left + width] = tile
        where[top : top + height, left : left + width] = labels[index]
    finite = tiles[np.isfinite(tiles)]
    high = (
        limit if limit is not None else float(np.abs(finite).max() if signed else finite.max()) if finite.size else 1.0
    )
    high = high or 1e-6
    low = -high if signed else float(finite.min()) if finite.size else 0.0
    figure = go.Figure(
        go.Heatmap(
            z=canvas,
            customdata=where,
            zmin=low,
            zmax=high if high > low else low + 1e-6,
            colorscale=[list(stop) for stop in _SIGNED] if signed else "Viridis",
            colorbar={"title": {"text": unit, "side": "right"}, "thickness": 12, "len": 0.9, "tickformat": ".2~g"},
            hovertemplate=f"%{{customdata}}<br>{unit.lower()} %{{z:.4g}}<extra></extra>",
            hoverongaps=False,
        )
    )
    firsts = list(range(0, count, columns))
    figure.update_xaxes(visible=False, constrain="domain")
    figure.update_yaxes(
        tickvals=[row * (height + gap) + (height - 1) / 2 for row in range(rows)],
        ticktext=[labels[index] for index in firsts],
        showgrid=False,
        zeroline=False,
        autorange="reversed",
        scaleanchor="x",
        constrain="domain",
    )
    pixels_high = max(120, min(640, round(canvas.shape[0] / canvas.shape[1] * 620)))
    figure.update_layout(height=pixels_high, margin={"l": 0, "r": 0, "t": 4, "b": 4}, uirevision="keep")
    return figure
