import pytest
from hypothesis import given

from models.graph import activation_sites, ancestors, hidden_layers, loops, num_outputs, readers, references
from models.spec import Node
from tests.models.networks import EVERYTHING, RESIDUAL, drafts, network


def test_readers_of_a_graph():
    found = readers(RESIDUAL)
    assert found["a"] == ("b", "sum")
    assert found["out"] == ()


def test_hidden_layers_are_all_but_the_last():
    assert hidden_layers(RESIDUAL) == ("a", "b")


def test_the_activation_is_fused_or_found_behind_the_sum():
    assert activation_sites(RESIDUAL, ["a"]) == {"a": "a"}
    assert activation_sites(RESIDUAL, ["b"]) == {"b": "act"}


def test_a_linear_layer_without_activation_is_its_own_site():
    spec = network(("i", "Input", {"shape": [2]}), ("a", "Dense", {"units": 2}), ("b", "Dense", {"units": 2}))
    assert activation_sites(spec, ["a"]) == {"a": "a"}


def test_a_normalization_after_the_activation_belongs_to_it():
    spec = network(
        ("i", "Input", {"shape": [2]}),
        ("a", "Dense", {"units": 2, "activation": "relu"}),
        ("bn", "BatchNormalization"),
        ("b", "Dense", {"units": 2}),
    )
    assert activation_sites(spec, ["a"]) == {"a": "bn"}


def test_nodes_of_one_loop_feed_each_other():
    spec = network(
        ("i", "Input", {"shape": [2]}),
        ("a", "Add", {}, ["i", "c"]),
        ("b", "Dense", {"units": 2}),
        ("c", "Dense", {"units": 2}),
        ("d", "Dense", {"units": 2}),
    )
    found = loops(spec)
    assert found["a"] == found["b"] == found["c"]
    assert len({found["i"], found["a"], found["d"]}) == 3


@given(drafts())
def test_two_nodes_are_in_one_loop_if_each_is_computed_from_the_other(spec):
    found = loops(spec)
    before = {node.name: ancestors(spec, place) for place, node in enumerate(spec.nodes)}
    for one in before:
        for other in before:
            each = one == other or (one in before[other] and other in before[one])
            assert (found[one] == found[other]) == each


def test_a_long_chain_is_no_deeper_than_a_short_one():
    spec = network(("i", "Input", {"shape": [2]}), *((f"d{n}", "Dense", {"units": 2}) for n in range(3000)))
    assert len(set(loops(spec).values())) == 3001


def test_layers_that_a_config_means():
    found = {node.name: references(node) for node in EVERYTHING.nodes if references(node)}
    assert found == {"tied_dense": {"tied_to": "one_dense"}, "tied_dense_1": {"tied_to": "one_dense"}}


def test_how_many_tensors_a_layer_gives():
    def given_by(kind, config=None, call=None):
        return num_outputs(Node(name="a", kind=kind, call=call or {}), config or {})

    assert given_by("Dense") == given_by("LSTM") == given_by("MultiHeadAttention") == 1
    assert given_by("LSTM", {"return_state": True}) == 3
    assert given_by("GRU", {"return_state": True}) == given_by("MaxPoolingWithIndices2D") == 2
    assert given_by("Attention", call={"return_attention_scores": True}) == 2
    both = {"layer": {"class_name": "LSTM", "config": {"units": 2, "return_state": True}}}
    assert given_by("Bidirectional", both) == 5
    assert given_by("Desne") is given_by("RNN", {"return_state": True}) is None


@pytest.mark.slow
@pytest.mark.parametrize("kind", ["SimpleRNN", "GRU", "LSTM", "ConvLSTM1D", "Bidirectional"])
def test_keras_gives_as_many(kind):
    import keras

    config = {"units": 2, "return_state": True}
    node = Node(name="a", kind=kind)
    if kind == "Bidirectional":
        layer = keras.layers.Bidirectional(keras.layers.GRU(**config))
        config = {"layer": {"class_name": "GRU", "config": config}}
    elif kind == "ConvLSTM1D":
        layer = keras.layers.ConvLSTM1D(2, 3, return_state=True)
    else:
        layer = getattr(keras.layers, kind)(**config)
    shape = (4, 8, 2) if kind == "ConvLSTM1D" else (4, 3)
    assert len(layer(keras.Input(shape))) == num_outputs(node, {**config, "return_state": True})
