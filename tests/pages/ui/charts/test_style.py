import plotly.graph_objects as go

from pages.ui.charts import style


def test_placeholders_are_colors_of_their_own() -> None:
    palettes = (*style.SERIES, *style.SEQUENTIAL, *style.DIVERGING)
    assert len({*palettes, style.MUTED, style.TEXT, style.BACKGROUND, style.FAINT}) == 34


def test_splits_differ_by_dash_so_that_color_may_tell_runs() -> None:
    assert len(set(style.SPLIT_DASH.values())) == len(style.SPLITS) == len(style.SPLIT_LABEL)


def test_a_chart_has_axis_titles_and_keeps_its_view() -> None:
    figure = style.chart([], "Epoch", "Loss", log_y=True)
    assert isinstance(figure, go.Figure)
    assert (figure.layout.xaxis.title.text, figure.layout.yaxis.title.text) == ("Epoch", "Loss")
    assert figure.layout.uirevision == "keep"
    assert figure.layout.yaxis.type == "log"


def test_a_scale_runs_from_zero_to_one() -> None:
    stops = style.scale(style.SEQUENTIAL)
    assert stops[0] == [0.0, style.SEQUENTIAL[0]]
    assert stops[-1] == [1.0, style.SEQUENTIAL[-1]]


def test_labels_are_sentence_case_and_keep_capitals() -> None:
    assert style.metric_label("val_like_name") == "Val like name"
    assert style.metric_label("AUC") == "AUC"


def test_further_layout_adds_to_the_axes_and_margins() -> None:
    layout = style.chart([], "x", "y", xaxis={"dtick": 5}, margin={"t": 0}, width=300).layout
    assert (layout.xaxis.title.text, layout.xaxis.dtick, layout.width) == ("x", 5, 300)
    assert (layout.margin.t, layout.margin.l) == (0, 8)


def test_few_epochs_have_a_tick_each() -> None:
    assert style.epochs(10)["dtick"] == 1
    assert "dtick" not in style.epochs(11)


def test_a_part_of_an_epoch_has_numbers_within_it() -> None:
    assert style.epochs(1, within=True)["tickformat"] == ".2~f"
    assert style.epochs(2, within=True)["dtick"] == 1
