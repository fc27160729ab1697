import pandas as pd

from pages.ui.charts import style
from pages.ui.charts.overlay import overlay


def test_a_color_a_run_and_a_dash_a_split(history) -> None:
    points = pd.concat([history("a", train=[2, 1], val=[2, 2]), history("b", train=[3, 2], val=[3, 3])])
    figure = overlay(points, "loss", {"a": "First", "b": "Second"}, ("train", "val"))
    curves = [trace for trace in figure.data if trace.legendgroup]
    assert [(t.name, t.line.color, t.line.dash) for t in curves] == [
        ("First", style.SERIES[0], "solid"),
        ("First", style.SERIES[0], "dash"),
        ("Second", style.SERIES[1], "solid"),
        ("Second", style.SERIES[1], "dash"),
    ]
    assert [t.showlegend for t in curves] == [True, False, True, False]
    assert [t.name for t in figure.data if not t.legendgroup] == ["training", "validation"]


def test_one_split_is_solid_and_needs_no_key(history) -> None:
    figure = overlay(history("a", val=[2, 1]), "loss", {"a": "First"}, ("val",))
    assert [trace.line.dash for trace in figure.data] == ["solid"]


def test_a_run_keeps_its_color_where_others_have_no_points(history) -> None:
    figure = overlay(history("b", val=[2, 1]), "loss", {"a": "First", "b": "Second"})
    assert [trace.line.color for trace in figure.data] == [style.SERIES[1]]


def test_across_seconds_and_steps(history) -> None:
    points = history("a", val=[2, 1])
    assert list(overlay(points, "loss", {"a": "A"}, across="time_s").data[0].x) == [1.5, 3.0]
    assert list(overlay(points, "loss", {"a": "A"}, across="step").data[0].x) == [40, 80]
    assert overlay(points, "loss", {"a": "A"}, across="time_s").layout.xaxis.title.text.endswith("(s)")
