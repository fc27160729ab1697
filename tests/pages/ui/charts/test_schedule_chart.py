"""The planned rate, and the curve of a range test."""

import numpy as np

from pages.ui.charts.rate_finder import rate_finder
from pages.ui.charts.schedule import schedule
from pipelines.schedules.rate_curve import rate_curve


def test_the_planned_rate_is_drawn_over_epochs_with_the_end_of_the_warm_up():
    figure = schedule(np.array([0, 0.5, 1.0]), np.array([0.0, 0.1, 0.2]), warmup=0.5)
    (line,) = figure.data
    assert list(line.x) == [0, 0.5, 1.0] and list(line.y) == [0.0, 0.1, 0.2]
    assert figure.layout.shapes[0].x0 == 0.5
    assert not schedule(np.array([0, 1]), np.array([0.1, 0.1])).layout.shapes


def test_a_loss_that_diverged_leaves_the_rest_in_sight_and_the_suggestion_is_marked():
    rates = np.geomspace(1e-5, 1, 40)
    losses = np.concatenate([np.full(20, 2.0), np.linspace(2.0, 0.5, 15), [1, 5, 50, 500, 5000]])
    found = rate_curve(rates, losses)
    figure = rate_finder(rates, losses, found.smoothed, found.suggestion)
    low, high = figure.layout.yaxis.range
    assert low < 0.5 and 2.0 < high < 10
    assert figure.layout.xaxis.type == "log"
    assert figure.layout.shapes[0].x0 == found.suggestion
    assert not rate_finder(rates, losses, found.smoothed, None).layout.shapes
