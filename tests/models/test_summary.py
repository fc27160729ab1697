import json
import time

import pytest
from hypothesis import given, settings

from models.architectures import ARCHITECTURES
from models.catalogue import catalogue
from models.spec import ModelSpec
from tests.models.networks import RESIDUAL, drafts, network, networks

pytestmark = pytest.mark.slow


@pytest.fixture(scope="module")
def summarize():
    from models.summary import summarize

    return summarize


@pytest.mark.parametrize("name", ARCHITECTURES)
def test_agrees_with_the_built_model(summarize, name):
    from models.build import build

    spec = ARCHITECTURES[name].smallest()
    summary, model = summarize(spec), build(spec)
    assert summary.problems == ()
    assert summary.total_params == model.count_params()
    assert [node.params for node in summary.nodes] == [layer.count_params() for layer in model.layers]
    assert [node.output_shape for node in summary.nodes] == [layer.output.shape for layer in model.layers]


@settings(max_examples=15)
@given(spec=networks())
def test_agrees_with_any_built_model(summarize, spec):
    from models.build import build

    summary, model = summarize(spec), build(spec)
    assert summary.problems == ()
    assert (summary.total_params, summary.output_shape) == (model.count_params(), model.output_shape)
    assert summary.trainable_params == sum(weight.value.shape.num_elements() for weight in model.trainable_weights)


def test_trainable_leaves_moving_statistics_out(summarize):
    spec = network(("input", "Input", {"shape": [4]}), ("bn", "BatchNormalization"), ("out", "Dense", {"units": 1}))
    node = summarize(spec).nodes[1]
    assert (node.params, node.trainable) == (16, 8)


def test_is_fast_when_warm(summarize):
    spec = ARCHITECTURES["lenet-5"].default()
    summarize(spec)
    times = []
    for _ in range(5):
        # Time of the processor, so that a busy machine does not fail the test.
        start = time.thread_time()
        summarize(spec)
        times.append(time.thread_time() - start)
    assert min(times) < 0.05


def test_allocates_nothing(summarize):
    spec = network(
        ("input", "Input", {"shape": [100_000]}),
        ("wide", "Dense", {"units": 100_000}),
        ("out", "Dense", {"units": 1}),
    )
    assert summarize(spec).total_params == 100_000 * 100_000 + 100_000 + 100_001


def test_is_plain_json(summarize):
    data = json.loads(json.dumps(summarize(RESIDUAL).as_json()))
    expected = {
        "name": "sum",
        "kind": "Add",
        "output_shape": [None, 8, 8, 4],
        "params": 0,
        "trainable": 0,
        "inputs": ["a", "b"],
    }
    assert data["nodes"][3] | expected == data["nodes"][3]


IMAGE = ("input", "Input", {"shape": [8, 8, 1]})
ROW = ("input", "Input", {"shape": [8]})
OUT = ("out", "Dense", {"units": 2})
FLAT = ("flat", "Flatten")


def conv(name, kernel_size=3, filters=4, inputs=None, **config):
    return name, "Conv2D", {"filters": filters, "kernel_size": kernel_size, **config}, inputs


REFUSED = {
    "kernel too large": ((IMAGE, conv("a", 9), FLAT, OUT), "a", "kernel of this Conv2D is larger", 'padding to "same"'),
    "pool too large": (
        (IMAGE, ("a", "MaxPooling2D", {"pool_size": 9}), FLAT, OUT),
        "a",
        "pooling window of this MaxPooling2D is larger",
        "smaller pool_size",
    ),
    "rows into a convolution": ((ROW, conv("a"), FLAT, OUT), "a", "takes images of shape", "Reshape"),
    "images into a recurrent layer": ((IMAGE, ("a", "LSTM", {"units": 2}), OUT), "a", "takes sequences", "Reshape"),
    "images into a 1D pooling": ((IMAGE, ("a", "GlobalMaxPooling1D"), OUT), "a", "takes sequences", "for images"),
    "images repeated": ((IMAGE, ("a", "RepeatVector", {"n": 2}), FLAT, OUT), "a", "rows of features", "Flatten"),
    "sizes differ in a sum": (
        (IMAGE, conv("a"), conv("b", inputs=["a"]), ("c", "Add", {}, ["a", "b"]), FLAT, OUT),
        "c",
        "(None, 6, 6, 4) and (None, 4, 4, 4)",
        'padding "same"',
    ),
    "features differ in a sum": (
        (ROW, ("a", "Dense", {"units": 3}), ("b", "Add", {}, ["input", "a"]), OUT),
        "b",
        "takes inputs of one shape",
        "units of a Dense layer",
    ),
    "axes differ in a sum": (
        (ROW, ("a", "Reshape", {"target_shape": [3, 2, 2]}), ("b", "Add", {}, ["input", "a"]), OUT),
        "a",
        "does not hold as many values",
        "-1",
    ),
    "sizes differ in a concatenation": (
        (IMAGE, conv("a"), ("b", "Concatenate", {}, ["input", "a"]), FLAT, OUT),
        "b",
        "differ only along its axis",
        'padding "same"',
    ),
    "axes differ in a concatenation": (
        (IMAGE, FLAT, ("b", "Concatenate", {}, ["input", "flat"]), OUT),
        "b",
        "differ only along its axis",
        "same number of axes",
    ),
    "unknown length": (
        (("input", "Input", {"shape": [None, 3]}), FLAT, OUT),
        "out",
        "need a known size",
        "fixed shape",
    ),
    "groups": ((IMAGE, conv("a", groups=3), FLAT, OUT), "a", "groups must divide", "divide evenly"),
    "strides and dilation": (
        (IMAGE, conv("a", strides=2, dilation_rate=2), FLAT, OUT),
        "a",
        "cannot both be above 1",
        "Set one of them to 1",
    ),
    "axis": ((ROW, ("a", "BatchNormalization", {"axis": 7}), OUT), "a", "an axis that its input does not have", "-1"),
    "cropping": (
        (IMAGE, ("a", "Cropping2D", {"cropping": 4}), FLAT, OUT),
        "a",
        "takes away more than there is",
        "Crop less",
    ),
    "initializer of a matrix": (
        (ROW, ("a", "Dense", {"units": 2, "bias_initializer": "orthogonal"}), OUT),
        "a",
        "makes matrices only",
        "zeros",
    ),
    "passed on in Keras's words": (
        (ROW, ("a", "Dense", {"units": 3}), ("b", "Dot", {"axes": 1}, ["input", "a"]), OUT),
        "b",
        "Keras refuses this Dot: Incompatible input shapes",
        "It is fed (None, 8) and (None, 3).",
    ),
}


@pytest.mark.parametrize("case", REFUSED)
def test_what_keras_refuses_shows_on_the_node(summarize, case):
    rows, node, message, hint = REFUSED[case]
    summary = summarize(network(*rows))
    problem = summary.problems[0]
    assert problem.node == node
    assert message in problem.message
    assert hint in problem.hint
    shapes = {fact.name: fact.output_shape for fact in summary.nodes}
    assert shapes["input"] is not None
    assert shapes[node] is None
    assert len(summary.problems) == 1


def test_an_output_may_have_any_number_of_axes(summarize):
    summary = summarize(network(IMAGE, conv("a"), OUT))
    assert summary.problems == () and summary.output_shape == (None, 6, 6, 2)


def test_goes_on_past_a_broken_node(summarize):
    spec = network(
        IMAGE,
        conv("bad", 20),
        FLAT,
        ("good", "Flatten", {}, ["input"]),
        ("wrong", "Dense", {"units": 0}, ["good"]),
        ("fine", "Dense", {"units": 5}, ["good"]),
        ("join", "Concatenate", {}, ["flat", "wrong", "fine"]),
    )
    summary = summarize(spec)
    shapes = {node.name: node.output_shape for node in summary.nodes}
    assert shapes["fine"] == (None, 5)
    assert (shapes["bad"], shapes["flat"], shapes["wrong"], shapes["join"]) == (None, None, None, None)
    assert sorted(problem.node for problem in summary.problems) == ["bad", "wrong"]


@pytest.mark.parametrize("spec", [ModelSpec(), network(ROW), network(("a", "Nothing")), network(OUT)])
def test_drafts_are_described_and_never_raised(summarize, spec):
    assert summarize(spec).problems


@settings(max_examples=25)
@given(spec=drafts())
def test_any_draft_is_described(summarize, spec):
    from models.check import problems

    summary = summarize(spec)
    assert [node.name for node in summary.nodes] == [node.name for node in spec.nodes]
    assert set(problems(spec)) <= set(summary.problems)


@pytest.mark.parametrize("kind", [kind for kind in catalogue().layers if kind != "Input"])
def test_every_layer_of_the_catalogue_is_summarized(summarize, kind):
    entry = catalogue().layers[kind]
    inputs = [(f"input_{place}", "Input", {"shape": list(shape)}) for place, shape in enumerate(entry.example_inputs)]
    layer = ("layer", kind, entry.start_config, [name for name, *_ in inputs])
    summary = summarize(network(*inputs, layer, FLAT, OUT))
    assert [problem for problem in summary.problems if problem.node == "layer"] == []
    assert summary.nodes[-3].output_shape is not None
