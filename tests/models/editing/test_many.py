import time

import pytest

from models.architectures import ARCHITECTURES
from models.checking.structure import problems
from models.editing.many import duplicate_all, move_all, remove_all
from models.editing.nodes import share, unshare
from models.errors import NetloomError
from models.spec import ModelSpec, Node, Output
from tests.models.networks import EVERYTHING, RESIDUAL, network

CHAIN = network(
    ("input", "Input", {"shape": [4]}),
    ("a", "Dense", {"units": 4}),
    ("b", "Dense", {"units": 4}),
    ("c", "Dense", {"units": 4}),
    ("out", "Dense", {"units": 2}),
)


def wiring(spec):
    return {node.name: spec.inputs_of(index) for index, node in enumerate(spec.nodes)}


def names(spec):
    return [node.name for node in spec.nodes]


def node(spec, name):
    return spec.nodes[spec.index_of(name)]


def blocked(spec, **blocks):
    """The network with blocks, each given as the names of its nodes."""
    of = {name: block for block, those in blocks.items() for name in those.split()}
    return spec.replace(nodes=[node.replace(block=of.get(node.name)) for node in spec.nodes])


def test_everything_is_sound():
    assert problems(EVERYTHING) == ()


def test_removing_a_layer_makes_the_first_that_shared_it_its_owner():
    left = remove_all(EVERYTHING, ["one_dense"])
    assert (node(left, "one_dense_1").shares, node(left, "one_dense_1").config) == (None, {"units": 6})
    assert node(left, "dense").shares == "one_dense_1"
    assert node(left, "tied_dense").config == {"tied_to": "one_dense_1"}
    assert wiring(left)["dense"] == ("input",)
    assert problems(left) == ()


def test_removing_all_that_share_a_layer_takes_the_ties_to_it():
    left = remove_all(EVERYTHING, ["one_dense", "one_dense_1", "dense"])
    assert node(left, "tied_dense").config == {}
    assert [problem.field for problem in problems(left)] == ["tied_to", "tied_to"]


def test_an_output_of_a_removed_node_is_what_fed_it():
    head, inner, scores = (output.node for output in EVERYTHING.outputs)
    left = remove_all(EVERYTHING, [head])
    assert [output.node for output in left.outputs] == ["concatenate", inner, scores]
    assert [output.target for output in left.outputs] == ["label", "input", "none"]
    # What feeds it is an output already: one of the two is left.
    twice = EVERYTHING.replace(outputs=[*EVERYTHING.outputs, Output(node="concatenate", target="none")])
    assert [output.node for output in remove_all(twice, [head]).outputs] == [inner, scores, "concatenate"]


def test_an_output_that_nothing_fed_goes():
    spec = network(("input", "Input", {"shape": [4]}), ("a", "Dense", {"units": 2}), ("b", "Dense", {"units": 2}))
    spec = spec.replace(outputs=[Output(node="b"), Output(node="a", target="none")])
    assert remove_all(spec, ["input", "a"]).outputs == (Output(node="b"),)


def test_removing_a_row_in_the_middle_goes_through_all_that_are_removed():
    assert wiring(remove_all(CHAIN, ["a", "b", "c"]))["out"] == ("input",)
    assert remove_all(CHAIN, ["a", "b", "c"]).nodes[1].inputs is None
    assert wiring(remove_all(RESIDUAL, ["a", "b"]))["sum"] == ("input", "input")


def test_copies_of_rows_in_a_chain_are_chained_behind_them():
    spec = duplicate_all(CHAIN, ["a", "b"])
    assert names(spec) == ["input", "a", "b", "a_1", "b_1", "c", "out"]
    assert all(node.inputs is None for node in spec.nodes)
    assert names(duplicate_all(spec, ["a_1"]))[4] == "a_2"


def test_copies_of_a_residual_block_are_wired_as_it_is():
    spec = duplicate_all(RESIDUAL, ["a", "b", "sum", "act"])
    feeds = wiring(spec)
    assert (feeds["a_1"], feeds["b_1"], feeds["sum_1"]) == (("act",), ("a_1",), ("a_1", "b_1"))
    assert (feeds["act_1"], feeds["flat"]) == (("sum_1",), ("act_1",))
    assert problems(spec) == ()


def test_a_copy_of_a_decoder_block_reads_the_block_and_the_same_memory():
    spec = ARCHITECTURES["transformer"].smallest()
    copied = duplicate_all(spec, [node.name for node in spec.nodes if node.block == "decoder1"])
    assert problems(copied) == ()
    feeds = wiring(copied)
    assert feeds["decoder1_attention_1"] == ("decoder1_dense_norm", "decoder1_dense_norm")
    assert feeds["decoder1_cross_1"] == ("decoder1_attention_norm_1", feeds["decoder1_cross"][1])
    assert feeds["dense"] == ("decoder1_dense_norm_1",)


def test_copies_of_rows_that_are_read_from_outside_are_branches():
    spec = duplicate_all(RESIDUAL, ["a"])
    assert wiring(spec)["a_1"] == ("a",) and wiring(spec)["sum"] == ("a_1", "b")
    spec = duplicate_all(RESIDUAL, ["a", "b"])
    assert wiring(spec)["a_1"] == ("input",)
    assert wiring(spec)["sum"] == ("a", "b")
    assert [problem.node for problem in problems(spec)] == ["b_1"]


def test_copies_of_what_shares_and_is_tied_share_and_are_tied_among_themselves():
    spec = duplicate_all(EVERYTHING, ["one_dense", "one_dense_1", "tied_dense"])
    assert node(spec, "one_dense_3").shares == "one_dense_2"
    assert node(spec, "tied_dense_2").config == {"tied_to": "one_dense_2"}
    assert node(duplicate_all(EVERYTHING, ["one_dense_1"]), "one_dense_2").shares == "one_dense"


def test_the_output_is_the_last_copy():
    spec = duplicate_all(CHAIN.replace(outputs=[Output(node="out")]), ["out"])
    assert [output.node for output in spec.outputs] == ["out_1"]


def test_copies_of_a_whole_block_are_a_block_and_of_a_part_belong_to_it():
    spec = blocked(CHAIN, pair="a b")
    assert [node.block for node in duplicate_all(spec, ["a", "b"]).nodes] == [
        None,
        *["pair"] * 2,
        *["pair_1"] * 2,
        None,
        None,
    ]
    assert [node.block for node in duplicate_all(spec, ["a"]).nodes] == [None, *["pair"] * 3, None, None]


def test_rows_are_moved_together_in_their_order():
    assert names(move_all(CHAIN, ["c", "a"], 0)) == ["a", "c", "input", "b", "out"]
    assert names(move_all(CHAIN, ["a", "b"], 99)) == ["input", "c", "out", "a", "b"]


def test_rows_step_up_and_down_as_far_as_there_is_room():
    assert names(move_all(CHAIN, ["b", "out"], "up")) == ["input", "b", "a", "out", "c"]
    assert names(move_all(CHAIN, ["input", "a", "out"], "up")) == ["input", "a", "b", "out", "c"]
    assert names(move_all(CHAIN, ["a", "c"], "down")) == ["input", "b", "a", "out", "c"]
    assert move_all(CHAIN, ["c", "out"], "down") == CHAIN


def test_a_moved_row_belongs_to_the_block_that_it_stands_in():
    spec = blocked(CHAIN, pair="a b")
    assert node(move_all(spec, ["out"], 2), "out").block == "pair"
    assert node(move_all(spec, ["out"], 1), "out").block is None
    assert node(move_all(spec, ["a"], "down"), "a").block == "pair"
    assert node(move_all(spec, ["a"], 4), "a").block is None
    assert [node.block for node in move_all(spec, ["a", "b"], 0).nodes] == ["pair", "pair", None, None, None]


def test_a_layer_is_applied_again_behind_any_node_below_it():
    spec = share(CHAIN, "a", "b")
    assert node(spec, "dense") == Node(name="dense", kind="Dense", shares="a")
    assert (wiring(spec)["dense"], wiring(spec)["c"]) == (("b",), ("dense",))
    assert problems(spec) == ()
    assert node(share(spec, "dense"), "dense_1").shares == "a"
    assert unshare(spec, "dense").nodes[3] == Node(name="dense", kind="Dense", config={"units": 4})


def test_a_layer_applied_to_a_node_above_it_is_a_branch():
    spec = share(CHAIN, "b", "input")
    assert names(spec) == ["input", "a", "b", "dense", "c", "out"]
    assert (wiring(spec)["dense"], wiring(spec)["c"], wiring(spec)["a"]) == (("input",), ("b",), ("input",))
    with pytest.raises(NetloomError, match="no layer to share"):
        share(CHAIN, "input")


@pytest.mark.parametrize("edit", [remove_all, duplicate_all, lambda spec, some: move_all(spec, some, 0)])
def test_names_that_are_not_there_are_refused(edit):
    with pytest.raises(NetloomError, match="no node named bb"):
        edit(CHAIN, ["a", "bb"])


def test_hundreds_of_rows_are_edited_at_once():
    nodes = [Node(name="input", kind="Input", config={"shape": [8]})]
    nodes += [Node(name=f"dense_{index}", kind="Dense", config={"units": 8}) for index in range(400)]
    spec = ModelSpec(nodes=tuple(nodes))
    some = names(spec)[1:300]
    for edit in (remove_all, duplicate_all, lambda spec, some: move_all(spec, some, "down")):
        start = time.process_time()
        edit(spec, some)
        # 5 ms; the bound is for a busy machine, and is passed by far if the time grows with the square.
        assert time.process_time() - start < 0.2
