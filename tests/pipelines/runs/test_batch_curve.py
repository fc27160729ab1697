"""The per-batch curve in bounded room."""

import math

import numpy as np
import pytest

from pipelines.runs.batch_curve import BatchCurve
from pipelines.runs.facts import BatchPoint


def fill(curve: BatchCurve, losses, steps: int = 1, first: int = 0) -> list[BatchPoint]:
    """Add losses of `steps` batches each, and take now and then, as a store would."""
    kept: dict[int, BatchPoint] = {}
    for number, loss in enumerate(losses, start=1):
        curve.add(first + number * steps, steps, loss)
        if number % 7 == 0:
            points, replace = curve.take()
            kept = ({} if replace else kept) | {point.step: point for point in points}
    points, replace = curve.take(end=True)
    return list((({} if replace else kept) | {point.step: point for point in points}).values())


@pytest.mark.parametrize("steps", [1, 3, 32])
@pytest.mark.parametrize("number", [1, 15, 16, 17, 100, 1000])
def test_no_batch_is_lost_or_counted_twice(number: int, steps: int) -> None:
    losses = np.random.default_rng(0).random(number)
    points = fill(BatchCurve(most=16), losses, steps)
    assert sum(point.steps for point in points) == number * steps
    ends = [point.step for point in points]
    assert ends == np.cumsum([point.steps for point in points]).tolist() and ends[-1] == number * steps
    assert len(points) <= 17  # the last one is what was open
    assert sum(point.mean * point.steps for point in points) / (number * steps) == pytest.approx(losses.mean())
    begin = 0
    for point in points:
        inside = losses[begin : point.step // steps]
        assert (point.low, point.high) == (inside.min(), inside.max())
        begin = point.step // steps
    assert max(point.steps for point in points) <= 4 * max(steps, number * steps // 16)


def test_nothing_is_given_away_twice_and_what_did_not_arrive_comes_again() -> None:
    curve = BatchCurve(most=8)
    curve.add(1, 1, 2.0)
    assert curve.take() == ([BatchPoint(1, 1, 2.0, 2.0, 2.0)], False)
    assert curve.take() == ([], False)
    curve.add(2, 1, 1.0)
    curve.take()
    curve.put_back()
    points, replace = curve.take()
    assert replace and [point.step for point in points] == [1, 2]
    assert curve.take() == ([], False)


def test_what_is_no_number_is_told_as_none_and_spreads_no_further_than_its_bucket() -> None:
    curve = BatchCurve(most=4)
    for step, loss in enumerate((1.0, math.nan, 3.0, 4.0, math.inf), start=1):
        curve.add(step, 1, loss)
    assert curve.take(end=True)[0] == [
        BatchPoint(2, 2, None, None, None),
        BatchPoint(4, 2, 3.5, 3.0, 4.0),
        BatchPoint(5, 1, None, None, None),
    ]


def test_a_run_that_goes_on_goes_on_with_its_buckets() -> None:
    before = fill(BatchCurve(most=16), range(40))
    curve = BatchCurve(before, most=16)
    assert curve.take() == ([], False)
    points = before + fill(curve, range(40, 60), first=40)
    assert sum({point.step: point.steps for point in points}.values()) == 60
