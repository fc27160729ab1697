"""Thin long series before they travel to the browser: 200 lines of 200 points draw at once, of 1,000 in seconds."""

import numpy as np
import pandas as pd
from tsdownsample import NaNMinMaxDownsampler

MAX_POINTS = 500


def thin(series: pd.DataFrame, max_points: int = MAX_POINTS) -> pd.DataFrame:
    """The rows of one series (ordered, column `value`) that keep its shape: extremes, gaps, first and last.

    Args:
        series: one run, split and metric.
        max_points: about how many rows may stay; a shorter series comes back as it is.
    """
    if len(series) <= max_points:
        return series
    values = np.ascontiguousarray(series["value"], dtype=np.float64)
    kept = NaNMinMaxDownsampler().downsample(values, n_out=max_points // 2 * 2)
    return series.iloc[np.union1d(kept, [0, len(values) - 1])]
