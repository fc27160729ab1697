"""Design: the list of layers is edited by clicks and forms, and mistakes show on the layer they belong to."""

import pytest

from pipelines.drafts import Draft, DraftStore

pytestmark = pytest.mark.slow  # shapes and counts come from the Keras process


@pytest.fixture
def design(open_page):
    page = open_page("design.py", timeout_s=120)
    assert not page.exception and not page.error
    return page


def model_of(store):
    return (DraftStore(store.home).newest() or Draft()).spec.model


def names(store):
    return [node.name for node in model_of(store).nodes]


def opened(page, name):
    return page.button(key=f"design.open.{name}").click().run()


def said(page):
    return " ".join(block.value for block in (*page.markdown, *page.caption))


def test_shapes_counts_graph_and_code_are_shown(design):
    shown = {metric.label: metric.value for metric in design.metric}
    assert shown["Layers"] == "7" and shown["Output"] == "10"
    assert "8 × 8 × 16 · 160 parameters" in said(design)
    assert "Conv2D" in design.code[0].value
    assert design.get("graphviz_chart")


def test_a_form_changes_the_layer_and_everything_that_follows(design, store):
    opened(design, "conv2d")
    design.number_input(key="design.node.conv2d.filters").set_value(4).run()
    assert model_of(store).nodes[1].config["filters"] == 4
    assert "8 × 8 × 4 · 40 parameters" in said(design)


def test_add_move_duplicate_rename_and_remove(design, store):
    opened(design, "flatten")
    design.selectbox(key="design.add.kind").select("Dropout").run()
    design.button(key="design.add").click().run()
    assert names(store)[4:6] == ["flatten", "dropout"]
    assert design.number_input(key="design.node.dropout.rate").value == 0.5
    design.button(key="design.node.dropout.move.arrow_upward").click().run()
    assert names(store)[4:6] == ["dropout", "flatten"]
    design.button(key="design.node.dropout.duplicate.content_copy").click().run()
    assert names(store)[4:7] == ["dropout", "dropout_1", "flatten"]
    design.text_input(key="design.node.dropout_1.name").input("second").run()
    assert names(store)[5] == "second"
    design.button(key="design.node.second.remove.delete").click().run()
    assert names(store)[4:6] == ["dropout", "flatten"]
    assert not design.exception and not design.error


def test_without_a_choice_a_layer_goes_before_the_one_that_follows_the_data(design, store):
    assert design.button(key="design.add").label == "Add before dense_1"
    design.button(key="design.add").click().run()
    kinds = [node.kind for node in model_of(store).nodes]
    assert kinds[-2:] == ["Dense", "Dense"] and names(store)[-1] == "dense_1"


def test_a_name_that_is_taken_is_refused(design, store):
    opened(design, "dense")
    design.text_input(key="design.node.dense.name").input("flatten").run()
    assert not design.exception
    assert "dense" in names(store) and "cannot be the name" in said(design)


def test_a_shape_that_does_not_fit_shows_on_its_layer(design, store):
    opened(design, "flatten")
    design.button(key="design.node.flatten.remove.delete").click().run()
    assert "Flatten" in said(design) and "flatten" not in names(store)
    assert design.code == [] or "problem" in said(design)


def test_a_wrong_value_is_a_problem_and_no_crash(design, store):
    opened(design, "conv2d")
    design.number_input(key="design.node.conv2d.filters").set_value(-3).run()
    assert not design.exception
    assert "filters must be a whole number of at least 1" in said(design).replace("\\", "")
    assert model_of(store).nodes[1].config["filters"] == -3


def test_a_cycle_and_a_later_input_are_named(design, store):
    opened(design, "conv2d_1")
    design.multiselect(key="design.node.conv2d_1.inputs").set_value(["flatten"]).run()
    assert "a cycle" in said(design)
    design.multiselect(key="design.node.conv2d_1.inputs").set_value([]).run()
    assert model_of(store) == Draft().spec.model and "a cycle" not in said(design)


def test_start_from_an_architecture(design, store):
    design.button(key="design.start.lenet-5").click().run()
    assert not design.exception
    assert "average_pooling2d" in names(store)
    assert design.button(key="design.start.table-mlp").disabled


def test_what_follows_the_data_is_locked_until_it_no_longer_does(design, store):
    opened(design, "dense_1")
    assert design.number_input(key="design.node.dense_1.units").disabled
    design.toggle(key="design.match").set_value(False).run()
    box = design.number_input(key="design.node.dense_1.units")
    assert not box.disabled
    box.set_value(7).run()
    assert "gives 7 numbers" in said(design)
    design.toggle(key="design.match").set_value(True).run()
    assert model_of(store).nodes[-1].config["units"] == 10


def test_an_emptied_network_says_where_to_begin(design, store):
    for name in ("input", "conv2d", "conv2d_1", "max_pooling2d", "flatten", "dense", "dense_1"):
        opened(design, name)
        action = f"design.node.{name}.remove.delete"
        design.button(key=action).click().run()
        assert not design.exception
    assert model_of(store).nodes == ()
    assert "empty network" in design.info[0].value
    design.selectbox(key="design.add.kind").select("Input").run()
    design.button(key="design.add").click().run()
    assert model_of(store).nodes[0].config["shape"] == [8, 8, 1]


def test_data_that_were_deleted_are_a_sentence_and_the_network_can_still_be_edited(open_page, store, deleted_data):
    page = open_page("design.py", timeout_s=120)
    assert not page.exception and not page.error
    deleted_data()
    opened(page, "dense")
    assert not page.exception
    assert any("mine.npz" in error.value for error in page.error)
    page.number_input(key="design.node.dense.units").set_value(5).run()
    assert not page.exception and model_of(store).nodes[1].config["units"] == 5


def test_architectures_that_suit_the_data_come_first_and_the_others_say_why_not(design):
    buttons = [button for button in design.button if (button.key or "").startswith("design.start.")]
    if not buttons:  # the popover draws what is in it only when it is open
        design.session_state["design.start"] = True
        design.run()
        buttons = [button for button in design.button if (button.key or "").startswith("design.start.")]
    disabled = [button.disabled for button in buttons]
    assert disabled == sorted(disabled) and True in disabled
    (texts,) = [button for button in buttons if button.key == "design.start.text-embedding"]
    assert texts.disabled and "token ids" in texts.help
