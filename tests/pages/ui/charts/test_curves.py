import math

import pytest

from pages.ui.charts import style
from pages.ui.charts.curves import learning_curve


def by_name(figure) -> dict:
    return {trace.name: trace for trace in figure.data}


def test_epochs_count_from_one_and_splits_have_their_dashes(history) -> None:
    figure = learning_curve(history("a", train=[3, 2, 1], val=[3, 2, 2]), "loss")
    traces = by_name(figure)
    assert list(traces["Training"].x) == [1, 2, 3]
    assert list(traces["Validation"].y) == [3, 2, 2]
    assert traces["Training"].line.dash == "solid"
    assert traces["Validation"].line.dash == "dash"
    assert figure.layout.yaxis.title.text == "Loss"


def test_the_test_split_and_other_metrics_stay_out(history) -> None:
    points = history("a", train=[1, 2], test=[9])
    assert set(by_name(learning_curve(points, "loss"))) == {"Training"}
    assert not learning_curve(points, "accuracy").data


def test_the_best_epoch_is_marked_on_the_validation_curve(history) -> None:
    figure = learning_curve(history("a", train=[3, 2, 1, 0], val=[3, 1, 2, 2]), "loss", best_epoch=1)
    best = by_name(figure)["Best epoch (2)"]
    assert (list(best.x), list(best.y)) == ([2], [1])
    assert best.marker.color == style.SPLIT_COLOR["val"]
    assert [shape.x0 for shape in figure.layout.shapes] == [2]


def test_the_window_of_patience_lies_between_best_epoch_and_stop(history) -> None:
    points = history("a", train=[3, 2, 1, 0], val=[3, 1, 2, 2])
    figure = learning_curve(points, "loss", best_epoch=1, stopped_epoch=3, waited_to=3)
    window = next(shape for shape in figure.layout.shapes if shape.type == "rect")
    assert (window.x0, window.x1) == (2, 4)
    assert figure.layout.annotations[0].text == "Stopped early: 2 epochs without improvement"
    assert [shape.x0 for shape in figure.layout.shapes if shape.type == "line"] == [2, 4]


def test_while_it_waits_nothing_has_stopped(history) -> None:
    points = history("a", train=[3, 2, 1], val=[3, 1, 2])
    waiting = learning_curve(points, "loss", best_epoch=1, waited_to=2)
    assert waiting.layout.annotations[0].text == "1 epoch without improvement"
    improving = learning_curve(points, "loss", best_epoch=2, waited_to=2)
    assert not improving.layout.annotations


def test_a_best_epoch_without_a_finite_value_is_only_a_line(history) -> None:
    figure = learning_curve(history("a", train=[1.0], val=[math.nan]), "loss", best_epoch=0)
    assert set(by_name(figure)) == {"Training", "Validation"}


def test_a_history_without_points_draws_an_empty_chart(history) -> None:
    assert not learning_curve(history("a"), "loss").data


@pytest.mark.parametrize(("count", "mode"), [(3, "lines+markers"), (200, "lines")])
def test_a_short_curve_shows_its_points(history, count: int, mode: str) -> None:
    assert learning_curve(history("a", train=[1.0] * count), "loss").data[0].mode == mode


def test_a_long_curve_is_thinned(history) -> None:
    trace = learning_curve(history("a", train=[1 / (n + 1) for n in range(3_000)]), "loss").data[0]
    assert len(trace.x) <= 502
    assert (trace.x[0], trace.x[-1]) == (1, 3_000)


def test_a_rate_that_hardly_falls_is_not_drawn_as_a_fall(history) -> None:
    points = history("a", train=[0.001, 0.000999], val=[]).assign(name="learning_rate")
    assert learning_curve(points, "learning_rate").layout.yaxis.rangemode == "tozero"
    assert learning_curve(history("a", train=[2, 1], val=[]), "loss").layout.yaxis.rangemode is None


def test_points_within_epochs_are_told_to_the_hundredth(history) -> None:
    points = history("a", val=[3, 2, 1]).assign(epoch=[-0.5, 0.0, 0.5])
    figure = learning_curve(points, "loss", best_epoch=0.5)
    assert list(by_name(figure)["Validation"].x) == [0.5, 1.0, 1.5]
    assert "Best epoch (1.5)" in by_name(figure)
    assert figure.layout.xaxis.unifiedhovertitle.text == "Epoch %{x:.2f}"
