import pytest
from hypothesis import given
from hypothesis import strategies as st

from models.checking.structure import problems
from models.editing import nodes as edit
from models.editing.many import duplicate_all, move_all
from models.errors import NetloomError
from models.spec import ModelSpec
from tests.models.networks import RESIDUAL, network, networks

CHAIN = network(("input", "Input", {"shape": [4]}), ("a", "Dense", {"units": 3}), ("out", "Dense", {"units": 2}))


def wiring(spec):
    return {node.name: spec.inputs_of(index) for index, node in enumerate(spec.nodes)}


def kinds(spec):
    return [node.kind for node in spec.nodes]


@st.composite
def network_and_name(draw):
    spec = draw(networks())
    return spec, draw(st.sampled_from([node.name for node in spec.nodes]))


@given(networks())
def test_a_network_survives_json(spec):
    assert ModelSpec.model_validate_json(spec.model_dump_json()) == spec


@given(networks())
def test_random_networks_are_sound(spec):
    assert problems(spec) == ()


@given(network_and_name(), st.sampled_from(["Dense", "Dropout", "Input", "Concatenate"]))
def test_what_is_added_and_removed_leaves_no_trace(case, kind):
    spec, after = case
    added = edit.add(spec, kind, after)
    new = next(node.name for node in added.nodes if node.name not in wiring(spec))
    assert wiring(edit.remove(added, new)) == wiring(spec)


@given(network_and_name())
def test_a_layer_added_inside_takes_the_place_of_the_one_before_it(case):
    spec, after = case
    added = edit.add(spec, "Dropout", after)
    assert problems(added) == ()
    new = added.nodes[added.index_of(after) + 1]
    assert wiring(added)[new.name] == (after,)
    assert all(after not in inputs for name, inputs in wiring(added).items() if name != new.name)


@given(network_and_name())
def test_nothing_reads_a_removed_node(case):
    spec, name = case
    left = edit.remove(spec, name)
    assert all(name not in inputs for inputs in wiring(left).values())
    if spec.nodes[spec.index_of(name)].kind not in ("Input", "Concatenate") and name != "out":
        assert problems(left) == ()


@given(network_and_name())
def test_a_copy_of_a_layer_is_chained_behind_it(case):
    spec, name = case
    copied = duplicate_all(spec, [name])
    assert len(copied.nodes) == len(spec.nodes) + 1
    copy, original = copied.nodes[spec.index_of(name) + 1], spec.nodes[spec.index_of(name)]
    assert (copy.kind, copy.config) == (original.kind, original.config)
    if original.kind not in ("Input", "Concatenate"):
        assert problems(copied) == ()


@given(network_and_name())
def test_renaming_there_and_back_changes_nothing(case):
    spec, name = case
    renamed = edit.rename(spec, name, "another")
    assert problems(renamed) == ()
    assert edit.rename(renamed, "another", name) == spec


@given(network_and_name(), st.integers(0, 20))
def test_moving_keeps_all_nodes_and_their_named_inputs(case, to):
    spec, name = case
    moved = move_all(spec, [name], to)
    assert sorted(moved.nodes, key=lambda node: node.name) == sorted(spec.nodes, key=lambda node: node.name)
    assert moved.index_of(name) == min(to, len(spec.nodes) - 1)


def test_removing_reconnects_readers():
    spec = edit.remove(RESIDUAL, "a")
    assert wiring(spec)["b"] == ("input",)
    assert wiring(spec)["sum"] == ("input", "b")


def test_removing_an_input_in_the_middle_leaves_its_reader_unfed():
    spec = network(("one", "Input", {"shape": [4]}), ("two", "Input", {"shape": [4]}), ("out", "Dense", {"units": 2}))
    assert wiring(edit.remove(spec, "two")) == {"one": (), "out": ()}
    assert wiring(edit.add(edit.remove(CHAIN, "input"), "Input")) == {"a": (), "out": ("a",), "input": ()}


def test_configure_leaves_defaults_out():
    spec = edit.configure(CHAIN, "a", {"units": 5, "use_bias": True, "activation": None, "kernel_initializer": "zeros"})
    assert spec.nodes[1].config == {"units": 5, "kernel_initializer": "zeros"}
    convolution = edit.add(CHAIN, "Conv2D", "input")
    same = edit.configure(convolution, "conv2d", {"filters": 2, "kernel_size": 3, "strides": (1, 1), "groups": True})
    assert same.nodes[1].config == {"filters": 2, "kernel_size": 3, "groups": True}


def test_connect_names_inputs_and_forgets_them():
    named = edit.connect(CHAIN, "out", ["input"])
    assert wiring(named)["out"] == ("input",)
    assert edit.connect(named, "out", None) == CHAIN


@pytest.mark.parametrize(
    ("change", "message"),
    [
        (lambda: edit.remove(CHAIN, "oot"), "no node named oot"),
        (lambda: edit.add(CHAIN, "Desne"), "Desne is not a layer"),
        (lambda: edit.add(CHAIN, "Lambda"), "Python function"),
        (lambda: edit.rename(CHAIN, "a", "out"), "cannot be the name"),
        (lambda: edit.rename(CHAIN, "a", "../a"), "cannot be the name"),
        (lambda: move_all(CHAIN, ["x"], 0), "no node named x"),
    ],
)
def test_wrong_names_are_refused(change, message):
    with pytest.raises(NetloomError) as caught:
        change()
    assert message in str(caught.value)
