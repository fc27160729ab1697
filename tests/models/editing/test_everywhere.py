import time

import pytest
from hypothesis import given
from hypothesis import strategies as st

from models.architectures import ARCHITECTURES
from models.checking.structure import problems
from models.editing import everywhere
from models.editing import nodes as edit
from models.editing.regularity import regularity
from models.errors import NetloomError
from models.graph import hidden_layers
from models.spec import ModelSpec, Output
from tests.models.networks import RESIDUAL, drafts, network, networks

CNN = network(
    ("input", "Input", {"shape": [8, 8, 1]}),
    ("conv", "Conv2D", {"filters": 4, "kernel_size": 3, "use_bias": False}),
    ("bn", "BatchNormalization", {"momentum": 0.9}),
    ("act", "ReLU", {}),
    ("flat", "Flatten"),
    ("dense", "Dense", {"units": 5, "activation": "tanh"}),
    ("drop", "Dropout", {"rate": 0.5}),
    ("linear", "Dense", {"units": 5}),
    ("out", "Dense", {"units": 3, "activation": "softmax"}),
)
TWO_HEADS = network(
    ("input", "Input", {"shape": [8]}),
    ("body", "Dense", {"units": 4, "activation": "relu"}),
    ("aux", "Dense", {"units": 3, "activation": "relu"}, ["body"]),
    ("aux_act", "Activation", {"activation": "sigmoid"}),
    ("code", "Dense", {"units": 2, "activation": "relu"}, ["body"]),
    ("back", "Dense", {"units": 8, "activation": "sigmoid"}),
).replace(
    outputs=(Output(node="aux_act"), Output(node="back", target="input"), Output(node="code", target="none")),
)
SIAMESE = network(
    ("input", "Input", {"shape": [8]}),
    ("a", "Dense", {"units": 8, "activation": "relu"}),
    ("b", "Dense", {}, ["a"]),
    ("out", "Dense", {"units": 2}),
)
SIAMESE = SIAMESE.replace(nodes=[node.replace(shares="a") if node.name == "b" else node for node in SIAMESE.nodes])


def configs(spec):
    return {node.name: node.config for node in spec.nodes}


def wiring(spec):
    return {node.name: spec.inputs_of(index) for index, node in enumerate(spec.nodes)}


def kinds(spec):
    return [node.kind for node in spec.nodes]


def large(count=400):
    rows = [("input", "Input", {"shape": [8]})]
    for index in range(count // 4):
        rows += [
            (f"a{index}", "Dense", {"units": 8, "activation": "relu"}),
            (f"b{index}", "Dense", {"units": 8}),
            (f"add{index}", "Add", {}, (f"a{index}", f"b{index}")),
            (f"act{index}", "Activation", {"activation": "relu"}),
        ]
    return network(*rows, ("out", "Dense", {"units": 2}))


def test_what_is_hidden_follows_all_outputs():
    assert hidden_layers(TWO_HEADS) == ("body", "code")
    only_aux = TWO_HEADS.replace(outputs=TWO_HEADS.outputs[:1])
    assert hidden_layers(only_aux) == ("body", "code")
    compared = TWO_HEADS.replace(outputs=[Output(node="aux_act"), Output(node="back"), Output(node="code")])
    assert hidden_layers(compared) == ("body",)


def test_a_layer_applied_twice_is_hidden_in_both_places_or_none():
    assert hidden_layers(SIAMESE) == ("a", "b")
    assert hidden_layers(edit.remove(SIAMESE, "out")) == ()


def test_activation_of_every_hidden_layer_wherever_it_is():
    changed = configs(everywhere.with_activation(CNN, "gelu"))
    assert changed["act"] == {"activation": "gelu"}
    assert changed["dense"] == {"units": 5, "activation": "gelu"}
    assert changed["linear"] == {"units": 5, "activation": "gelu"}
    assert changed["out"] == {"units": 3, "activation": "softmax"}
    assert "activation" not in changed["conv"]


def test_the_activation_behind_a_sum_is_changed_and_its_branches_stay_linear():
    changed = configs(everywhere.with_activation(RESIDUAL, "tanh"))
    assert (changed["a"]["activation"], changed["act"]) == ("tanh", {"activation": "tanh"})
    assert "activation" not in changed["b"]


def test_an_activation_never_reaches_an_output():
    changed = configs(everywhere.with_activation(TWO_HEADS, "elu"))
    assert changed["body"]["activation"] == changed["code"]["activation"] == "elu"
    assert changed["aux"]["activation"] == "relu"
    assert (changed["aux_act"], changed["back"]["activation"]) == ({"activation": "sigmoid"}, "sigmoid")


def test_linear_takes_fused_activations_away():
    assert configs(everywhere.with_activation(CNN, "linear"))["dense"] == {"units": 5}


def test_initializers_and_penalties_go_to_every_kernel_and_into_wrappers():
    rnn = network(
        ("input", "Input", {"shape": [4, 2]}),
        ("both", "Bidirectional", {"layer": {"class_name": "LSTM", "config": {"units": 3}}}),
        ("out", "Dense", {"units": 2, "kernel_initializer": "zeros"}),
    )
    changed = everywhere.with_initializer(rnn, "he_normal")
    assert changed.nodes[1].config["layer"]["config"] == {"units": 3, "kernel_initializer": "he_normal"}
    assert changed.nodes[2].config == {"units": 2, "kernel_initializer": "he_normal"}
    # What is Keras's default is not written down.
    assert everywhere.with_initializer(changed, "glorot_uniform").nodes[2].config == {"units": 2}
    penalized = everywhere.with_regularizer(rnn, "l1_l2", 0.5)
    wanted = {"class_name": "L1L2", "config": {"l1": 0.5, "l2": 0.5}}
    assert penalized.nodes[1].config["layer"]["config"]["recurrent_regularizer"] == wanted
    assert penalized.nodes[2].config["kernel_regularizer"] == wanted
    assert problems(penalized) == problems(changed) == ()
    assert everywhere.with_regularizer(penalized, "none") == everywhere.with_regularizer(penalized, "l2", 0) == rnn
    with pytest.raises(NetloomError, match="l1, l2, l1_l2 or none"):
        everywhere.with_regularizer(rnn, "l2", -1)


def test_layers_are_frozen_and_trained_again():
    frozen = everywhere.with_trainable(CNN, ["conv", "bn", "flat"], False)
    assert [node.name for node in frozen.nodes if node.config.get("trainable") is False] == ["conv", "bn"]
    assert everywhere.with_trainable(frozen, ["conv", "bn"], True) == CNN
    assert configs(everywhere.with_trainable(SIAMESE, ["b"], False))["a"]["trainable"] is False


@given(networks(), st.floats(0.1, 1))
def test_dropout_is_put_in_once_and_never_last(spec, rate):
    once = everywhere.with_dropout(spec, rate)
    assert everywhere.with_dropout(once, rate) == once
    assert problems(once) == ()
    assert once.nodes[-1] == spec.nodes[-1]
    assert {node.name for node in spec.nodes} <= {node.name for node in once.nodes}


def test_dropout_that_stands_elsewhere_gets_the_rate_too():
    changed = everywhere.with_dropout(ARCHITECTURES["photo-cnn"].default(), 0.3)
    assert regularity(changed).dropouts and set(regularity(changed).dropouts) == {0.3}


@given(networks())
def test_batch_norm_is_put_in_once_and_never_last(spec):
    once = everywhere.with_batch_norm(spec)
    assert everywhere.with_batch_norm(once) == once
    assert problems(once) == ()
    assert once.nodes[-1] == spec.nodes[-1]


@given(networks())
def test_what_is_put_in_can_be_taken_away(spec):
    spec = everywhere.with_batch_norm(everywhere.with_dropout(spec, None), False)
    assert wiring(everywhere.with_dropout(everywhere.with_dropout(spec, 0.5), 0)) == wiring(spec)
    without = everywhere.with_batch_norm(everywhere.with_batch_norm(spec), False)
    assert problems(without) == ()
    assert "BatchNormalization" not in kinds(without)


@given(networks(), st.sampled_from(["relu", "linear", "gelu"]))
def test_an_activation_for_all_is_sound_and_stays(spec, activation):
    once = everywhere.with_activation(spec, activation)
    assert everywhere.with_activation(once, activation) == once
    assert problems(once) == ()
    assert wiring(once) == wiring(spec)
    assert once.nodes[-1] == spec.nodes[-1]


@given(drafts())
def test_any_draft_can_be_set(spec):
    for changed in (
        everywhere.with_dropout(spec, 0.5),
        everywhere.with_dropout(spec, None),
        everywhere.with_batch_norm(spec),
        everywhere.with_batch_norm(spec, False),
        everywhere.with_activation(spec, "relu"),
        everywhere.with_initializer(spec, "he_normal"),
        everywhere.with_regularizer(spec, "l2"),
    ):
        names = {node.name for node in spec.nodes if "Dropout" not in node.kind and "Batch" not in node.kind}
        assert names <= {node.name for node in changed.nodes}


@pytest.mark.parametrize("name", ARCHITECTURES)
def test_both_give_one_order_whichever_comes_first(name):
    spec = ARCHITECTURES[name].smallest()
    one = everywhere.with_dropout(everywhere.with_batch_norm(spec), 0.3)
    other = everywhere.with_batch_norm(everywhere.with_dropout(spec, 0.3))
    assert [(node.kind, node.config) for node in one.nodes] == [(node.kind, node.config) for node in other.nodes]
    assert one.nodes[-1] == spec.nodes[-1]


def test_both_in_a_multilayer_perceptron():
    spec = everywhere.with_dropout(everywhere.with_batch_norm(ARCHITECTURES["table-mlp"].default()), 0.3)
    hidden = ["Dense", "BatchNormalization", "Activation", "Dropout"]
    assert kinds(spec) == ["Input", *hidden, *hidden, "Dense"]
    assert spec.nodes[1].config == {"units": 32}
    assert spec.nodes[3].config == {"activation": "relu"}


def test_both_in_a_graph_with_a_skip():
    spec = everywhere.with_dropout(everywhere.with_batch_norm(RESIDUAL), 0.5)
    feeds = wiring(spec)
    assert feeds["batch_normalization"] == ("a",)
    assert feeds["activation"] == ("batch_normalization",)
    assert feeds["dropout"] == ("activation",)
    assert feeds["b"] == ("dropout",)
    assert feeds["sum"] == ("dropout", "batch_normalization_1")
    assert feeds["batch_normalization_1"] == ("b",)
    assert feeds["dropout_1"] == ("act",)
    assert feeds["flat"] == ("dropout_1",)
    assert problems(spec) == ()


def test_both_where_a_layer_is_applied_twice():
    spec = everywhere.with_batch_norm(everywhere.with_dropout(SIAMESE, 0.5))
    hidden = ["Dense", "BatchNormalization", "Activation", "Dropout"]
    assert kinds(spec) == ["Input", *hidden, *hidden, "Dense"]
    assert (configs(spec)["a"], configs(spec)["b"]) == ({"units": 8}, {})
    assert problems(spec) == ()


def test_new_layers_belong_to_the_block_of_the_layer_they_follow():
    block = SIAMESE.replace(nodes=[node.replace(block="body" if node.name in "ab" else None) for node in SIAMESE.nodes])
    spec = everywhere.with_dropout(everywhere.with_batch_norm(block), 0.5)
    assert [node.block for node in spec.nodes] == [None, *["body"] * 8, None]


def test_dropout_that_is_there_gets_the_rate():
    spec = edit.add(ARCHITECTURES["table-mlp"].default(), "Dropout", "dense")
    changed = everywhere.with_dropout(spec, 0.2)
    assert [node.config["rate"] for node in changed.nodes if node.kind == "Dropout"] == [0.2, 0.2]
    assert kinds(changed) == ["Input", "Dense", "Dropout", "Dense", "Dropout", "Dense"]


def test_without_normalization_a_layer_has_its_bias_again():
    spec = everywhere.with_batch_norm(CNN, False)
    assert configs(spec)["conv"] == {"filters": 4, "kernel_size": 3}
    assert wiring(spec)["act"] == ("conv",)


def test_a_convolution_before_a_pooled_output_is_the_output_layer():
    spec = network(
        ("input", "Input", {"shape": [8, 8, 1]}),
        ("conv", "Conv2D", {"filters": 10, "kernel_size": 3, "activation": "relu"}),
        ("pool", "GlobalAveragePooling2D"),
        ("out", "Softmax"),
    )
    assert everywhere.with_dropout(spec, 0.5) == spec
    assert everywhere.with_batch_norm(spec) == spec
    assert everywhere.with_activation(spec, "tanh") == spec


def test_a_large_network_is_set_at_once():
    spec = large()
    for change in (
        lambda: everywhere.with_dropout(spec, 0.5),
        lambda: everywhere.with_batch_norm(spec),
        lambda: everywhere.with_activation(spec, "gelu"),
        lambda: everywhere.with_regularizer(spec, "l2"),
    ):
        start = time.process_time()
        assert isinstance(change(), ModelSpec)
        # 10 ms; the bound is for a busy machine, and is passed by far if the time grows with the square.
        assert time.process_time() - start < 0.2
