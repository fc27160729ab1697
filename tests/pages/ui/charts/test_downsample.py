import numpy as np
import pandas as pd
import pytest

from pages.ui.charts.downsample import MAX_POINTS, thin


def series(values: np.ndarray) -> pd.DataFrame:
    return pd.DataFrame({"epoch": range(len(values)), "value": values})


def test_a_short_series_comes_back_as_it_is() -> None:
    short = series(np.arange(MAX_POINTS, dtype=float))
    assert thin(short) is short


@pytest.mark.parametrize("count", [501, 5_003, 100_000])
def test_a_long_series_keeps_extremes_ends_and_order(count: int) -> None:
    values = np.random.default_rng(0).normal(size=count)
    values[count // 3], values[count // 2] = 50, -50
    thinned = thin(series(values))
    assert len(thinned) <= MAX_POINTS + 2
    assert {50, -50} <= set(thinned["value"])
    assert thinned["epoch"].is_monotonic_increasing
    assert thinned["epoch"].iloc[[0, -1]].tolist() == [0, count - 1]


def test_a_gap_stays_a_gap() -> None:
    values = np.linspace(1, 0, 2_000)
    values[700] = np.nan
    assert thin(series(values))["value"].isna().sum() == 1
