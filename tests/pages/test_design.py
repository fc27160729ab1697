"""Design: the list, the palette, forms, mends and the toolbar change the network, and what follows is shown."""

import json

import pytest

from models.sketch import Sketch
from pipelines.drafts import Draft, DraftStore

pytestmark = pytest.mark.slow  # shapes and counts come from the Keras process
NAMES = ["input", "conv2d", "conv2d_1", "max_pooling2d", "flatten", "dense", "dense_1"]


@pytest.fixture
def design(open_page):
    page = open_page("design.py", timeout_s=120)
    assert not page.exception and not page.error
    return page


def model_of(store):
    return (DraftStore(store.home).newest() or Draft()).spec.model


def names(store):
    return [node.name for node in model_of(store).nodes]


def config(store, name):
    model = model_of(store)
    return model.nodes[model.index_of(name)].config


def drawn(page, key):
    """A component of the page: its id, and what it is given to draw."""
    (found,) = [each.proto for each in page.get("bidi_component") if each.proto.id.endswith(f"-{key}")]
    return found.id, json.loads(found.json)


def says(page, key, *events):
    """The page after a component has said something, sent as the browser sends it."""
    widget, data = drawn(page, key)
    said = [{**event, "id": data["done"] + place, "token": data["token"]} for place, event in enumerate(events, 1)]
    states = page._tree.get_widget_states()
    states.widgets.add(id=widget, json_value=json.dumps({"events": said}))
    return page._run(states)


def select(page, *chosen):
    return says(page, "design.list", {"type": "select", "names": chosen, "current": chosen[-1] if chosen else None})


def act(page, type, *chosen, **more):
    return says(page, "design.list", {"type": type, "names": chosen, **more})


def rows(page):
    return {row["name"]: row for row in drawn(page, "design.list")[1]["rows"]}


def selected(page):
    return drawn(page, "design.list")[1]["selected"]


def wrong(page, name):
    return " ".join(f"{each['message']} {each.get('hint', '')}" for each in rows(page)[name].get("problems", ()))


def test_rows_shapes_counts_and_the_graph_are_shown(design):
    shown = rows(design)
    assert list(shown) == NAMES
    assert (shown["conv2d"]["shape"], shown["conv2d"]["params"]) == ("8 × 8 × 16", "160")
    assert drawn(design, "design.list")[1]["total"] == "38,282 parameters"
    assert len(drawn(design, "design.graph")[1]["boxes"]) == len(NAMES)


def test_a_form_changes_the_layer_and_everything_that_follows(design, store):
    select(design, "conv2d")
    design.number_input(key="design.node.conv2d.filters").set_value(4).run()
    assert config(store, "conv2d")["filters"] == 4
    assert (rows(design)["conv2d"]["shape"], rows(design)["conv2d"]["params"]) == ("8 × 8 × 4", "40")
    rules = " ".join(caption.value for caption in design.caption)
    assert "= 8" in rules and "= 40" in rules


def test_the_palette_finds_and_adds_behind_what_is_selected(design, store):
    select(design, "flatten")
    says(design, "design.adder", {"type": "search", "words": "overfitting"})
    found = drawn(design, "design.adder")[1]
    assert "layer.Dropout" in [choice["id"] for choice in found["groups"][0]["choices"]]
    assert found["where"] == "after flatten"
    says(design, "design.adder", {"type": "add", "choice": "layer.Dropout"})
    assert names(store)[4:6] == ["flatten", "dropout"] and selected(design) == ["dropout"]
    assert design.number_input(key="design.node.dropout.rate").value == 0.5
    says(design, "design.adder", {"type": "add", "words": "batchnorm"})  # Enter before the answer came
    assert names(store)[5:7] == ["dropout", "batch_normalization"]
    says(design, "design.adder", {"type": "add", "words": "qqqq zzzz"})
    assert not design.exception and len(names(store)) == 9


def test_without_a_choice_a_layer_goes_before_the_one_that_follows_the_data(design, store):
    says(design, "design.adder", {"type": "add", "choice": "layer.Dense"})
    kinds = [node.kind for node in model_of(store).nodes]
    assert kinds[-2:] == ["Dense", "Dense"] and names(store)[-1] == "dense_1"


def test_a_block_has_options_and_comes_in_as_one(design, store):
    select(design, "conv2d_1")
    says(design, "design.adder", {"type": "add", "choice": "block.residual-basic"})
    assert names(store) == NAMES  # its options are asked for first
    design.button(key="design.adder.put").click().run()
    assert not design.exception and not design.error
    new = [node for node in model_of(store).nodes if node.name not in NAMES]
    assert len(new) > 4 and len({node.block for node in new}) == 1
    assert selected(design) == [node.name for node in new]
    assert not any("problems" in row for row in rows(design).values())
    design.button(key="design.undo").click().run()
    assert names(store) == NAMES


def test_the_list_removes_moves_and_duplicates_several_at_once(design, store):
    act(design, "duplicate", "conv2d", "conv2d_1")
    assert names(store)[1:5] == ["conv2d", "conv2d_1", "conv2d_2", "conv2d_3"]
    assert selected(design) == ["conv2d_2", "conv2d_3"]
    act(design, "move", "max_pooling2d", before="conv2d_2")
    assert names(store)[2:5] == ["conv2d_1", "max_pooling2d", "conv2d_2"]
    act(design, "up", "max_pooling2d")
    assert names(store)[1:4] == ["conv2d", "max_pooling2d", "conv2d_1"]
    act(design, "remove", "conv2d_2", "conv2d_3")
    assert names(store) == ["input", "conv2d", "max_pooling2d", "conv2d_1", "flatten", "dense", "dense_1"]
    assert not design.exception and not design.error


def test_an_event_is_carried_out_once(design, store):
    widget, data = drawn(design, "design.list")
    event = {"type": "duplicate", "names": ["dense"], "id": 1, "token": data["token"]}
    for events in ([event], [event, {**event, "id": 2, "token": "another session"}], [event]):
        states = design._tree.get_widget_states()
        states.widgets.add(id=widget, json_value=json.dumps({"events": events}))
        design._run(states)
    assert names(store).count("dense_2") == 1 and len(names(store)) == len(NAMES) + 1


def test_undo_and_redo_by_button_and_by_key_and_after_a_refresh(design, store, open_page):
    act(design, "remove", "flatten")
    select(design, "dense")
    design.number_input(key="design.node.dense.units").set_value(7).run()
    says(design, "design.list", {"type": "undo"})
    assert config(store, "dense")["units"] == 64
    again = open_page("design.py", timeout_s=120, draft="".join(design.query_params["draft"]))
    again.button(key="design.undo").click().run()
    assert names(store) == NAMES and again.button(key="design.undo").disabled
    again.button(key="design.redo").click().run()
    assert "flatten" not in names(store)


def test_rename_kind_inputs_and_block_in_the_form(design, store):
    select(design, "dense")
    design.text_input(key="design.node.dense.name").input("hidden").run()
    assert names(store)[5] == "hidden" and selected(design) == ["hidden"]
    design.text_input(key="design.node.hidden.name").input("flatten").run()
    assert not design.exception and "hidden" in names(store)
    assert any("cannot be the name" in block.value for block in design.markdown)
    design.selectbox(key="design.node.hidden.input").set_value("max_pooling2d").run()
    assert model_of(store).nodes[5].inputs == ("max_pooling2d",)
    design.selectbox(key="design.node.hidden.kind").set_value("EinsumDense").run()
    assert model_of(store).nodes[5].kind == "EinsumDense" and names(store)[5] == "hidden"


def test_inputs_of_a_merge_are_several_and_in_an_order_that_can_be_changed(open_page, store):
    net = Sketch("merge")
    net.input((6,))
    net.add("Dense", units=4, name="a")
    net.add("Dense", "input", units=4, name="b")
    net.add("Subtract", "a", "b")
    net.add("Dense", units=10, activation="softmax")
    draft = Draft()
    DraftStore(store.home).save(
        draft.replace(match_data=False, spec=draft.spec.replace(model=net.spec())), "a" * 8, None
    )
    page = open_page("design.py", timeout_s=120)
    select(page, "subtract")
    page.button(key="design.node.subtract.order.1").click().run()
    assert model_of(store).nodes[3].inputs == ("b", "a")
    assert page.multiselect(key="design.node.subtract.inputs").value == ["b", "a"]
    page.multiselect(key="design.node.subtract.inputs").set_value(["b"]).run()
    assert "2 inputs" in wrong(page, "subtract") and not page.exception


def test_a_sequence_attends_to_itself_and_then_to_another(open_page, store):
    net = Sketch("attention")
    net.input((6, 4))
    net.add("Dense", units=4, name="a")
    net.add("MultiHeadAttention", "a", "a", num_heads=1, key_dim=2, name="attention")
    net.add("Flatten")
    net.add("Dense", units=10, activation="softmax")
    draft = Draft()
    DraftStore(store.home).save(
        draft.replace(match_data=False, spec=draft.spec.replace(model=net.spec())), "a" * 8, None
    )
    page = open_page("design.py", timeout_s=120)
    select(page, "attention")
    assert [page.selectbox(key=f"design.node.attention.input.{place}").value for place in range(3)] == ["a", "a", None]
    page.selectbox(key="design.node.attention.input.1").set_value("input").run()
    page.selectbox(key="design.node.attention.input.2").set_value("input").run()
    assert model_of(store).nodes[2].inputs == ("a", "input", "input")


def test_a_layer_is_applied_once_more_with_its_weights(design, store):
    select(design, "conv2d_1")
    act(design, "duplicate", "conv2d_1")
    design.session_state["design.node.conv2d_2.place"] = True
    select(design, "conv2d_2")
    design.selectbox(key="design.node.conv2d_2.shares").set_value("conv2d").run()
    assert model_of(store).nodes[3].shares == "conv2d"
    assert rows(design)["conv2d_2"]["tags"] == ["shares conv2d"]


def test_one_argument_is_set_for_several_and_they_become_a_block(design, store):
    select(design, "conv2d", "conv2d_1")
    design.selectbox(key="design.several.argument").set_value("filters").run()
    design.number_input(key="design.several.value.filters").set_value(6).run()
    assert [config(store, name)["filters"] for name in ("conv2d", "conv2d_1")] == [6, 6]
    design.text_input(key="design.several.block").input("stem").run()
    assert [node.block for node in model_of(store).nodes[:4]] == [None, "stem", "stem", None]
    design.text_input(key="design.several.block").input("no name!").run()
    assert not design.exception and model_of(store).nodes[1].block == "stem"


def test_one_setting_for_all(design, store):
    design.session_state["design.everywhere"] = True
    design.run()
    design.selectbox(key="design.everywhere.activation").set_value("tanh").run()
    design.button(key="design.everywhere.activation.put").click().run()
    assert [config(store, name).get("activation") for name in ("conv2d", "dense", "dense_1")] == [
        "tanh", "tanh", "softmax",
    ]  # fmt: skip
    assert design.toast[0].value == "3 layers changed."
    design.button(key="design.everywhere.dropout.put").click().run()
    assert [node.kind for node in model_of(store).nodes].count("Dropout") == 3
    design.button(key="design.everywhere.norm.put").click().run()
    design.button(key="design.everywhere.freeze.put").click().run()
    assert config(store, "conv2d")["trainable"] is False and rows(design)["conv2d"]["tags"] == ["frozen"]
    assert not design.exception and not design.error


def test_a_problem_sits_on_its_layer_and_is_mended_at_a_click(design, store):
    act(design, "remove", "flatten")
    name = next(name for name, row in rows(design).items() if "problems" in row)
    (problem,) = rows(design)[name]["problems"]
    says(design, "design.list", {"type": "mend", "node": name, "label": problem["mends"][0]})
    assert not any("problems" in row for row in rows(design).values()) and not design.error
    says(design, "design.list", {"type": "mend", "node": name, "label": problem["mends"][0]})
    assert "mended already" in design.error[0].value


def test_a_wrong_value_is_a_problem_and_no_crash(design, store):
    select(design, "conv2d")
    design.number_input(key="design.node.conv2d.filters").set_value(-3).run()
    assert not design.exception
    assert "filters must be a whole number of at least 1" in wrong(design, "conv2d")
    assert config(store, "conv2d")["filters"] == -3


def test_what_follows_the_data_is_locked_until_it_no_longer_does(design, store):
    select(design, "dense_1")
    assert design.number_input(key="design.node.dense_1.units").disabled
    design.toggle(key="design.match").set_value(False).run()
    box = design.number_input(key="design.node.dense_1.units")
    assert not box.disabled
    box.set_value(7).run()
    assert any("gives 7 numbers" in each for each in (wrong(design, "dense_1"), *(e.value for e in design.error)))
    design.toggle(key="design.match").set_value(True).run()
    assert config(store, "dense_1")["units"] == 10


def test_an_emptied_network_says_where_to_begin(design, store):
    act(design, "remove", *NAMES)
    assert model_of(store).nodes == () and not design.exception
    assert any("empty network" in caption.value for caption in design.caption)
    says(design, "design.adder", {"type": "add", "choice": "layer.Input"})
    assert config(store, "input")["shape"] == [8, 8, 1]


def test_data_that_were_deleted_are_a_sentence_and_the_network_can_still_be_edited(open_page, store, deleted_data):
    page = open_page("design.py", timeout_s=120)
    assert not page.exception and not page.error
    deleted_data()
    select(page, "dense")
    assert not page.exception
    assert any("mine.npz" in error.value for error in page.error)
    page.number_input(key="design.node.dense.units").set_value(5).run()
    assert not page.exception and model_of(store).nodes[1].config["units"] == 5


def test_a_layer_that_cannot_be_where_it_was_dropped_is_a_problem_and_no_crash(design, store):
    act(design, "move", "flatten", before="conv2d")
    assert not design.exception and names(store)[1] == "flatten"
    select(design, "conv2d")
    assert not design.exception and "Conv2D takes images" in wrong(design, "conv2d")
    act(design, "down", "flatten")
    assert not design.exception
