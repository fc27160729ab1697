"""Design, around the list: architectures, costs, outputs, code, the library, links and files."""

import pytest
from streamlit.testing.v1 import AppTest

from models.architectures import ARCHITECTURES
from models.exchange.link import pack
from pipelines.drafts import Draft, DraftStore
from pipelines.library import ModelLibrary

pytestmark = pytest.mark.slow  # shapes and counts come from the Keras process
LENET = ARCHITECTURES["lenet-5"].default()


@pytest.fixture
def design(open_page):
    page = open_page("design.py", timeout_s=120)
    assert not page.exception and not page.error
    return page


@pytest.fixture
def opened(store):
    """`opened(dialog)`: a page with nothing but that dialog, which a click draws anew."""

    def opened(dialog):
        page = AppTest.from_function(draw, kwargs={"dialog": dialog}, default_timeout=60)
        page.run()
        assert not page.exception and not page.error
        return page

    return opened


def draw(dialog):
    from pages.ui.design import architectures, library, share

    {"start": architectures.gallery, "library": library.dialog, "share": share.dialog}[dialog]()


def draft_of(store):
    return DraftStore(store.home).newest() or Draft()


def said(page):
    return " ".join(block.value for block in (*page.markdown, *page.caption, *page.success)).replace("\\", "")


def view(page, name):
    page.session_state["design.views"] = name
    return page.run()


def test_costs_follow_the_batch_size(design, store):
    view(design, "Costs")
    before = {metric.label: metric.value for metric in design.metric}
    assert before["Parameters"] == "38,282" and before["Receptive field"] == "5 × 5"
    design.number_input(key="design.batch_size").set_value(64).run()
    after = {metric.label: metric.value for metric in design.metric}
    assert draft_of(store).spec.train.batch_size == 64
    assert after["Activations"] != before["Activations"] and after["Weights"] == before["Weights"]
    assert "64 examples" in " ".join(metric.help or "" for metric in design.metric)
    design.segmented_control(key="design.batch_size.way").set_value("all").run()
    assert draft_of(store).spec.train.batch_size == "all"
    assert "1257 examples" in " ".join(metric.help or "" for metric in design.metric)
    assert not design.exception


def test_an_output_is_added_weighed_and_removed(design, store):
    view(design, "Outputs")
    design.selectbox(key="design.outputs.add").set_value("dense").run()
    design.selectbox(key="design.outputs.dense.target").set_value("none").run()
    design.number_input(key="design.outputs.dense_1.weight").set_value(0.5).run()
    outputs = draft_of(store).spec.model.outputs
    assert [(output.node, output.target, output.weight) for output in outputs] == [
        ("dense_1", "label", 0.5),
        ("dense", "none", 1.0),
    ]
    design.button(key="design.outputs.dense.remove").click().run()
    assert [output.node for output in draft_of(store).spec.model.given] == ["dense_1"]


def test_the_code_is_there_unless_the_network_cannot_be_built(design, open_page, store):
    view(design, "Code")
    assert "layers.Conv2D(" in design.code[0].value and len(design.get("download_button")) == 2
    design.text_input(key="design.name").input("my_net").run()
    assert draft_of(store).spec.model.name == "my_net" and 'name="my_net"' in design.code[0].value
    design.text_input(key="design.name").input("my net").run()
    assert "cannot be the name of a network" in said(design) and draft_of(store).spec.model.name == "my_net"
    nodes = Draft().spec.model.nodes
    odd = Draft().spec.model.replace(nodes=[*nodes[:2], nodes[-1].replace(inputs=("gone",))])
    drafts = DraftStore(store.home)
    drafts.save(Draft(spec=Draft().spec.replace(model=odd), match_data=False), drafts.fresh_id(), None)
    page = view(open_page("design.py", timeout_s=120), "Code")
    assert not page.exception and not page.code and "gone" in said(page)


def test_networks_are_kept_opened_renamed_and_deleted(opened, store):
    library = ModelLibrary(store.home)
    page = opened("library")
    assert "Nothing was saved yet" in said(page)
    page.text_input(key="design.library.name").input("mine").run()
    page.text_input(key="design.library.note.0").input("the first").run()
    page.button(key="design.library.save").click().run()
    assert "Saved as mine, version 1" in said(page)
    page.text_input(key="design.library.name").input(" ").run()
    page.button(key="design.library.save").click().run()
    assert "A name is 1 to 80" in page.error[0].value and [saved.name for saved in library.names()] == ["mine"]

    library.save(LENET, "mine", "another one")
    page.run()
    page.session_state["design.library.of.mine"] = True
    page.run()
    assert "Version 2" in said(page) and "The first version" in said(page)
    page.button(key="design.library.open.mine.2").click().run()
    assert not page.exception and draft_of(store).spec.model.nodes[1].kind == "Conv2D"
    assert len(draft_of(store).spec.model.nodes) == len(LENET.nodes)

    page.text_input(key="design.library.new.mine.0").input("other").run()
    page.button(key="design.library.new.mine.duplicate").click().run()
    page.text_input(key="design.library.new.mine.1").input("other").run()
    page.button(key="design.library.new.mine.rename").click().run()
    assert "already" in page.error[0].value
    page.text_input(key="design.library.name").input("mine").run()
    page.text_input(key="design.library.new.mine.1").input("yours").run()
    page.button(key="design.library.new.mine.rename").click().run()
    assert "mine is called yours now" in said(page)
    assert page.text_input(key="design.library.name").value == "yours"  # the next save is a version of it
    page.session_state["design.library.of.yours"] = True
    page.run()
    page.button(key="design.library.new.yours.delete").click().run()
    assert [saved.name for saved in library.names()] == ["other"] and not page.exception


def test_a_network_in_a_link_is_a_new_draft(open_page, store, design):
    drafts = DraftStore(store.home)
    own = Draft()
    drafts.save(own, drafts.fresh_id(), None)
    page = open_page("design.py", timeout_s=120, model=pack(LENET))
    assert not page.exception and "came with the link" in page.toast[0].value
    assert draft_of(store).spec.model == LENET and not draft_of(store).match_data
    assert len(list(drafts.folder.glob("*.json"))) == 2 and "model" not in page.query_params

    cut = open_page("design.py", timeout_s=120, model=pack(LENET)[:-7])
    assert not cut.exception and "no network" in cut.error[0].value


def test_a_link_to_copy_and_a_file_to_take(opened, store):
    page = opened("share")
    assert "?model=" in page.code[0].value
    page.session_state["design.share.tabs"] = "File"
    page.run()
    (button,) = page.get("download_button")
    assert button.label == "Download JSON" and not page.exception


def test_a_file_that_was_read_becomes_the_network_as_it_is(store):
    def draw_opened():
        from models.architectures import ARCHITECTURES
        from models.exchange.importing import read
        from pages.ui.design.share import open_imported

        text = ARCHITECTURES["lenet-5"].default().model_dump_json(exclude_defaults=True)
        open_imported(read(text.encode(), "lenet.json"))

    page = AppTest.from_function(draw_opened, default_timeout=60).run()
    assert not page.exception
    assert draft_of(store).spec.model == LENET and not draft_of(store).match_data


def test_an_architecture_is_taken_for_the_data_or_as_published(opened, store):
    page = opened("start")
    page.text_input(key="design.start.search").input("softmax").run()
    page.button(key="design.start.take").click().run()
    assert not page.exception and not page.error
    assert draft_of(store).match_data and [node.kind for node in draft_of(store).spec.model.nodes][-1] == "Dense"
    assert draft_of(store).spec.model.nodes[0].config["shape"] == [8, 8, 1]

    page.segmented_control(key="design.start.shown").set_value("All").run()
    page.text_input(key="design.start.search").input("alexnet").run()
    assert "Received: 8 × 8" in said(page)
    page.number_input(key="design.start.options.alexnet.width").set_value(8).run()
    page.button(key="design.start.take").click().run()
    draft = draft_of(store)
    assert not draft.match_data and draft.spec.model.nodes[0].config["shape"] == [227, 227, 3]
    assert [node.config["units"] for node in draft.spec.model.nodes if node.kind == "Dense"] == [8, 8, 1000]


def test_an_empty_network_is_begun_with(opened, store):
    opened("start").button(key="design.start.empty").click().run()
    assert draft_of(store).spec.model.nodes == ()


def test_words_that_no_architecture_has_and_options_that_cannot_be(opened):
    page = opened("start")
    page.text_input(key="design.start.search").input("no such thing").run()
    assert not page.exception and "No architecture has these words" in said(page)
