"""Steering runs from their page and from the table: real requests to a real store, and no supervisor to act on them."""

import http.server
import json
import os
import threading
from collections.abc import Iterator

import pytest

from models.errors import SpecError
from pages.ui import run_table
from pages.ui.run_fork import changed
from pipelines.drafts import DraftStore
from pipelines.examples import EXAMPLES
from pipelines.launch import lock
from pipelines.runs.facts import BatchPoint, Progress
from pipelines.spec import RunSpec, StartSpec


def said(page) -> str:
    blocks = (*page.title, *page.markdown, *page.caption, *page.info, *page.warning, *page.error, *page.toast)
    return " ".join(block.value for block in blocks).replace("\\", "")


def keys(page) -> set[str]:
    return {button.key for button in page.button}


def press(page, key: str) -> None:
    page.button(key=key).click().run()
    assert not page.exception


@pytest.fixture(autouse=True)
def no_supervisor(store) -> Iterator[None]:
    """Hold the lock that a supervisor has, so that none is started and what was asked stays as it was asked."""
    held = lock.take(store.home)
    yield
    os.close(held)


@pytest.fixture
def tick(monkeypatch):
    """`tick(0, 1)`: those rows of the table, as it is first, are ticked; the test runner cannot."""

    def tick(*rows: int) -> None:
        drawn: list[str] = []

        def draw(table, key: str):
            drawn.append(key)
            return list(rows) if key == drawn[0] else [], None

        monkeypatch.setattr(run_table, "draw", draw)

    return tick


def keep_state(store, uid: str, *epochs: int) -> None:
    folder = store.run_dir(uid) / "snapshots"
    folder.mkdir()
    for epoch in epochs:
        (folder / f"epoch-{epoch:06d}.npz").write_bytes(b"state" * 100)


def test_a_running_run_is_paused(open_page, make_run, store):
    run = make_run(status="running", epochs=3)
    page = open_page("runs.py", run=run.uid)
    press(page, "runs.pause")
    assert store.get(run.uid).request == "pause"
    assert page.button(key="runs.pause").disabled and not page.button(key="runs.stop").disabled
    assert page.get("progress")[0].proto.text == "Pausing at the end of this epoch"


def test_a_queued_run_is_held_released_and_cancelled(open_page, make_run, store):
    run = make_run("waits", "queued")
    page = open_page("runs.py", run=run.uid)
    assert "It is next." in said(page)
    press(page, "runs.hold")
    assert store.get(run.uid).held and "It is held" in said(page) and "held" in said(page)
    press(page, "runs.release")
    assert not store.get(run.uid).held
    press(page, "runs.cancel")
    assert store.get(run.uid).status == "stopped"


def test_a_paused_run_says_where_it_is_and_goes_on(open_page, make_run, store):
    run = make_run("short", "paused", epochs=3)
    page = open_page("runs.py", run=run.uid)
    assert "Paused after epoch 3 of 40." in page.info[0].value
    assert keys(page) >= {"runs.resume", "runs.longer", "runs.delete"}
    press(page, "runs.resume")
    assert store.get(run.uid).status == "queued"


def test_a_lost_run_says_what_is_left_of_it(open_page, make_run):
    run = make_run("gone", "lost", epochs=4, error="Its process died twice without a word.")
    page = open_page("runs.py", run=run.uid)
    assert page.error[0].value.replace("\\", "") == "Its process died twice without a word."
    assert "Resume goes on after epoch 4 of 40." in said(page)
    assert "runs.resume" in keys(page)


def test_out_of_memory_is_tried_again_with_half_the_batch(open_page, make_run, store):
    run = make_run("large", "running", epochs=1, batch_size=48)
    store.finish(run.uid, "failed", error="Memory ran out.", cause="memory")
    page = open_page("runs.py", run=run.uid)
    assert page.button(key="runs.smaller").label == "Try again with batches of 24 instead of 48 rows"
    press(page, "runs.smaller")
    smaller = store.get(page.query_params["run"])
    assert (smaller.parent_uid, RunSpec.model_validate_json(smaller.spec_json).train.batch_size) == (run.uid, 24)


@pytest.mark.parametrize(("cause", "batch"), [("memory", 1), ("disk", 32)])
def test_half_a_batch_is_offered_where_it_helps(open_page, make_run, store, cause, batch):
    run = make_run("large", "running", epochs=1, batch_size=batch)
    store.finish(run.uid, "failed", error="It broke.", cause=cause)
    assert "runs.smaller" not in keys(open_page("runs.py", run=run.uid))


def test_deleting_asks_first_and_says_what_it_frees(open_page, make_run, store):
    run = make_run("to delete")
    (store.run_dir(run.uid) / "model.keras").write_bytes(b"0" * 5_000_000)
    page = open_page("runs.py", run=run.uid)
    press(page, "runs.delete")
    assert "That cannot be undone, and frees **5.0 MB**." in said(page)
    assert store.find(), "nothing is gone before it is meant"
    press(page, "runs.delete.sure")
    assert not store.find() and not store.run_dir(run.uid).exists()
    assert not page.query_params.get("run")
    assert "1 run deleted, 5.0 MB freed." in said(page)


def test_a_running_run_is_not_offered_for_deletion(open_page, make_run):
    assert "runs.delete" not in keys(open_page("runs.py", run=make_run(status="running").uid))


def test_a_fork_begins_at_a_kept_epoch_with_its_own_settings(open_page, make_run, store):
    run = make_run("parent")
    keep_state(store, run.uid, 2, 4)
    page = open_page("runs.py", run=run.uid)
    press(page, "runs.fork")
    assert page.select_slider(key="runs.fork.epoch").options == ["2", "4"]
    page.select_slider(key="runs.fork.epoch").set_value(2)
    page.number_input(key="runs.fork.epochs").set_value(9)
    page.number_input(key="runs.fork.rate").set_value(0.0005)
    page.text_input(key="runs.fork.batch").input("")
    press(page, "runs.fork.go")
    child = store.get(page.query_params["run"])
    spec = RunSpec.model_validate_json(child.spec_json)
    assert (child.name, child.parent_uid, spec.start) == ("parent (fork)", run.uid, StartSpec(run=run.uid, epoch=2))
    assert (spec.train.epochs, spec.train.batch_size) == (9, "all")
    assert spec.train.optimizer.config["learning_rate"] == 0.0005
    assert store.history([child.uid])["epoch"].max() == 1, "it has the parent's curve up to there"
    labels = [link.label for link in page.get("page_link")]
    assert "Forked from parent after epoch 2" in labels and "Compare the two" in labels


@pytest.mark.parametrize("batch", ["0", "-4", "many"])
def test_a_fork_with_no_batch_is_refused(batch):
    spec = EXAMPLES["digits-cnn"]
    entered = {"name": "fork", "epochs": 9, "optimizer": "Adam", "rate": None, "seed": 0}
    with pytest.raises(SpecError, match=f"one row or more. Received: {batch}"):
        changed(spec, {**entered, "batch": batch})
    assert changed(spec, {**entered, "batch": " 16 "}).train.batch_size == 16


def test_another_optimizer_of_a_fork_has_the_learning_rate_that_is_seen(open_page, make_run, store):
    run = make_run("parent")
    keep_state(store, run.uid, 4)
    page = open_page("runs.py", run=run.uid)
    press(page, "runs.fork")
    seen = page.number_input(key="runs.fork.rate").value
    page.selectbox(key="runs.fork.optimizer").set_value("SGD")
    press(page, "runs.fork.go")
    train = RunSpec.model_validate_json(store.get(page.query_params["run"]).spec_json).train
    assert train.optimizer.model_dump() == {"kind": "SGD", "config": {"learning_rate": seen}}


@pytest.mark.parametrize(("field", "entry", "words"), [
    ("epochs", 3, "After epoch 4 nothing is left to train"),
    ("batch", "many", "batch_size"),
])  # fmt: skip
def test_a_fork_that_makes_no_sense_is_refused_in_place(open_page, make_run, store, field, entry, words):
    run = make_run("parent")
    keep_state(store, run.uid, 4)
    page = open_page("runs.py", run=run.uid)
    press(page, "runs.fork")
    widgets = page.number_input if field == "epochs" else page.text_input
    widgets(key=f"runs.fork.{field}").set_value(entry)
    press(page, "runs.fork.go")
    assert len(store.find()) == 1 and page.query_params["run"] == run.uid
    page.button(key="runs.fork").click().run()  # a fresh dialog has forgotten it
    assert not page.error


def test_a_fork_can_be_made_a_draft_and_set_on_train(open_page, make_run, store):
    run = make_run("parent")
    keep_state(store, run.uid, 4)
    page = open_page("runs.py", run=run.uid)
    press(page, "runs.fork")
    page.button(key="runs.fork.edit").click().run()
    assert DraftStore(store.home).newest().spec.start == StartSpec(run=run.uid, epoch=4)


def test_without_a_kept_state_there_is_no_fork(open_page, make_run):
    assert "runs.fork" not in keys(open_page("runs.py", run=make_run().uid))


def test_notes_are_kept_and_shown(open_page, make_run, store):
    run = make_run()
    page = open_page("runs.py", run=run.uid)
    page.session_state[f"runs.tabs.{run.uid}"] = "Notes"
    page.run()
    page.text_area(key=f"runs.notes.{run.uid}").input("Cosine helped.").run()
    assert store.get(run.uid).notes == "Cosine helped."
    assert "Cosine helped." in said(page)
    page = open_page("runs.py")
    assert page.dataframe[0].value["Notes"].tolist() == ["Cosine helped."]


def test_the_use_of_the_machine_is_shown_live(open_page, make_run, store):
    run = make_run(status="running", epochs=2)
    store.beat(run.uid, Progress(2, 40, 8, 40, 5_000.0, 0, 0.00025, 183.0, 612_000_000, 73.0, 3_100_000_000))
    page = open_page("runs.py", run=run.uid)
    shown = {metric.label: metric.value for metric in page.metric}
    assert (shown["Learning rate"], shown["Speed"]) == ("0.00025", "5,000 rows/s")
    assert "Time left" in shown
    for words in ("CPU 183 %", "612.0 MB memory", "GPU 73 %", "3.1 GB GPU memory"):
        assert words in said(page)


def test_batches_are_drawn_before_the_first_epoch_is_done_and_later_beside_the_curves(open_page, make_run, store):
    run = make_run(status="running", epochs=0)
    store.log_batches(run.uid, [BatchPoint(step, 1, 2.0 / step, 2.0 / step, 2.0 / step) for step in range(1, 9)])
    assert len(open_page("runs.py", run=run.uid).get("bidi_component")) == 1
    run = make_run(epochs=2)
    store.log_batches(run.uid, [BatchPoint(step, 1, 2.0 / step, 2.0 / step, 2.0 / step) for step in range(1, 81)])
    assert len(open_page("runs.py", run=run.uid).get("bidi_component")) == 3


def test_before_it_starts_past_runs_say_how_long_it_will_take(open_page, make_run):
    make_run("before", epochs=3)
    assert "going by a past run of the same settings." in said(open_page("runs.py", run=make_run("x", "queued").uid))


def test_several_ticked_runs_are_steered_at_once(open_page, make_run, store, tick):
    ended, second, first = make_run("ended"), make_run("b", "running", 2), make_run("a", "running", 2)
    tick(0, 1, 2)
    page = open_page("runs.py")
    labels = {button.key: button.label for button in page.button}
    assert (labels["runs.many.pause"], labels["runs.many.again"]) == ("Pause 2", "Run again 1")
    assert labels["runs.delete"] == "Delete 1" and labels["runs.compare"] == "Compare 3 runs"
    press(page, "runs.many.pause")
    assert [store.get(run.uid).request for run in (first, second, ended)] == ["pause", "pause", None]
    assert "2 runs: will pause at the end of the epoch." in said(page)
    page.number_input(key="runs.longer.epochs").set_value(4)
    press(page, "runs.longer")
    assert RunSpec.model_validate_json(store.get(ended.uid).spec_json).train.epochs == 10


def test_several_ticked_runs_are_deleted_at_once(open_page, make_run, store, tick):
    for name in "abc":
        make_run(name)
    tick(0, 2)
    page = open_page("runs.py")
    press(page, "runs.delete")
    press(page, "runs.delete.sure")
    assert [run.name for run in store.find()] == ["b"]


def test_what_is_refused_for_one_does_not_keep_it_from_the_others(open_page, make_run, store, tick):
    make_run("a", "paused", epochs=2)
    other = make_run("b", "paused", epochs=2)
    tick(0, 1)
    page = open_page("runs.py")
    store.delete([other.uid])  # by somebody else, meanwhile
    press(page, "runs.many.resume")
    assert "1 of 2 runs were left as they are." in said(page)
    assert [run.status for run in store.find()] == ["queued"]


def test_the_table_tells_held_runs_and_can_show_one_status(open_page, make_run, store):
    store.hold(make_run("held", "queued").uid, True)
    make_run("done")
    page = open_page("runs.py")
    assert [list(status) for status in page.dataframe[0].value["Status"]] == [["finished"], ["held"]]
    page.selectbox(key="runs.status").select("queued").run()
    assert page.dataframe[0].value["Name"].tolist() == ["held"]


class Hook(http.server.BaseHTTPRequestHandler):
    def do_POST(self) -> None:
        self.server.heard.append(json.loads(self.rfile.read(int(self.headers["Content-Length"]))))
        self.send_response(204)
        self.end_headers()

    def log_message(self, *_: object) -> None:
        pass


@pytest.fixture
def hook() -> Iterator[http.server.HTTPServer]:
    """A server of this test's own that takes what is sent there: `hook.heard`."""
    with http.server.HTTPServer(("127.0.0.1", 0), Hook) as server:
        server.heard = []
        thread = threading.Thread(target=server.serve_forever)
        thread.start()
        yield server
        server.shutdown()
        thread.join()


def test_a_webhook_is_tried_saved_and_taken_away(open_page, make_run, store, hook):
    make_run()
    page = open_page("runs.py")
    address = f"http://127.0.0.1:{hook.server_port}/hook"
    page.text_input(key="runs.webhook.url").input("chat.example.org")
    press(page, "runs.webhook.save")
    assert "begins with http" in page.error[0].value.replace("\\", "") and store.setting("webhook") is None
    page.text_input(key="runs.webhook.url").input(address)
    press(page, "runs.webhook.test")
    assert [message["event"] for message in hook.heard] == ["test"]
    press(page, "runs.webhook.save")
    assert store.setting("webhook") == {"url": address, "when": ["finished", "failed", "lost"]}
    press(page, "runs.webhook.none")
    assert store.setting("webhook") is None
