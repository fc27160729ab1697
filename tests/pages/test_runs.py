"""Runs: the table, and one run in each of its states."""

import pytest

from pipelines.drafts import DraftStore
from pipelines.runs.facts import Progress
from pipelines.spec import RunSpec


def said(page) -> str:
    blocks = (*page.title, *page.markdown, *page.caption, *page.info, *page.warning, *page.error)
    return " ".join(block.value for block in blocks).replace("\\", "")


def charts(page) -> list:
    return page.get("bidi_component")


def table(page):
    return page.dataframe[0].value


def test_without_a_run_it_says_where_to_start(open_page):
    page = open_page("runs.py")
    assert not page.exception
    assert "Nothing was trained yet." in said(page)
    assert [link.label for link in page.get("page_link")] == ["Start with an example"]
    assert not page.dataframe


def test_the_table_shows_every_run_the_newest_first(open_page, make_run):
    make_run("first", value=0.8)
    make_run("second", "failed", epochs=2, error="It broke. Mend it.")
    make_run("third", "queued")
    page = open_page("runs.py")
    assert not page.exception
    assert table(page)["Name"].tolist() == ["third", "second", "first"]
    assert [list(status) for status in table(page)["Status"]] == [["queued"], ["failed"], ["finished"]]
    assert table(page)["Test accuracy"].tolist()[-1] == 0.8
    assert table(page)["Progress"].tolist() == [0, 5, 100]
    assert len(table(page)["Validation loss"].iloc[-1]) == 6


def test_search_and_experiment_narrow_the_table(open_page, make_run):
    make_run("alpha")
    make_run("beta")
    page = open_page("runs.py")
    page.text_input(key="runs.search").input("ALP").run()
    assert table(page)["Name"].tolist() == ["alpha"]
    page.text_input(key="runs.search").input("nothing like it").run()
    assert not page.dataframe
    assert "No run has this in its name." in said(page)
    page.text_input(key="runs.search").input("").run()
    page.selectbox(key="runs.experiment").select("examples").run()
    assert len(table(page)) == 2


def test_a_finished_run_shows_its_figures_and_a_chart_for_each_metric(open_page, make_run):
    run = make_run("good one", best=3, stopped=5)
    page = open_page("runs.py", run=run.uid)
    assert not page.exception and not page.error
    assert page.title[0].value == "good one"
    shown = {metric.label: metric.value for metric in page.metric}
    assert shown["Epochs"] == "6 of 40"
    assert shown["Validation loss"] == "0.25", "that of the epoch whose weights were kept"
    assert shown["Test accuracy"] == "0.9"
    assert len(charts(page)) == 2
    assert {button.key for button in page.button} >= {"runs.again", "runs.design", "runs.back"}
    assert "Conv2D(16" in " ".join(page.table[0].value["Value"]).replace("\\", "")


def test_back_to_all_runs(open_page, make_run):
    run = make_run()
    page = open_page("runs.py", run=run.uid)
    page.button(key="runs.back").click().run()
    assert not page.query_params.get("run")
    assert len(table(page)) == 1


def test_a_running_run_is_live_and_can_be_stopped_and_killed(open_page, make_run, store):
    run = make_run(status="running", epochs=3)
    page = open_page("runs.py", run=run.uid)
    assert not page.exception
    assert page.toggle(key="runs.live").value is True
    assert page.get("progress")[0].proto.text == "Epoch 4 of 40"
    assert "Speed" in [metric.label for metric in page.metric]
    page.button(key="runs.stop").click().run()
    assert store.get(run.uid).request == "stop"
    assert page.button(key="runs.stop").disabled
    assert page.get("progress")[0].proto.text == "Stopping: the network is tested and saved"
    page.button(key="runs.kill").click().run()
    assert store.get(run.uid).request == "kill"


def test_new_points_appear_and_the_end_changes_the_page(open_page, make_run, store):
    run = make_run(status="running", epochs=1)
    page = open_page("runs.py", run=run.uid)
    store.log_epoch(run.uid, [], Progress(2, 20, 0, 40, 5_000.0))
    page.run()
    assert page.get("progress")[0].proto.text == "Epoch 3 of 20"
    store.finish(run.uid, "stopped")
    page.run()
    assert {button.key for button in page.button} >= {"runs.again"}
    assert "runs.stop" not in {button.key for button in page.button}


def test_a_queued_run_tells_its_place(open_page, make_run):
    make_run("before", "queued")
    run = make_run("after", "queued")
    page = open_page("runs.py", run=run.uid)
    assert not page.exception
    assert "1 run waits before it." in said(page)
    assert "runs.kill" not in {button.key for button in page.button}
    assert not charts(page)


def test_a_failed_run_says_why_and_opens_on_its_log(open_page, make_run):
    run = make_run(status="failed", epochs=2, error="The loss became NaN in epoch 3. Lower the learning rate.")
    page = open_page("runs.py", run=run.uid)
    assert not page.exception
    assert page.error[0].value.replace("\\", "") == "The loss became NaN in epoch 3. Lower the learning rate."
    assert "the last line" in page.code[0].value
    assert len(charts(page)) == 2, "the curve up to there is kept"


def test_a_run_that_went_on_after_a_death_says_so(open_page, make_run, store):
    run = make_run(status="running", epochs=3)
    store.requeue(run.uid, "Its process died: it was killed (SIGKILL).")
    page = open_page("runs.py", run=run.uid)
    assert "Its process died" in page.warning[0].value
    store.claim(run.uid, "here", "cpu")
    store.beat(run.uid, Progress(3, 20, 0, 40, 5_000.0, resumed_from=3))
    page.run()
    assert "Started 2 times, and went on after epoch 3." in said(page)


def test_an_unknown_uid_is_one_sentence(open_page, make_run):
    make_run()
    page = open_page("runs.py", run="nosuchrun000")
    assert not page.exception
    assert "There is no run 'nosuchrun000'." in said(page)
    assert page.button(key="runs.back")


@pytest.mark.slow
def test_the_spec_of_a_run_becomes_the_draft(open_page, make_run, store):
    tags = {"study": "abc", "variant": "baseline", "course": "intro"}
    run = make_run("to change", tags=tags)
    page = open_page("runs.py", run=run.uid)
    page.button(key="runs.design").click().run()
    spec = RunSpec.model_validate_json(run.spec_json)
    # A changed network must not count in the study that it was taken from.
    assert DraftStore(store.home).newest().spec == spec.replace(tags={"course": "intro"})


@pytest.mark.slow
def test_running_it_again_queues_the_same_spec(open_page, make_run, store):
    run = make_run()
    page = open_page("runs.py", run=run.uid)
    page.button(key="runs.again").click().run()
    again = store.get(page.query_params["run"])
    assert (again.uid != run.uid, again.spec_json, again.parent_uid) == (True, run.spec_json, run.uid)


@pytest.mark.slow
def test_a_run_that_ended_can_be_resumed_or_trained_longer(open_page, make_run, store):
    stopped, finished = make_run("short", "stopped", epochs=3), make_run("done")
    page = open_page("runs.py", run=stopped.uid)
    page.button(key="runs.resume").click().run()
    assert not page.exception and store.get(stopped.uid).active
    page = open_page("runs.py", run=finished.uid)
    assert "runs.resume" not in {button.key for button in page.button}
    page.number_input(key="runs.longer.epochs").set_value(30).run()
    page.button(key="runs.longer").click().run()
    assert not page.exception
    assert RunSpec.model_validate_json(store.get(finished.uid).spec_json).train.epochs == 30


@pytest.mark.slow
def test_the_network_is_described_by_keras(open_page, make_run):
    run = make_run()
    page = open_page("runs.py", run=run.uid, timeout_s=120)
    page.session_state[f"runs.tabs.{run.uid}"] = "Network"
    page.run()
    assert not page.exception
    layers = page.dataframe[0].value
    assert layers["Layer"].tolist()[-1] == "output" or layers["Kind"].tolist()[-1] == "Dense"
    assert layers["Output"].tolist()[-1] == "10"
