"""The learning rate on the Train page: fields reach the draft, the plan is drawn, the finder finds."""

import json
import time

import pytest

from pipelines.drafts import Draft, DraftStore
from pipelines.spec import RunSpec

pytestmark = pytest.mark.slow  # whether a run may be launched is asked of the Keras process


@pytest.fixture
def train(open_page):
    page = open_page("train.py", timeout_s=120)
    assert not page.exception and not page.error
    return page


def spec_of(store) -> RunSpec:
    return DraftStore(store.home).newest().spec


def said(page) -> str:
    return " ".join(block.value for block in (*page.markdown, *page.caption)).replace("\\", "")


def drawn(page, key: str) -> dict | None:
    """The figure with that key, as the browser is given it."""
    for block in page.get("bidi_component"):
        if block.proto.id.endswith(f"-{key}"):
            return json.loads(json.loads(block.proto.json)["figure"])
    return None


def test_a_schedule_reaches_the_draft_and_is_drawn(train, store):
    kind = spec_of_kind(train)
    train.number_input(key=f"train.optimizer.{kind}.learning_rate").set_value(0.05).run()
    train.selectbox(key="train.schedule.kind").select("one_cycle").run()
    train.number_input(key="train.schedule.one_cycle.rise").set_value(0.5).run()
    train.number_input(key="train.schedule.warmup").set_value(2.0).run()
    train.number_input(key="train.schedule.warmup_from").set_value(0.2).run()
    assert not train.exception
    spec = spec_of(store)
    assert spec.train.optimizer.config["learning_rate"] == 0.05
    assert spec.train.schedule.model_dump() == {
        "kind": "one_cycle", "config": {"rise": 0.5}, "warmup": 2.0, "warmup_from": 0.2,
    }  # fmt: skip
    assert drawn(train, "train.chart.schedule")["layout"]["shapes"][0]["x0"] == 2.0
    train.number_input(key="train.schedule.warmup").set_value(0.0).run()
    train.selectbox(key="train.schedule.kind").set_value(None).run()
    assert spec_of(store).train.schedule is None
    assert drawn(train, "train.chart.schedule") is None, "a straight line says nothing"


def spec_of_kind(page) -> str:
    return page.selectbox(key="train.optimizer").value


def test_a_plateau_watches_what_is_measured_and_a_misfit_is_told_at_once(train, store):
    train.selectbox(key="train.schedule.kind").select("plateau").run()
    train.selectbox(key="train.schedule.plateau.monitor").select("accuracy").run()
    assert spec_of(store).train.schedule.config == {"monitor": "accuracy"}
    assert "drops are not drawn" in said(train)
    train.number_input(key="train.schedule.warmup").set_value(1000.0).run()
    assert "The warm-up takes 1000 epochs" in said(train)
    assert train.button(key="train.launch").disabled


def test_a_schedule_of_kerass_in_steps_can_be_left_for_one_in_epochs(open_page, store):
    own = {"class_name": "CosineDecay", "config": {"initial_learning_rate": 0.02, "decay_steps": 100}}
    drafts = DraftStore(store.home)
    draft = Draft()
    spec = draft.spec.replace(
        train=draft.spec.train.replace(optimizer={"kind": "SGD", "config": {"learning_rate": own}})
    )
    drafts.save(draft.replace(spec=spec).matched(), drafts.fresh_id(), None)
    page = open_page("train.py", timeout_s=120)
    assert not page.exception and not page.error
    page.button(key="train.schedule.own").click().run()
    assert spec_of(store).train.optimizer.config == {"learning_rate": 0.02}
    assert page.selectbox(key="train.schedule.kind").value is None


def test_the_finder_suggests_a_rate_that_a_click_takes(train, store):
    train.button(key="train.rate.find").click().run()
    assert train.button(key="train.rate.find").disabled
    deadline = time.monotonic() + 120
    while train.button(key="train.rate.find").disabled:
        assert time.monotonic() < deadline, "the range test does not end"
        time.sleep(0.5)
        train.run()
    assert "A tenth of" in said(train)
    assert drawn(train, "train.chart.rate_finder")["layout"]["xaxis"]["type"] == "log"
    use = train.button(key="train.rate.use")
    suggested = float(use.label.removeprefix("Use "))
    assert 1e-4 <= suggested <= 0.1
    use.click().run()
    assert not train.exception
    assert spec_of(store).train.optimizer.config.get("learning_rate", 0.001) == suggested
    assert train.button(key="train.rate.use").disabled
