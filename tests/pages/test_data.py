"""Data: every set can be chosen and seen; what is entered reaches the draft; what is not here is said."""

import shutil

import pytest

from pipelines.drafts import DraftStore

pytestmark = pytest.mark.slow  # whether the network fits is asked of the Keras process


def data_of(store):
    return DraftStore(store.home).newest().spec.data


def test_the_digits_are_shown_at_first(open_page):
    page = open_page("data.py")
    assert not page.exception and not page.error
    shown = {metric.label: metric.value for metric in page.metric}
    assert shown == {"Rows": "1,797", "Input": "8 × 8 × 1", "Task": "10 classes", "Values, uint8": "0 to 16"}
    assert len(page.get("image")) == 10


@pytest.mark.parametrize(
    ("name", "task", "scaling"),
    [("iris", "3 classes", "standardise"), ("breast_cancer", "2 classes", "standardise"),
     ("diabetes", "regression", "standardise")],
)  # fmt: skip
def test_a_table_is_chosen_with_the_scaling_that_suits_it(open_page, store, name, task, scaling):
    page = open_page("data.py")
    page.selectbox(key="data.source").select(("bundled", name)).run()
    assert not page.exception
    assert task in [metric.value for metric in page.metric]
    assert (data_of(store).source.name, data_of(store).scaling) == (name, scaling)


def test_split_seed_and_scaling_reach_the_draft(open_page, store):
    page = open_page("data.py")
    page.slider(key="data.val").set_value(30).run()
    page.number_input(key="data.seed").set_value(7).run()
    page.toggle(key="data.stratify").set_value(False).run()
    page.segmented_control(key="data.scaling").set_value("none").run()
    data = data_of(store)
    assert (data.split.val, data.split.seed, data.split.stratify, data.scaling) == (0.3, 7, False, "none")


def test_shares_that_leave_nothing_to_train_on_are_refused(open_page, store):
    page = open_page("data.py")
    page.slider(key="data.val").set_value(60).run()
    assert data_of(store).split.val == 0.6
    page.slider(key="data.test").set_value(60).run()
    assert not page.exception
    assert data_of(store).split.test == 0.15
    assert any("tenth of the rows" in block.value for block in page.markdown)


def test_a_network_that_does_not_fit_is_said_and_replaced_by_one_that_does(open_page, store):
    page = open_page("data.py")
    page.selectbox(key="data.source").select(("bundled", "iris")).run()
    for _ in range(40):  # the Keras process may still be on its way
        if any(button.key == "data.fit" for button in page.button):
            break
        page.run()
    page.button(key="data.fit").click().run()
    assert [node.kind for node in DraftStore(store.home).newest().spec.model.nodes] == [
        "Input",
        "Dense",
        "Dense",
        "Dense",
    ]
    assert not any(button.key == "data.fit" for button in page.button)


def test_mnist_that_is_not_here_is_offered_for_download(open_page, tmp_path, monkeypatch):
    monkeypatch.setenv("KERAS_HOME", str(tmp_path / "keras"))
    page = open_page("data.py")
    page.selectbox(key="data.source").select(("keras", "mnist")).run()
    assert not page.exception
    assert page.button(key="data.download").label == "Download"
    assert any("needs none" in caption.value for caption in page.caption)


def test_mnist_that_is_here_is_shown(open_page, tmp_path, monkeypatch, data_dir):
    monkeypatch.setenv("KERAS_HOME", str(tmp_path / "keras"))
    shutil.copytree(data_dir / "keras", tmp_path / "keras")
    page = open_page("data.py", timeout_s=60)
    page.selectbox(key="data.source").select(("keras", "mnist")).run()
    assert not page.exception
    assert "70,000" in [metric.value for metric in page.metric]
    assert page.slider(key="data.test").disabled
