"""Train: settings reach the draft, nothing wrong can be launched, and the queue says what runs and waits."""

import json
import time

import pytest

from models.editing.regularity import regularity
from pages.ui import resources
from pages.ui.train import launch
from pipelines import memory
from pipelines.data.facts import facts
from pipelines.drafts import Draft, DraftStore
from pipelines.examples import EXAMPLES
from pipelines.memory import MIB
from pipelines.runs.facts import MetricPoint, Progress
from pipelines.runs.store import RunStore
from pipelines.seeds import SEEDS_TAG
from pipelines.spec import StartSpec

pytestmark = pytest.mark.slow  # whether a run may be launched is asked of the Keras process


@pytest.fixture
def train(open_page):
    page = open_page("train.py", timeout_s=120)
    assert not page.exception and not page.error
    return page


def spec_of(store):
    return (DraftStore(store.home).newest() or Draft()).spec


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


def test_losses_and_metrics_have_settings_of_their_own(train, store):
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
    assert "on CPU" in said(page)
    bars = [(bar.proto.value, bar.proto.text) for bar in page.get("progress")]
    assert any(part == 25 and "Epoch 3 of 10, step 5 of 10 · 1,234 rows a second" in said for part, said in bars)
    (row,) = waiting_rows(page)
    assert (row["uid"], row["place"], row["name"], row["held"]) == (waiting.uid, 1, "patient", False)
    page.button(key=f"queue.pause.{running.uid}").click().run()
    assert store.get(running.uid).request == "pause"
    assert page.button(key=f"queue.pause.{running.uid}").disabled
    page.button(key=f"queue.stop.{running.uid}").click().run()
    assert store.get(running.uid).request == "stop"
    assert page.button(key=f"queue.stop.{running.uid}").disabled
    page.button(key=f"queue.kill.{running.uid}").click().run()
    assert store.get(running.uid).request == "kill"
    store.finish(running.uid, "stopped")


def waiting_rows(page):
    """What the list of waiting runs is given."""
    (given,) = [block.proto.json for block in page.get("bidi_component") if block.proto.id.endswith("-queue.waiting")]
    return json.loads(given)["rows"]


def test_every_knob_reaches_the_draft(train, store):
    train.segmented_control(key="train.batch_size.way").set_value("all").run()
    assert spec_of(store).train.batch_size == "all" and "1 step an epoch" in said(train)
    train.segmented_control(key="train.batch_size.way").set_value("one").run()
    assert spec_of(store).train.batch_size == 1 and "1,257 steps an epoch" in said(train)
    train.segmented_control(key="train.early.way").set_value("steps").run()
    train.number_input(key="train.early.every_steps").set_value(50).run()
    train.number_input(key="train.label_smoothing").set_value(0.1).run()
    train.toggle(key="train.snapshots").set_value(True).run()
    train.number_input(key="train.snapshots.every").set_value(2).run()
    train.selectbox(key="train.precision").select("mixed_bfloat16").run()
    train.segmented_control(key="train.jit").set_value("auto").run()
    train.selectbox(key="train.steps_per_execution").select(8).run()
    train.toggle(key="train.deterministic").set_value(True).run()
    found = spec_of(store).train
    assert found.early_stopping.every_steps == 50 and found.label_smoothing == 0.1 and found.snapshots.every == 2
    assert (found.precision, found.jit, found.steps_per_execution) == ("mixed_bfloat16", "auto", 8)
    assert found.deterministic
    train.number_input(key="train.label_smoothing").set_value(1.5).run()
    assert "An entry was refused" in said(train) and train.button(key="train.launch").disabled
    assert "**Loss and metrics** · :red[An entry was refused]" in [expander.label for expander in train.expander]
    train.number_input(key="train.label_smoothing").set_value(0.0).run()
    assert not train.exception and not train.button(key="train.launch").disabled


def test_gradients_are_clipped_in_one_way_and_what_is_shared_stays_with_another_optimizer(train, store):
    train.selectbox(key="train.clip").select("clipvalue").run()
    train.selectbox(key="train.clip").select("global_clipnorm").run()
    train.number_input(key="train.clip.global_clipnorm").set_value(2.0).run()
    train.number_input(key="train.optimizer.Adam.gradient_accumulation_steps").set_value(4).run()
    train.toggle(key="train.average").set_value(True).run()
    train.number_input(key="train.optimizer.Adam.ema_momentum").set_value(0.9).run()
    train.number_input(key="train.optimizer.Adam.beta_1").set_value(0.8).run()
    shared = {"global_clipnorm": 2.0, "gradient_accumulation_steps": 4, "use_ema": True, "ema_momentum": 0.9}
    config = spec_of(store).train.optimizer.config
    assert {**shared, "beta_1": 0.8}.items() <= config.items() and "clipvalue" not in config
    train.selectbox(key="train.optimizer").select("SGD").run()
    assert spec_of(store).train.optimizer.model_dump() == {"kind": "SGD", "config": shared}
    assert not train.button(key="train.launch").disabled, said(train)
    headings = [expander.label for expander in train.expander]
    assert any("global norm clipped at 2" in heading and "4 batches" in heading for heading in headings)


def test_classes_are_weighed(train, store):
    train.segmented_control(key="train.class_weights.way").set_value("balanced").run()
    assert spec_of(store).train.class_weights == "balanced"
    train.segmented_control(key="train.class_weights.way").set_value("by class").run()
    assert spec_of(store).train.class_weights == dict.fromkeys(map(str, range(10)), 1.0)
    assert not train.exception and not train.button(key="train.launch").disabled
    train.segmented_control(key="train.class_weights.way").set_value("off").run()
    assert spec_of(store).train.class_weights is None


def test_the_network_is_regularised_from_here(train, store):
    train.selectbox(key="train.penalty").select("l2").run()
    train.number_input(key="train.penalty.strength").set_value(0.001).run()
    train.number_input(key="train.dropout").set_value(0.3).run()
    train.toggle(key="train.batch_norm").set_value(True).run()
    has = regularity(spec_of(store).model)
    assert (has.penalty, has.strength, set(has.dropouts)) == ("l2", 0.001, {0.3}) and has.normalizations
    assert any("L2 0.001, dropout 0.3, batch normalisation" in expander.label for expander in train.expander)
    train.toggle(key="train.batch_norm").set_value(False).run()
    train.number_input(key="train.dropout").set_value(0.0).run()
    train.selectbox(key="train.penalty").select("none").run()
    assert regularity(spec_of(store).model).penalty == "none" and not regularity(spec_of(store).model).dropouts
    assert not train.exception


def test_several_seeds_are_one_launch_held_with_a_priority(train, store):
    train.number_input(key="train.launch.seeds.field").set_value(3).run()
    train.segmented_control(key="train.launch.priority.field").set_value(1).run()
    train.toggle(key="train.launch.held.field").set_value(True).run()
    assert train.button(key="train.launch").label == "Launch 3 runs"
    assert estimate_of(store).total > 500e6  # by when Keras has answered
    train.button(key="train.launch").click().run()
    assert not train.exception
    runs = store.queued()
    assert [run.name for run in runs] == [f"digits-cnn, seed {seed}" for seed in range(3)]
    assert len({run.tags[SEEDS_TAG] for run in runs}) == 1
    assert {(run.held, run.priority, run.status) for run in runs} == {(True, 1, "queued")}
    assert all(run.memory_bytes and run.memory_bytes > 500e6 for run in runs)
    assert [row["uid"] for row in waiting_rows(train)] == [run.uid for run in runs]


def test_too_large_a_batch_is_warned_of_and_mended_by_a_click(train, store, monkeypatch):
    train.segmented_control(key="train.batch_size.way").set_value("all").run()
    assert not train.warning
    whole = estimate_of(store)  # by when Keras has answered
    monkeypatch.setattr(memory, "room", lambda *_: memory.Room(whole.total - MIB, whole.total - 8 * MIB))
    monkeypatch.setattr(launch, "room", memory.room)
    train.run()
    (warning,) = train.warning
    assert "may run out of memory" in warning.value
    train.button(key="train.memory.smaller").click().run()
    size = spec_of(store).train.batch_size
    assert isinstance(size, int) and size < 1257 and not train.warning
    assert not train.button(key="train.launch").disabled


def estimate_of(store):
    spec = spec_of(store)
    return memory.estimate(spec, resources.summary(spec.model), facts(spec.data))


def test_a_draft_that_goes_on_from_another_run_is_forked(train, open_page, make_run, store):
    parent = make_run("parent", epochs=4)
    (store.run_dir(parent.uid) / "snapshots").mkdir()
    (store.run_dir(parent.uid) / "snapshots" / "epoch-000002.npz").write_bytes(b"a state")
    train.text_input(key="train.name").input("child").run()
    drafts = DraftStore(store.home)
    draft = drafts.newest()
    begun = draft.spec.replace(start=StartSpec(run=parent.uid, epoch=2))
    drafts.save(draft.replace(spec=begun), drafts.fresh_id(), None)
    page = open_page("train.py", timeout_s=60)
    assert "Goes on from epoch 2" in said(page) and not page.button(key="train.launch").disabled, said(page)
    page.toggle(key="train.launch.held.field").set_value(True).run()
    page.button(key="train.launch").click().run()
    (child,) = store.queued()
    assert not page.exception and (child.parent_uid, child.held) == (parent.uid, True)
    assert (store.run_dir(child.uid) / "start" / "epoch-000002.npz").read_bytes() == b"a state"
    page.button(key="train.start.drop").click().run()
    assert spec_of(store).start is None


def test_slots_are_set_on_the_page(train, store):
    train.number_input(key="queue.slots.cpu").set_value(3).run()
    assert store.setting("slots.cpu") == 3
    train.button(key="queue.slots.reset").click().run()
    assert store.setting("slots.cpu") is None and not train.exception


def test_what_past_runs_took_tells_how_long_it_takes(train, open_page, store):
    assert "known after a first run" in said(train)
    train.text_input(key="train.name").input("other").run()
    clock = iter(range(10**6))
    timed = RunStore(store.home, clock=lambda: 1_000.0 + next(clock))
    run = timed.create(spec_of(store))
    timed.claim(run.uid, "here", "cpu")
    timed.started(run.uid, 999_999, 1.0)
    for epoch in range(5):
        timed.log_epoch(
            run.uid, [MetricPoint("loss", "train", epoch, 40 * (epoch + 1), 1.0)], Progress(epoch + 1, 5, 0, 40, 100.0)
        )
    timed.finish(run.uid, "finished")
    timed.close()
    train.run()
    assert "as past runs went" in said(train)


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
