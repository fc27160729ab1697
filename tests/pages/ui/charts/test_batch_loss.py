import math

import pandas as pd
import pytest

from pages.ui.charts.batch_loss import batch_loss


def batches(means, steps: int = 1) -> pd.DataFrame:
    rows = [((index + 1) * steps, steps, mean, mean - 0.5 * (steps > 1), mean + 0.5 * (steps > 1))
            for index, mean in enumerate(means)]  # fmt: skip
    return pd.DataFrame(rows, columns=["step", "steps", "mean", "low", "high"])


def test_single_batches_are_one_line_by_steps() -> None:
    (line,) = batch_loss(batches([3.0, 2.0, 1.0])).data
    assert (list(line.x), list(line.y)) == ([1, 2, 3], [3.0, 2.0, 1.0])
    assert line.hovertemplate == "%{y:.4g}"


def test_buckets_have_the_range_of_their_batches_behind_them() -> None:
    band, line = batch_loss(batches([3.0, 2.0], steps=4)).data
    assert list(line.x) == [4, 8]
    assert list(band.y) == [3.5, 2.5, 1.5, 2.5], "the highest on the way there, the lowest on the way back"


def test_the_ends_of_epochs_are_marked_while_they_are_few() -> None:
    ends = [shape.x0 for shape in batch_loss(batches([1.0] * 100), steps=40).layout.shapes]
    assert ends == [40, 80]
    assert not batch_loss(batches([1.0] * 100), steps=2).layout.shapes
    assert not batch_loss(batches([1.0] * 100)).layout.shapes


def test_a_loss_that_is_not_finite_is_a_gap() -> None:
    figure = batch_loss(batches([1.0, math.nan, 2.0]))
    assert math.isnan(figure.data[-1].y[1])


def test_a_long_curve_keeps_its_mean_and_its_extremes() -> None:
    values = [1.0] * 2_000
    values[777] = 9.0
    band, line = batch_loss(batches(values)).data
    assert len(line.x) <= 600 and line.x[-1] == 2_000
    assert max(band.y) == 9.0
    assert line.y[777 // 4] == pytest.approx((3 + 9) / 4)


def test_no_batches_are_an_empty_chart() -> None:
    assert not batch_loss(batches([])).data
