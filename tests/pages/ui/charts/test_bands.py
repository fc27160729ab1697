import numpy as np
import pandas as pd

from pages.ui.charts import style
from pages.ui.charts.bands import mean_bands


def test_mean_band_and_faint_members(history) -> None:
    members = pd.concat([history(run, val=values) for run, values in {"a": [3, 2], "b": [5, 4], "c": [1, 1]}.items()])
    curves = pd.DataFrame(
        {"variant": ["base", "base"], "epoch": [0, 1], "n": 2, "mean": [4, 3], "low": [2.0, 1.0], "high": [6.0, 5.0]}
    )
    figure = mean_bands(curves, members, {"a": "base", "b": "base"}, ["base"], "Loss")
    faint = [trace for trace in figure.data if trace.opacity == 0.25]
    assert len(faint) == 2, "a run of no variant is left out"
    band = next(trace for trace in figure.data if trace.fill == "toself")
    assert (list(band.x), list(band.y)) == ([1, 2, 2, 1], [6, 5, 1, 2])
    mean = figure.data[-1]
    assert (mean.name, list(mean.x), list(mean.y)) == ("base (mean of 2)", [1, 2], [4, 3])
    assert {trace.legendgroup for trace in figure.data} == {"base"}


def test_one_run_has_no_band_and_colors_follow_the_order(history) -> None:
    curves = pd.DataFrame({"variant": ["x"], "epoch": [0], "n": 1, "mean": [4.0], "low": [np.nan], "high": [np.nan]})
    figure = mean_bands(curves, history("a", val=[4]), {"a": "x"}, ["base", "x"], "Loss")
    assert not [trace for trace in figure.data if trace.fill]
    assert (figure.data[-1].name, figure.data[-1].line.color) == ("x (1 run)", style.SERIES[1])


def test_nothing_yet_is_an_empty_chart(history) -> None:
    empty = pd.DataFrame(columns=["variant", "epoch", "n", "mean", "low", "high"])
    assert not mean_bands(empty, history("a"), {}, ["base"], "Loss").data
