import json
import math
import time

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from models.architectures import ARCHITECTURES
from models.catalogue import catalogue
from models.editing.many import duplicate_all
from models.editing.nodes import configure, remove
from models.spec import ModelSpec, Node
from tests.models.networks import RESIDUAL, drafts, network, networks

pytestmark = pytest.mark.slow


@pytest.fixture(scope="module")
def summarize():
    from models.summary import summarize

    return summarize


def agree(summary, spec, model):
    """The summary of `spec` says what Keras says of `model`, which was built of it."""
    assert summary.problems == ()
    assert summary.total_params == model.count_params()
    assert summary.trainable_params == sum(math.prod(weight.shape) for weight in model.trainable_weights)
    assert summary.output_shapes == tuple(tensor.shape for tensor in model.outputs)
    ties = {node.name for node in spec.nodes if node.kind == "TiedDense"}
    for node, fact in zip(spec.nodes, summary.nodes, strict=True):
        layer = model.get_layer(node.shares or node.name)
        # A layer that is applied twice has no one output.
        if not any(node.name in (other.name, other.shares) for other in spec.nodes if other.shares):
            assert (fact.output_shape, *fact.more_shapes) == tuple(t.shape for t in keras_flat(layer.output)), node
        if not node.shares and node.name not in ties:
            assert fact.params == layer.count_params(), node
            assert fact.weight_bytes == 4 * fact.params


def keras_flat(output):
    return output if isinstance(output, list | tuple) else [output]


@pytest.mark.parametrize("name", ARCHITECTURES)
def test_agrees_with_the_built_model(summarize, name):
    from models.build import build

    spec = ARCHITECTURES[name].smallest()
    agree(summarize(spec), spec, build(spec))


@settings(max_examples=15)
@given(spec=networks())
def test_agrees_with_any_built_model(summarize, spec):
    from models.build import build

    agree(summarize(spec), spec, build(spec))


@settings(max_examples=20)
@given(spec=networks(), data=st.data())
def test_after_an_edit_it_is_as_if_nothing_had_been_seen_before(summarize, spec, data):
    import models.summary

    summarize(spec)
    name = data.draw(st.sampled_from([node.name for node in spec.nodes[1:]]))
    change = data.draw(st.sampled_from(["remove", "duplicate", "widen"]))
    if change == "widen":
        node = spec.nodes[spec.index_of(name)]
        edited = configure(spec, name, {**node.config, "units": 7})
    else:
        edited = remove(spec, name) if change == "remove" else duplicate_all(spec, [name])
    after = summarize(edited)
    models.summary._ask.cache_clear()
    assert after == summarize(edited)


def test_only_what_an_edit_touches_is_asked_anew(summarize):
    import models.summary

    rows = [(f"a{n}", "Dense", {"units": 3 + n % 5}) for n in range(20)]
    spec = network(ROW, *rows, OUT)
    summarize(spec)
    asked = models.summary._ask.cache_info().misses
    summarize(configure(spec, "a10", {"units": 11}))
    # Itself, and the one behind it, which is fed another width.
    assert models.summary._ask.cache_info().misses == asked + 2
    summarize(spec)
    assert models.summary._ask.cache_info().misses == asked + 2


def test_a_mask_goes_on_to_where_it_matters(summarize):
    """Joined with an array of other axes, a mask does not fit: Keras refuses that, and so it is told."""
    words = ("ids", "Input", {"shape": [5], "dtype": "int32"})
    for mask_zero in (False, True):
        spec = network(
            words,
            ("a", "Embedding", {"input_dim": 9, "output_dim": 4, "mask_zero": mask_zero}),
            ("b", "LSTM", {"units": 4, "return_sequences": True}),
            ("c", "Attention", {}, ["b", "b"]),
            ("d", "GlobalAveragePooling1D"),
            OUT,
        )
        from models.build import build

        agree(summarize(spec), spec, build(spec))


def test_a_shared_layer_counts_once_and_costs_each_time(summarize):
    from models.build import build

    nodes = (
        Node(name="left", kind="Input", config={"shape": [4]}),
        Node(name="right", kind="Input", config={"shape": [4]}),
        Node(name="twin", kind="Dense", config={"units": 3, "activation": "relu"}, inputs=("left",)),
        Node(name="again", kind="Dense", shares="twin", inputs=("right",)),
        Node(name="join", kind="Concatenate", inputs=("twin", "again")),
        Node(name="out", kind="Dense", config={"units": 1}),
    )
    spec = ModelSpec(nodes=nodes)
    summary = summarize(spec)
    agree(summary, spec, build(spec))
    twin, again = summary.nodes[2:4]
    assert (twin.params, again.params) == (15, 0)
    assert twin.flops == again.flops == 2 * 4 * 3 + 3 + 3


def test_tied_weights_count_once(summarize):
    from models.build import build

    spec = network(
        ROW,
        ("code", "Dense", {"units": 3}),
        ("back", "TiedDense", {"tied_to": "code"}),
    )
    summary = summarize(spec)
    agree(summary, spec, build(spec))
    assert [node.params for node in summary.nodes] == [0, 8 * 3 + 3, 8]
    changed = summarize(configure(spec, "code", {"units": 5}))
    assert [node.params for node in changed.nodes] == [0, 8 * 5 + 5, 8]


def test_a_frozen_layer_has_nothing_to_train(summarize):
    spec = network(ROW, ("a", "Dense", {"units": 3, "trainable": False}), OUT)
    node = summarize(spec).nodes[1]
    assert (node.params, node.trainable) == (27, 0)


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


def test_large_networks_are_followed_while_they_are_edited(summarize):
    rows = [
        row
        for n in range(100)
        for row in (
            (f"conv{n}", "Conv2D", {"filters": 4 + n % 3, "kernel_size": 3, "padding": "same"}),
            (f"norm{n}", "BatchNormalization"),
            (f"act{n}", "Activation", {"activation": "relu"}),
            (f"drop{n}", "Dropout", {"rate": 0.1}),
        )
    ]
    spec = network(IMAGE, *rows, ("pool", "GlobalAveragePooling2D"), OUT)
    summarize(spec)
    times = []
    for units in range(3, 8):
        edited = configure(spec, "conv50", {"filters": units, "kernel_size": 3})
        start = time.thread_time()
        summarize(edited)
        times.append(time.thread_time() - start)
    assert min(times) < 0.15


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
    from models.checking.structure import problems

    summary = summarize(spec)
    assert [node.name for node in summary.nodes] == [node.name for node in spec.nodes]
    assert all(problem in summary.problems for problem in problems(spec))


ALONE = [kind for kind, entry in catalogue().layers.items() if entry.call in ("single", "list", "args", "state")]


@pytest.mark.parametrize("kind", [kind for kind in ALONE if catalogue().layers[kind].module != "applications"])
def test_every_layer_of_the_catalogue_is_summarized(summarize, kind):
    entry = catalogue().layers[kind]
    inputs = [(f"input_{place}", "Input", {"shape": list(shape)}) for place, shape in enumerate(entry.example_inputs)]
    if any(param.type == "node" for param in entry.params):
        inputs.append(("dense", "Dense", {"units": inputs[0][2]["shape"][-1]}))
    layer = ("layer", kind, entry.start_config, [name for name, *_ in inputs][: len(entry.example_inputs)])
    summary = summarize(network(*inputs, layer, FLAT, OUT))
    assert [problem for problem in summary.problems if problem.node == "layer"] == []
    assert summary.nodes[-3].output_shape is not None


def test_a_network_as_a_layer_is_counted_at_full_size(summarize):
    image = ("input", "Input", {"shape": [224, 224, 3]})
    spec = network(image, ("vgg", "VGG16", {}))
    node = summarize(spec).nodes[1]
    assert (node.params, node.trainable, node.output_shape) == (138_357_544, 138_357_544, (None, 1000))
    # Simonyan and Zisserman, 2015: 15.5 thousand million multiply-adds.
    assert node.flops == pytest.approx(2 * 15.5e9, rel=0.01)
    frozen = summarize(configure(spec, "vgg", {"trainable": False})).nodes[1]
    assert (frozen.params, frozen.trainable) == (138_357_544, 0)


@pytest.mark.parametrize("kind", ["EfficientNetV2B0", "ConvNeXtTiny"])
def test_networks_of_all_sorts_are_layers(summarize, kind):
    """One that looks its sizes up by its name, and one that holds networks itself."""
    config = {"include_top": False, "weights": None, "pooling": "avg"}
    summary = summarize(network(("input", "Input", {"shape": [32, 32, 3]}), ("mine", kind, config), OUT))
    assert summary.problems == ()
    assert summary.nodes[1].flops > 2 * summary.nodes[1].params
