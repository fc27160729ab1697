"""The ends of a network follow what it is to take and to give; matching twice changes nothing more."""

import doctest

import pytest
from hypothesis import given
from hypothesis import strategies as st

from models.checking.structure import problems
from models.editing import ends
from models.editing import nodes as edit
from models.spec import ModelSpec
from tests.models.networks import RESIDUAL, drafts, network, networks

CHAIN = network(("input", "Input", {"shape": [4]}), ("a", "Dense", {"units": 3}), ("out", "Dense", {"units": 2}))
NOTHING = network(("input", "Input"))
IMAGE = ("input", "Input", {"shape": [8, 8, 1]})
CONVOLUTIONS = network(IMAGE, ("a", "Conv2D", {"filters": 4, "kernel_size": 3, "padding": "same"}))


def last(spec, count=1):
    return [(node.kind, node.config) for node in spec.nodes[-count:]]


def test_doctests():
    assert doctest.testmod(ends).failed == 0


def test_the_input_takes_shape_and_type():
    assert ends.with_input(CHAIN, (7, 1), "float32").nodes[0].config == {"shape": [7, 1]}
    tokens = ends.with_input(CHAIN, (7,), "int32")
    assert tokens.nodes[0].config == {"shape": [7], "dtype": "int32"}
    assert ends.with_input(tokens, (4,), "float32") == CHAIN
    assert ends.with_input(ModelSpec(), (7,), "int32") == ModelSpec()


def test_every_embedding_that_reads_the_input_gets_the_vocabulary():
    spec = network(
        ("input", "Input", {"shape": [9], "dtype": "int32"}),
        ("words", "Embedding", {"input_dim": 5, "output_dim": 2}),
        ("again", "Embedding", {"input_dim": 5, "output_dim": 2}, ["words"]),
        ("out", "Dense", {"units": 2}),
    )
    assert ends.embeddings(spec) == ("words",)
    sizes = [node.config.get("input_dim") for node in ends.with_vocabulary(spec, 77).nodes]
    assert sizes == [None, 77, 5, None]
    assert ends.with_vocabulary(CHAIN, 77) == CHAIN


def test_a_row_of_numbers():
    assert last(ends.with_output(CHAIN, (10,), "softmax")) == [("Dense", {"units": 10, "activation": "softmax"})]
    assert last(ends.with_output(CHAIN, (1,), "linear")) == [("Dense", {"units": 1})]
    headed = ends.with_output(edit.add(CHAIN, "Activation"), (5,), "sigmoid")
    assert last(headed, 2) == [("Dense", {"units": 5}), ("Activation", {"activation": "sigmoid"})]
    assert ends.with_output(NOTHING, (5,), "sigmoid") == NOTHING


def test_a_row_of_numbers_is_put_into_the_shape_that_is_wanted_and_back():
    image = ends.with_output(CHAIN, (2, 3, 1), "sigmoid")
    assert last(image, 2) == [
        ("Dense", {"units": 6, "activation": "sigmoid"}), ("Reshape", {"target_shape": [2, 3, 1]}),
    ]  # fmt: skip
    larger = ends.with_output(edit.rename(image, "reshape", "back"), (4, 4, 1), "linear")
    assert last(larger, 2) == [("Dense", {"units": 16}), ("Reshape", {"target_shape": [4, 4, 1]})]
    assert larger.nodes[-1].name == "back"
    assert ends.with_output(larger, (2,), "linear") == CHAIN


def test_a_convolution_at_the_end_takes_the_channels():
    assert last(ends.with_output(CONVOLUTIONS, (8, 8, 12), "softmax")) == [
        ("Conv2D", {"filters": 12, "kernel_size": 3, "padding": "same", "activation": "softmax"})
    ]
    assert ends.with_output(CONVOLUTIONS, (10,), "softmax") == CONVOLUTIONS


def test_a_dense_layer_on_pixels_takes_the_channels():
    assert last(ends.with_output(edit.add(CONVOLUTIONS, "Dense"), (8, 8, 3), "softmax")) == [
        ("Dense", {"units": 3, "activation": "softmax"})
    ]


def test_a_softmax_for_every_pixel_is_not_asked_of_a_row_of_numbers():
    assert ends.with_output(RESIDUAL, (8, 8, 3), "softmax") == RESIDUAL
    assert ends.output_fields(RESIDUAL, (8, 8, 3), "softmax") == {}


SHAPES = st.sampled_from([(1,), (7,), (2, 3), (4, 4, 2)])
ACTIVATIONS = st.sampled_from(["linear", "sigmoid", "softmax"])


@given(networks(), SHAPES, ACTIVATIONS)
def test_matching_is_done_once_leaves_no_problem_and_is_told(spec, shape, activation):
    matched = ends.with_output(spec, shape, activation)
    assert ends.with_output(matched, shape, activation) == matched
    assert problems(matched) == ()
    fields = ends.output_fields(matched, shape, activation)
    before = {node.name: node.config for node in spec.nodes}
    for node in matched.nodes:
        old = before.get(node.name, {})
        changed = {key for key in {*old, *node.config} if old.get(key) != node.config.get(key)}
        assert changed <= fields.get(node.name, set()), node


@given(drafts(), SHAPES, ACTIVATIONS)
def test_any_draft_can_be_matched(spec, shape, activation):
    names = {node.name for node in spec.nodes if node.kind != "Reshape"}
    assert names <= {node.name for node in ends.with_output(spec, shape, activation).nodes}
    ends.with_vocabulary(ends.with_input(spec, shape, "int32"), 9)
    ends.output_activation(spec)


@pytest.mark.parametrize(
    ("rows", "found"),
    [
        ([("a", "Dense", {"units": 1, "activation": "tanh"})], ("a", "tanh")),
        ([("a", "Dense", {"units": 1, "activation": None})], ("a", "linear")),
        ([("a", "Dense", {"units": 1}), ("b", "Activation", {"activation": "softmax"})], ("b", "softmax")),
        ([("a", "Dense", {"units": 1}), ("b", "Softmax")], ("b", "softmax")),
        ([("a", "Dense", {"units": 4, "activation": "sigmoid"}), ("b", "Reshape", {})], ("a", "sigmoid")),
        ([("a", "LSTM", {"units": 4})], ("a", "tanh")),
        ([("a", "Dense", {"units": 1}), ("b", "BatchNormalization")], None),
        ([("a", "Dense", {"units": 1}), ("b", "Add", {}, ("input", "a"))], None),
        ([("a", "Reshape", {}, ("b",)), ("b", "Reshape", {}, ("a",))], None),
        ([], None),
    ],
)
def test_the_activation_of_the_output(rows, found):
    assert ends.output_activation(network(("input", "Input", {"shape": [4]}), *rows)) == found
