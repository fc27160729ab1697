"""Train: settings reach the draft, nothing wrong can be launched, and the queue says what runs and waits."""

import time

import pytest

from pipelines.drafts import DraftStore
from pipelines.examples import EXAMPLES
from pipelines.runs.facts import Progress

pytestmark = pytest.mark.slow  # whether a run may be launched is asked of the Keras process


@pytest.fixture
def train(open_page):
    page = open_page("train.py", timeout_s=120)
    assert not page.exception and not page.error
    return page


def spec_of(store):
    return DraftStore(store.home).newest().spec


def said(page):
    return " ".join(block.value for block in (*page.markdown, *page.caption)).replace("\\", "")


def test_an_idle_machine_says_so_and_is_ready(train):
    assert "Nothing runs and nothing waits." in said(train)
    assert "Ready to launch" in [heading.value for heading in train.subheader]
    assert not train.button(key="train.launch").disabled


def test_settings_reach_the_draft(train, store):
    train.text_input(key="train.name").input("mine").run()
    train.number_input(key="train.seed").set_value(3).run()
    train.number_input(key="train.epochs").set_value(7).run()
    train.number_input(key="train.batch_size").set_value(64).run()
    train.selectbox(key="train.optimizer").select("SGD").run()
    train.number_input(key="train.optimizer.SGD.learning_rate").set_value(0.05).run()
    train.number_input(key="train.optimizer.SGD.momentum").set_value(0.9).run()
    train.selectbox(key="train.device").select("cpu").run()
    train.number_input(key="train.early.patience").set_value(2).run()
    train.selectbox(key="train.early.monitor").select("accuracy").run()
    spec = spec_of(store)
    assert (spec.name, spec.seed, spec.train.epochs, spec.train.batch_size) == ("mine", 3, 7, 64)
    assert spec.train.optimizer.model_dump() == {"kind": "SGD", "config": {"learning_rate": 0.05, "momentum": 0.9}}
    assert spec.train.device == "cpu"
    assert (spec.train.early_stopping.patience, spec.train.early_stopping.monitor) == (2, "accuracy")
    train.toggle(key="train.early").set_value(False).run()
    assert spec_of(store).train.early_stopping is None


def test_loss_and_metrics_follow_the_task_until_they_are_chosen(train, store):
    assert train.selectbox(key="train.loss").value is None
    train.multiselect(key="train.metrics").set_value(["accuracy"]).run()
    assert spec_of(store).train.metrics == ("accuracy",)
    train.multiselect(key="train.metrics").set_value([]).run()
    assert spec_of(store).train.metrics is None


def test_losses_metrics_and_the_learning_rate_have_settings_of_their_own(train, store):
    train.selectbox(key="train.optimizer").select("SGD").run()
    train.selectbox(key="train.optimizer.SGD.learning_rate.schedule").select("CosineDecay").run()
    schedule = {"class_name": "CosineDecay", "config": {"initial_learning_rate": 0.01, "decay_steps": 1000}}
    assert spec_of(store).train.optimizer.config == {"learning_rate": schedule}
    assert train.selectbox(key="train.loss").placeholder == "follow the task: Sparse categorical crossentropy"
    train.selectbox(key="train.loss").select("sparse_categorical_crossentropy").run()
    key = "train.loss.settings.sparse_categorical_crossentropy"
    train.toggle(key=f"{key}.all").set_value(True).run()
    train.toggle(key=f"{key}.from_logits").set_value(True).run()
    settings = {"class_name": "SparseCategoricalCrossentropy", "config": {"from_logits": True}}
    assert spec_of(store).train.loss == settings
    train.multiselect(key="train.metrics").set_value(["accuracy", "sparse_top_k_categorical_accuracy"]).run()
    key = "train.metrics.sparse_top_k_categorical_accuracy.sparse_top_k_categorical_accuracy"
    if f"{key}.all" in [toggle.key for toggle in train.toggle]:
        train.toggle(key=f"{key}.all").set_value(True).run()
    train.number_input(key=f"{key}.k").set_value(3).run()
    top = {"class_name": "SparseTopKCategoricalAccuracy", "config": {"k": 3}}
    assert spec_of(store).train.metrics == ("accuracy", top)
    assert not train.button(key="train.launch").disabled, said(train)
    train.number_input(key=f"{key}.k").set_value(5).run()
    assert spec_of(store).train.metrics == ("accuracy", "sparse_top_k_categorical_accuracy")
    assert not train.exception


@pytest.mark.parametrize("name", ["../evil", "a/b", "a\\b", "..", " "])
def test_a_name_with_path_characters_cannot_be_launched(train, store, name):
    train.text_input(key="train.name").input(name).run()
    assert not train.exception
    assert train.button(key="train.launch").disabled
    assert "An entry was refused" in said(train)
    assert store.find() == []
    train.text_input(key="train.name").input("fine").run()
    assert not train.button(key="train.launch").disabled


def test_a_network_with_a_problem_cannot_be_launched_and_the_page_says_why(train, open_page, store):
    draft = DraftStore(store.home)
    train.text_input(key="train.name").input("wrong").run()
    wrong = draft.newest()
    model = wrong.spec.model.replace(nodes=wrong.spec.model.nodes[:2])
    draft.save(wrong.replace(spec=wrong.spec.replace(model=model)), draft.fresh_id(), None)
    page = open_page("train.py", timeout_s=60)
    assert page.button(key="train.launch").disabled
    assert "Not ready to launch" in [heading.value for heading in page.subheader]
    assert "Flatten" in said(page)


def test_data_that_are_not_here_cannot_be_launched(open_page, store, tmp_path, monkeypatch):
    monkeypatch.setenv("KERAS_HOME", str(tmp_path / "keras"))
    drafts = DraftStore(store.home)
    open_page("train.py", timeout_s=120).text_input(key="train.name").input("mnist").run()
    draft = drafts.newest().replace(spec=EXAMPLES["mnist-lenet5"])
    drafts.save(draft, drafts.fresh_id(), None)
    page = open_page("train.py", timeout_s=60)
    assert page.button(key="train.launch").disabled
    assert "not on this machine yet" in said(page)


def test_the_queue_shows_what_runs_and_what_waits_and_takes_requests(open_page, store):
    running, waiting = (store.create(EXAMPLES["digits-cnn"].replace(name=name)) for name in ("busy", "patient"))
    store.claim(running.uid, "here", "cpu")
    store.started(running.uid, 999_999, 1.0)
    store.beat(running.uid, Progress(epoch=2, epochs=10, step=5, steps=10, examples_per_s=1234.4))
    page = open_page("train.py", timeout_s=120)
    assert not page.exception
    assert "on CPU" in said(page) and "place 1 in line" in said(page)
    (bar,) = page.get("progress")
    assert "Epoch 3 of 10 · 1,234 rows a second" in bar.proto.text and bar.proto.value == 25
    page.button(key=f"queue.stop.{running.uid}").click().run()
    assert store.get(running.uid).request == "stop"
    assert page.button(key=f"queue.stop.{running.uid}").disabled
    page.button(key=f"queue.kill.{running.uid}").click().run()
    assert store.get(running.uid).request == "kill"
    page.button(key=f"queue.stop.{waiting.uid}").click().run()
    assert store.get(waiting.uid).status == "stopped"
    store.finish(running.uid, "stopped")


def test_launch_trains_the_draft(train, store):
    train.number_input(key="train.epochs").set_value(1).run()
    train.button(key="train.launch").click().run()
    assert not train.exception
    (run,) = store.find()
    end = time.monotonic() + 120
    while store.get(run.uid).active and time.monotonic() < end:
        time.sleep(0.2)
    assert store.get(run.uid).status == "finished", store.get(run.uid).error
    train.run()
    assert "Nothing runs and nothing waits." in said(train)


def test_data_that_were_deleted_are_a_sentence_and_the_draft_is_kept(open_page, store, deleted_data):
    page = open_page("train.py", timeout_s=120)
    assert not page.exception and not page.button(key="train.launch").disabled
    deleted_data()
    page.number_input(key="train.epochs").set_value(9).run()
    assert not page.exception
    assert any("mine.npz" in error.value for error in page.error)
    assert page.button(key="train.launch").disabled
    assert spec_of(store).train.epochs == 9 and "mine.npz" in said(page)
