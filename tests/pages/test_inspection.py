"""Inspect: a network that was really trained, and what is said where there is none."""

import pytest


def said(page) -> str:
    blocks = (*page.markdown, *page.caption, *page.info, *page.warning, *page.error, *page.success)
    return " ".join(block.value for block in blocks).replace("\\", "")


def charts(page) -> list:
    return page.get("bidi_component")


def open_tab(open_page, uid: str, tab: str):
    page = open_page("runs.py", timeout_s=180)
    page.query_params["run"] = uid
    page.session_state["inspection.tab"] = tab
    page.switch_page("inspection.py")
    return page.run()


def test_without_a_trained_network_it_says_where_to_start(open_page):
    page = open_page("inspection.py")
    assert not page.exception
    assert "There is no trained network yet" in said(page)
    assert [link.label for link in page.get("page_link")] == ["Start with an example"]


@pytest.mark.parametrize(
    ("status", "words"),
    [
        ("queued", "has not started yet"),
        ("running", "is still training: epoch 6 of 40 is done"),
        ("failed", "left no trained network: it is failed. It broke."),
    ],
)
def test_a_run_without_a_network_says_why(open_page, make_run, status, words):
    run = make_run("some run", status, error="It broke." if status == "failed" else None)
    page = open_page("inspection.py", run=run.uid)
    assert not page.exception
    assert words in said(page)
    assert not page.tabs


def test_an_unknown_run_is_one_sentence(open_page):
    page = open_page("inspection.py", run="nosuchrun000")
    assert not page.exception
    assert "There is no run 'nosuchrun000'." in said(page)


@pytest.mark.slow
def test_the_newest_trained_run_is_shown_and_another_can_be_chosen(trained_runs, open_page):
    page = open_page("inspection.py", timeout_s=180)
    assert not page.exception
    picker = page.selectbox(key="inspection.run")
    assert picker.value == trained_runs["diabetes-mlp"]
    picker.select(trained_runs["iris-mlp"]).run()
    assert page.query_params["run"] == trained_runs["iris-mlp"]
    assert not page.exception and not page.error


@pytest.mark.slow
def test_every_convolution_and_the_first_dense_layer_are_drawn(trained_runs, open_page):
    page = open_tab(open_page, trained_runs["digits-cnn"], "Filters")
    assert not page.exception and not page.error
    assert [heading.value.replace("\\", "") for heading in page.subheader] == ["conv2d", "conv2d_1", "dense"]
    assert "Conv2D, 16 filters of 3 × 3" in said(page)
    assert len(charts(page)) == 3
    page.toggle(key="inspection.shared").set_value(True).run()
    assert not page.exception and len(charts(page)) == 3


@pytest.mark.slow
def test_feature_maps_of_a_chosen_example(trained_runs, open_page):
    page = open_tab(open_page, trained_runs["digits-cnn"], "Feature maps")
    assert not page.exception and not page.error
    assert "conv2d" in [heading.value for heading in page.subheader]
    assert "Predicted" in said(page)
    before = len(charts(page))
    page.number_input(key="inspection.row").set_value(7).run()
    assert not page.exception and len(charts(page)) == before >= 4
    page.button(key="inspection.row.another").click().run()
    assert not page.exception and not page.error


@pytest.mark.slow
def test_mistakes_on_images_are_shown_as_images(trained_runs, open_page):
    page = open_tab(open_page, trained_runs["digits-cnn"], "Mistakes")
    assert not page.exception and not page.error
    shown = {metric.label: metric.value for metric in page.metric}
    wrong, rows = map(int, shown["Misclassified"].split(" of "))
    assert rows == 270
    assert len(page.get("image")) + len(page.get("imgs")) == min(wrong, 40)
    assert len(charts(page)) == 1


@pytest.mark.slow
def test_mistakes_on_a_table_are_rows(trained_runs, open_page):
    page = open_tab(open_page, trained_runs["iris-mlp"], "Mistakes")
    assert not page.exception and not page.error
    table = page.dataframe[0].value
    assert (table["True"] != table["Predicted"]).all()
    assert table["Probability"].is_monotonic_decreasing
    assert "petal length (cm)" in table


@pytest.mark.slow
def test_a_regression_shows_how_far_it_is_off(trained_runs, open_page):
    page = open_tab(open_page, trained_runs["diabetes-mlp"], "Mistakes")
    assert not page.exception and not page.error
    assert [metric.label for metric in page.metric] == ["Mean absolute error", "R²", "Rows"]
    table = page.dataframe[0].value
    assert table["Difference"].abs().is_monotonic_decreasing
    page.segmented_control(key="inspection.split").set_value("train").run()
    assert not page.exception and not page.error


@pytest.mark.slow
def test_a_network_that_cannot_be_read_is_one_sentence(trained_runs, open_page, store):
    uid = trained_runs["iris-mlp"]
    (store.run_dir(uid) / "model.keras").write_bytes(b"not a network")
    page = open_tab(open_page, uid, "Filters")
    assert not page.exception
    assert "cannot be read" in page.error[0].value
    assert page.button(key="inspection.retry.Filters")


@pytest.mark.slow
def test_snapshots_are_looked_at_by_the_address(trained_runs, open_page, store):
    uid = trained_runs["iris-mlp"]
    page = open_tab(open_page, uid, "Mistakes")
    slider = page.select_slider(key=f"inspection.state.{uid}")
    assert slider.options == ["Before training", "After epoch 1", "After epoch 2", "As it was kept"]
    assert slider.value == "As it was kept"
    now = {metric.label: metric.value for metric in page.metric}["Misclassified"]
    slider.set_value("Before training").run()
    assert page.query_params["epoch"] == "0"
    assert not page.exception and not page.error
    assert {metric.label: metric.value for metric in page.metric}["Misclassified"] != now
    (store.run_dir(uid) / "model.keras").unlink()  # as of a run that still trains
    page = open_tab(open_page, uid, "Filters")
    assert page.select_slider(key=f"inspection.state.{uid}").value == "After epoch 2"
    assert not page.exception and not page.error
