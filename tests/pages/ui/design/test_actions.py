"""What the list of layers shows and does, as plain functions."""

import pytest

from models.blocks import BLOCKS
from models.editing.blocks import insert_block
from models.errors import NetloomError
from models.facts import Mend, NodeSummary, Problem, Summary
from models.sketch import Sketch
from models.spec import ModelSpec, Output
from pages.ui.design import actions
from pages.ui.design.actions import Selection


@pytest.fixture
def model() -> ModelSpec:
    net = Sketch("small")
    net.input((8, 8, 1))
    net.add("Conv2D", filters=4, kernel_size=3, padding="same", activation="relu")
    net.add("Conv2D", filters=4, kernel_size=3, padding="same")
    net.add("Add", "conv2d", "conv2d_1")
    net.add("Flatten")
    net.add("Dense", units=3)
    return net.spec()


def names(model):
    return [node.name for node in model.nodes]


def event(type, *names, **more):
    return {"type": type, "names": list(names), **more}


def node(name, kind="Dense", shape=(None, 4), params=0, **more):
    return NodeSummary(name, kind, shape, params, more.pop("trainable", params), (), **more)


def test_rows_say_what_comes_out_what_feeds_and_what_is_wrong(model):
    summary = Summary((node("conv2d", "Conv2D", (None, 8, 8, 4), 1040),), 1040, 1040)
    mend, other = Mend("Insert Flatten", "insert_flatten", "dense"), Mend("Remove dense", "remove", "dense")
    problem = Problem("dense", None, "Too deep.", "Flatten it.", mend, (other,))
    rows = {row["name"]: row for row in actions.rows(model, summary, [problem, Problem(None, None, "All is wrong.")])}
    assert list(rows) == names(model)
    assert rows["conv2d"] == {"name": "conv2d", "kind": "Conv2D", "shape": "8 × 8 × 4", "params": "1,040"}
    assert rows["add"]["feeds"] == "conv2d, conv2d_1" and "feeds" not in rows["flatten"]
    assert rows["dense"]["problems"] == [
        {"message": "Too deep.", "hint": "Flatten it.", "mends": ["Insert Flatten", "Remove dense"]}
    ]
    assert "problems" not in rows["add"]


def test_rows_mark_what_is_shared_frozen_given_out_and_has_several_outputs(model):
    nodes = [*model.nodes[:-1], model.nodes[-1].replace(config={"units": 3})]
    nodes[2] = nodes[2].replace(shares="conv2d", config={})
    model = model.replace(nodes=nodes, outputs=(Output(node="dense"), Output(node="conv2d")))
    summary = Summary((node("conv2d", params=5, trainable=0, more_shapes=((None, 1),)),), 5, 0)
    rows = {row["name"]: row for row in actions.rows(model, summary, ())}
    assert rows["conv2d"]["tags"] == ["frozen", "output"] and rows["conv2d"]["shape"] == "4 +1"
    assert rows["conv2d_1"]["tags"] == ["shares conv2d"]
    assert rows["dense"]["tags"] == ["main output"]


def test_events_of_the_list_are_edits(model):
    done = actions.carried_out
    assert names(done(model, event("remove", "conv2d_1", "add"))) == ["input", "conv2d", "flatten", "dense"]
    assert names(done(model, event("duplicate", "flatten")))[4:6] == ["flatten", "flatten_1"]
    assert names(done(model, event("up", "flatten", "dense")))[3:] == ["flatten", "dense", "add"]
    assert names(done(model, event("down", "conv2d_1")))[2:4] == ["add", "conv2d_1"]
    moved = done(model, event("move", "flatten", "dense", before="conv2d"))
    assert names(moved) == ["input", "flatten", "dense", "conv2d", "conv2d_1", "add"]
    assert names(done(model, event("move", "conv2d", before=None)))[-1] == "conv2d"


def test_an_event_on_what_is_gone_changes_nothing_and_an_unknown_one_is_refused(model):
    assert actions.carried_out(model, event("remove", "gone")) == model
    assert names(actions.carried_out(model, event("remove", "gone", "flatten"))) == [
        name for name in names(model) if name != "flatten"
    ]
    with pytest.raises(NetloomError, match="no edit 'paint'"):
        actions.carried_out(model, event("paint", "dense"))


@pytest.mark.parametrize(
    ("moved", "before", "place"),
    [(["dense"], "conv2d", 1), (["conv2d"], "dense", 4), (["conv2d"], "conv2d", 1), (["conv2d"], None, 5)],
)
def test_a_drop_counts_only_rows_that_stay(model, moved, before, place):
    assert actions.place_before(model, moved, before) == place


def test_a_mend_is_the_one_that_was_offered(model):
    offered = Problem("add", None, "Wrong.", "", Mend("Remove it", "remove", "add"))
    assert "add" not in names(actions.mended_by(model, [offered], "add", "Remove it"))
    with pytest.raises(NetloomError, match="mended already"):
        actions.mended_by(model, [offered], "dense", "Remove it")


def test_selection_keeps_to_what_there_is_in_the_order_of_the_list(model):
    assert Selection.of(model, ["dense", "conv2d", "gone"], "gone") == Selection(("conv2d", "dense"), "dense")
    assert Selection.of(model, [], None) == Selection()


def test_after_an_edit_the_selection_follows(model):
    def after(edited, *chosen, take_new=False):
        before = Selection.of(model, chosen, chosen[-1] if chosen else None)
        return actions.followed(model, edited, before, take_new)

    removed = actions.carried_out(model, event("remove", "add", "flatten"))
    assert after(removed, "add", "flatten") == Selection(("conv2d_1",), "conv2d_1")
    assert after(actions.carried_out(model, event("remove", "input")), "input").names == ("conv2d",)
    assert after(ModelSpec(), "dense") == Selection()
    renamed = actions.edit.rename(model, "dense", "head")
    assert after(renamed, "dense") == Selection(("head",), "head")
    assert after(renamed, "flatten").names == ("flatten",) and after(renamed) == Selection()
    doubled = actions.carried_out(model, event("duplicate", "conv2d", "conv2d_1"))
    assert set(after(doubled, "conv2d", take_new=True).names) == set(names(doubled)) - set(names(model))
    assert after(doubled, "conv2d").names == ("conv2d",)


def test_inputs_can_be_every_output_of_what_stands_above(model):
    summary = Summary((node("conv2d", more_shapes=((None, 2), (None, 3))),), 0, 0)
    assert actions.sources(model, 2, summary) == ["input", "conv2d", "conv2d:1", "conv2d:2"]
    later = model.replace(nodes=[*model.nodes[:2], model.nodes[2].replace(inputs=("dense",)), *model.nodes[3:]])
    assert actions.sources(later, 2, None) == ["input", "conv2d", "dense"]


def test_a_layer_is_shared_and_gets_one_of_its_own_again(model):
    assert actions.owners(model, 2) == ["conv2d"] and actions.owners(model, 1) == []
    shared = actions.shared(model, 2, "conv2d")
    assert shared.nodes[2].shares == "conv2d" and shared.nodes[2].config == {}
    assert actions.owners(shared, 2) == ["conv2d"]
    own = actions.shared(shared, 2, None).nodes[2]
    assert own.shares is None and own.config == model.nodes[1].config


def test_one_argument_is_set_for_all_that_have_it(model):
    found = actions.common(model, ["conv2d", "conv2d_1", "dense"])
    assert found["activation"][1] == ("conv2d", "conv2d_1", "dense") and found["filters"][1] == ("conv2d", "conv2d_1")
    counts = [len(having) for _, having in found.values()]
    assert counts == sorted(counts, reverse=True)
    changed = actions.with_argument(model, ["conv2d", "conv2d_1"], "filters", 9)
    assert [changed.nodes[place].config["filters"] for place in (1, 2)] == [9, 9]
    assert "activation" not in actions.with_argument(model, ["conv2d"], "activation", None).nodes[1].config


def test_rows_are_grouped_and_ungrouped(model):
    grouped = actions.grouped(model, ["conv2d", "conv2d_1"], "stem")
    assert [row.get("block") for row in actions.rows(grouped, None, ())][:4] == [None, "stem", "stem", None]
    assert actions.grouped(grouped, ["conv2d", "conv2d_1"], "") == model


def test_a_block_comes_in_as_rows_of_one_block(model):
    name = next(iter(BLOCKS))
    put = insert_block(model, name, "conv2d")
    new = [node for node in put.nodes if node.name not in names(model)]
    assert new and len({node.block for node in new}) == 1 and new[0].block
    assert actions.followed(model, put, Selection(), take_new=True).names == tuple(node.name for node in new)
