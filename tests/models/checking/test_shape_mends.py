import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from models.editing.mends import mended
from models.spec import ModelSpec, Node
from tests.models.networks import network

pytestmark = pytest.mark.slow

IMAGE = ("input", "Input", {"shape": [8, 8, 2]})
ROW = ("input", "Input", {"shape": [8]})
STEPS = ("input", "Input", {"shape": [6, 4]})
FLAT = ("flat", "Flatten")
OUT = ("out", "Dense", {"units": 2})
POOL = ("pool", "GlobalAveragePooling2D")


def conv(name, filters=4, kernel_size=3, inputs=None, **config):
    return name, "Conv2D", {"filters": filters, "kernel_size": kernel_size, **config}, inputs


@pytest.fixture(scope="module")
def summarize():
    from models.summary import summarize

    return summarize


MENDED = {
    "kernel": ((IMAGE, conv("a", 4, 9), FLAT, OUT), ['Set padding to "same"']),
    "pool": ((IMAGE, ("a", "MaxPooling2D", {"pool_size": 9}), FLAT, OUT), ['Set padding to "same"']),
    "image into RepeatVector": (
        (IMAGE, ("a", "RepeatVector", {"n": 2}), FLAT, OUT),
        ["Insert Flatten", "Insert GlobalAveragePooling2D"],
    ),
    "row into a convolution": ((ROW, conv("a", 4, 1), FLAT, OUT), ["Insert Reshape to 4 × 2 × 1"]),
    "digits into a convolution": (
        (("input", "Input", {"shape": [784]}), conv("a"), FLAT, OUT),
        ["Insert Reshape to 28 × 28 × 1"],
    ),
    "colours into a convolution": (
        (("input", "Input", {"shape": [3072]}), conv("a"), FLAT, OUT),
        ["Insert Reshape to 32 × 32 × 3"],
    ),
    "row into a recurrent layer": ((ROW, ("a", "LSTM", {"units": 2}), OUT), ["Insert Reshape to 8 × 1"]),
    "row into a volume": (
        (("input", "Input", {"shape": [60]}), ("a", "Conv3D", {"filters": 2, "kernel_size": 1}), FLAT, OUT),
        ["Insert Reshape to 5 × 3 × 4 × 1"],
    ),
    "image into a recurrent layer": ((IMAGE, ("a", "LSTM", {"units": 2}), OUT), ["Insert Reshape to 8 × 16"]),
    "image into a 1D convolution": (
        (IMAGE, ("a", "Conv1D", {"filters": 2, "kernel_size": 3}), FLAT, OUT),
        ["Change it to Conv2D"],
    ),
    "image into a 1D pooling": ((IMAGE, ("a", "GlobalMaxPooling1D"), OUT), ["Change it to GlobalMaxPooling2D"]),
    "sequence into an image layer": ((STEPS, conv("a"), FLAT, OUT), ["Insert Reshape to 6 × 4 × 1"]),
    "channels of a skip": (
        (IMAGE, conv("a", padding="same"), ("sum", "Add", {}, ["a", "input"]), POOL, OUT),
        ["Put a 1×1 convolution on the skip"],
    ),
    "channels and steps of a skip": (
        (IMAGE, conv("a", padding="same", strides=2), ("sum", "Add", {}, ["input", "a"]), POOL, OUT),
        ["Put a 1×1 convolution on the skip"],
    ),
    "borders of a branch": (
        (
            IMAGE,
            conv("a", 4, padding="same"),
            conv("b", 4, 2),
            ("norm", "BatchNormalization"),
            conv("c", 4, 2),
            ("sum", "Add", {}, ["c", "a"]),
            POOL,
            OUT,
        ),
        ['Set padding to "same" in b, c', "Crop to one size"],
    ),
    "borders and channels": (
        (IMAGE, conv("a"), ("sum", "Add", {}, ["a", "input"]), POOL, OUT),
        ["Crop to one size and match channels with a 1×1 convolution"],
    ),
    "two branches": (
        (
            IMAGE,
            conv("a", 3, padding="same"),
            conv("b", 5, inputs=["input"], padding="same"),
            ("sum", "Average", {}, ["a", "b"]),
            POOL,
            OUT,
        ),
        ["Match channels with a 1×1 convolution"],
    ),
    "three rows of numbers": (
        (
            ROW,
            ("a", "Dense", {"units": 3}),
            ("b", "Dense", {"units": 5}),
            ("sum", "Add", {}, ["input", "a", "b"]),
            OUT,
        ),
        ["Put a Dense layer on the skip"],
    ),
    "a row and an image": (
        (IMAGE, FLAT, ("a", "Dense", {"units": 3}), ("sum", "Add", {}, ["a", "input"]), OUT),
        ["Insert Flatten and Dense"],
    ),
    "sizes in a concatenation": (
        (IMAGE, conv("a"), ("join", "Concatenate", {}, ["input", "a"]), FLAT, OUT),
        ["Crop to the smallest", "Insert Flatten"],
    ),
    "lengths in a concatenation": (
        (
            STEPS,
            ("a", "Conv1D", {"filters": 2, "kernel_size": 4}),
            ("join", "Concatenate", {}, ["a", "input"]),
            FLAT,
            OUT,
        ),
        ["Crop to the smallest", "Insert Flatten"],
    ),
    "axes in a concatenation": (
        (IMAGE, FLAT, ("join", "Concatenate", {}, ["flat", "input"]), OUT),
        ["Insert Flatten"],
    ),
    "values of a reshape": ((ROW, ("a", "Reshape", {"target_shape": [3, 2]}), FLAT, OUT), ["Reshape to 4 × 2"]),
    "values that do not divide": ((ROW, ("a", "Reshape", {"target_shape": [3, 5]}), OUT), ["Reshape to a row"]),
    "a length that varies": (
        (("input", "Input", {"shape": [None, 3]}), FLAT, OUT),
        ["Change flat to GlobalAveragePooling1D"],
    ),
    "groups": ((IMAGE, conv("a", 3, groups=3), FLAT, OUT), ["Leave out groups"]),
    "steps and dilation": ((IMAGE, conv("a", strides=2, dilation_rate=2), FLAT, OUT), ["Leave out dilation_rate"]),
    "an axis": ((ROW, ("a", "BatchNormalization", {"axis": 7}), OUT), ["Leave out axis"]),
    "cropping": ((IMAGE, ("a", "Cropping2D", {"cropping": 4}), FLAT, OUT), ["Leave out cropping"]),
    "an initializer": (
        (ROW, ("a", "Dense", {"units": 2, "bias_initializer": "orthogonal", "kernel_initializer": "he_normal"}), OUT),
        ["Leave out bias_initializer"],
    ),
}


@pytest.mark.parametrize("case", MENDED)
def test_each_mend_leaves_a_sound_network(summarize, case):
    rows, labels = MENDED[case]
    spec = network(*rows)
    (problem,) = summarize(spec).problems
    mends = [mend for mend in (problem.mend, *problem.more_mends) if mend]
    assert [mend.label for mend in mends] == labels
    for mend in mends:
        assert summarize(mended(spec, mend)).problems == ()


def test_a_node_that_shares_a_layer_is_mended_where_the_layer_is(summarize):
    spec = ModelSpec(
        nodes=(
            Node(name="big", kind="Input", config={"shape": [8, 8, 1]}),
            Node(name="small", kind="Input", config={"shape": [2, 2, 1]}),
            Node(name="a", kind="Conv2D", config={"filters": 2, "kernel_size": 3}, inputs=("big",)),
            Node(name="b", kind="Conv2D", shares="a", inputs=("small",)),
            Node(name="left", kind="GlobalMaxPooling2D", inputs=("a",)),
            Node(name="right", kind="GlobalMaxPooling2D", inputs=("b",)),
            Node(name="sum", kind="Add", inputs=("left", "right")),
        )
    )
    (problem,) = summarize(spec).problems
    assert problem.node == "b"
    assert summarize(mended(spec, problem.mend)).problems == ()


SIZES = st.tuples(st.integers(1, 9), st.integers(1, 9), st.integers(1, 4))


@settings(max_examples=30)
@given(shapes=st.lists(SIZES, min_size=2, max_size=3), kind=st.sampled_from(["Add", "Maximum", "Concatenate"]))
def test_images_of_any_sizes_are_joined_after_the_mend(summarize, shapes, kind):
    inputs = [(f"input_{place}", "Input", {"shape": list(shape)}) for place, shape in enumerate(shapes)]
    spec = network(*inputs, ("join", kind, {}, [name for name, *_ in inputs]), POOL, OUT)
    summary = summarize(spec)
    for problem in summary.problems:
        for mend in (problem.mend, *problem.more_mends):
            assert [left for left in summarize(mended(spec, mend)).problems if left.node == "join"] == []
