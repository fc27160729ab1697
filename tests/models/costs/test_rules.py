import math
import re

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from models.costs.rules import param_rule, shape_rule
from tests.models.networks import network

pytestmark = pytest.mark.slow


@pytest.fixture(scope="module")
def node():
    from models.summary import summarize

    def of(kind, config, *shapes):
        inputs = [(f"input{place}", "Input", {"shape": shape}) for place, shape in enumerate(shapes)]
        summary = summarize(network(*inputs, ("layer", kind, config, [name for name, *_ in inputs])))
        assert summary.problems == ()
        return summary.nodes[-1]

    return of


def value(expression):
    """What a written calculation comes to."""
    plain = re.sub(r"[A-Za-z_]{2,}(?<!floor)[a-z_ ]*", "", expression.replace("floor", "F").replace(",", ""))
    plain = plain.replace("·", "*").replace("F", "math.floor").strip()
    return eval(plain, {"math": math})  # noqa: S307 - the rule's own digits and signs


def holds(rule, *expected):
    """Every calculation of the rule is right, and its results are these."""
    results = []
    for part in rule.split(", where ")[0].split("; "):
        left, _, right = part.split(": ")[-1].rpartition(" = ")
        assert value(left) == value(right), rule
        results.append(value(right))
    assert results == list(expected) or (len(set(expected)) == 1 and results == [expected[0]]), rule


KINDS = st.sampled_from(
    ["Conv2D", "DepthwiseConv2D", "SeparableConv2D", "MaxPooling2D", "AveragePooling2D", "Conv2DTranspose"]
)
SIDES = st.tuples(st.integers(8, 15), st.integers(8, 15))
PAIRS = st.tuples(st.integers(1, 4), st.integers(1, 4))


@settings(max_examples=40)
@given(
    kind=KINDS, sides=SIDES, window=PAIRS, step=st.integers(1, 3), same=st.booleans(), rate=st.integers(1, 2),
    bias=st.booleans(), multiplier=st.integers(1, 2),
)  # fmt: skip
def test_windows(node, kind, sides, window, step, same, rate, bias, multiplier):
    config = {"strides": step, "padding": "same" if same else "valid"}
    config |= {"pool_size" if "Pooling" in kind else "kernel_size": list(window)}
    if "Pooling" not in kind:
        config |= {"use_bias": bias, "dilation_rate": rate if step == 1 and kind != "Conv2DTranspose" else 1}
    if kind in ("DepthwiseConv2D", "SeparableConv2D"):
        config["depth_multiplier"] = multiplier
    if kind in ("Conv2D", "SeparableConv2D", "Conv2DTranspose"):
        config["filters"] = 5
    fact = node(kind, config, [*sides, 3])
    holds(fact.shape_rule, *fact.output_shape[1:3])
    if fact.params:
        holds(fact.param_rule, fact.params)
    else:
        assert fact.param_rule == ""


SHAPED = {
    "causal": ("Conv1D", {"filters": 2, "kernel_size": 3, "padding": "causal"}, [[9, 4]], (9,)),
    "one step": ("Conv1D", {"filters": 2, "kernel_size": 3, "strides": 2}, [[9, 4]], (4,)),
    "padding out": (
        "Conv2DTranspose",
        {"filters": 2, "kernel_size": 3, "strides": 2, "output_padding": 1},
        [[5, 6, 2]],
        (12, 14),
    ),
    "padding out, same": (
        "Conv2DTranspose",
        {"filters": 2, "kernel_size": 3, "strides": 2, "padding": "same", "output_padding": 1},
        [[5, 6, 2]],
        (10, 12),
    ),
    "larger": ("UpSampling2D", {"size": [2, 3]}, [[5, 6, 2]], (10, 18)),
    "zeros": ("ZeroPadding2D", {"padding": [[1, 2], [0, 3]]}, [[5, 6, 2]], (8, 9)),
    "zeros around": ("ZeroPadding1D", {"padding": 2}, [[5, 6]], (9,)),
    "zeros at both ends": ("ZeroPadding1D", {"padding": [2, 1]}, [[5, 6]], (8,)),
    "cropped": ("Cropping2D", {"cropping": [1, 2]}, [[5, 6, 2]], (3, 2)),
    "flattened": ("Flatten", {}, [[5, 6, 2]], (60,)),
    "volumes": ("Conv3D", {"filters": 2, "kernel_size": 2}, [[5, 6, 7, 1]], (4, 5, 6)),
}  # fmt: skip


@pytest.mark.parametrize("case", SHAPED)
def test_shapes(node, case):
    kind, config, inputs, expected = SHAPED[case]
    fact = node(kind, config, *inputs)
    assert fact.output_shape[1 : 1 + len(expected)] == expected
    holds(fact.shape_rule, *expected)


WRITTEN = {
    "spread": (
        ("Conv1D", {"filters": 2, "kernel_size": 3, "dilation_rate": 2}, [9, 4]),
        "floor((9 - 5 + 2·0) / 1) + 1 = 5, where 3 values 2 apart span (3 - 1)·2 + 1 = 5",
    ),
    "odd padding": (
        ("Conv2D", {"filters": 2, "kernel_size": 3, "strides": 2, "padding": "same"}, [224, 224, 3]),
        "floor((224 - 3 + (0 + 1)) / 2) + 1 = 112",
    ),
    "two axes": (
        ("MaxPooling2D", {"pool_size": [2, 3]}, [8, 9, 1]),
        "height: floor((8 - 2 + 2·0) / 2) + 1 = 4; width: floor((9 - 3 + 2·0) / 3) + 1 = 3",
    ),
    "a row": (("Reshape", {"target_shape": [2, 3]}, [6]), "6 = 2·3"),
    "an image": (("Reshape", {"target_shape": [-1]}, [2, 3]), "2·3 = 6"),
    "joined": (("Concatenate", {}, [4, 2], [4, 3]), "2 + 3 = 5 along the last axis"),
    "joined steps": (("Concatenate", {"axis": 1}, [4, 2], [3, 2]), "4 + 3 = 7 along axis 1"),
    "dense": (("Dense", {"units": 5}, [6]), ""),
    "dense at each place": (
        ("Dense", {"units": 5}, [4, 3, 6]),
        "the last axis alone: 6 become 5, at each of 4 × 3 places",
    ),
    "states": (("LSTM", {"units": 5}, [None, 3]), "the state, 5 numbers, after the last step"),
    "all states": (
        ("GRU", {"units": 5, "return_sequences": True}, [None, 3]),
        "the state, 5 numbers, after each of ? steps",
    ),
    "a length that varies": (("Conv1D", {"filters": 2, "kernel_size": 3}, [None, 4]), ""),
}  # fmt: skip


@pytest.mark.parametrize("case", WRITTEN)
def test_as_written(node, case):
    (kind, config, *inputs), text = WRITTEN[case]
    assert node(kind, config, *inputs).shape_rule == text


COUNTED = {
    "dense": ("Dense", {"units": 5}, "6·5 weights + 5 biases = 35", [6]),
    "no bias": ("Dense", {"units": 5, "use_bias": False}, "6·5 weights = 30", [6]),
    "convolution": ("Conv2D", {"filters": 6, "kernel_size": 5}, "5·5·1·6 weights + 6 biases = 156", [32, 32, 1]),
    "batch norm": (
        "BatchNormalization",
        {"scale": False},
        "4 shifts + 4 moving means + 4 moving variances = 12",
        [9, 4],
    ),
    "layer norm": ("LayerNormalization", {}, "4 gamma + 4 beta = 8", [9, 4]),
    "embedding": ("Embedding", {"input_dim": 1000, "output_dim": 8}, "1000 ids · 8 numbers = 8,000", [9]),
    "lstm": (
        "LSTM",
        {"units": 5},
        "4 gates · (3·5 from the input + 5·5 from the state + 5 biases) = 180",
        [9, 3],
    ),
    "gru": ("GRU", {"units": 5}, "3 gates · (3·5 from the input + 5·5 from the state + 2·5 biases) = 150", [9, 3]),
    "gru, one bias": (
        "GRU",
        {"units": 5, "reset_after": False},
        "3 gates · (3·5 from the input + 5·5 from the state + 5 biases) = 135",
        [9, 3],
    ),
    "simple rnn": ("SimpleRNN", {"units": 5}, "3·5 from the input + 5·5 from the state + 5 biases = 45", [9, 3]),
    "both ways": (
        "Bidirectional",
        {"layer": {"class_name": "SimpleRNN", "config": {"units": 5}}},
        "2 directions · (3·5 from the input + 5·5 from the state + 5 biases) = 90",
        [9, 3],
    ),
    "heads": (
        "MultiHeadAttention",
        {"num_heads": 2, "key_dim": 3, "value_dim": 5},
        "query 4·2·3 + 6 + key 4·2·3 + 6 + value 4·2·5 + 10 + output 2·5·4 + 4 = 154",
        [7, 4],
        [9, 4],
    ),
    "none": ("Flatten", {}, "", [7, 4]),
}


@pytest.mark.parametrize("case", COUNTED)
def test_params(node, case):
    kind, config, text, *inputs = COUNTED[case]
    fact = node(kind, config, *inputs)
    assert fact.param_rule == text
    if text:
        holds(re.sub(r"(?<=\d) (ids|gates|directions) ", " ", text), fact.params)


def test_what_is_not_known_is_not_explained():
    shapes = (((None, 8, 8, 1),), ((None, 6, 6, 2),))
    assert shape_rule("Conv2D", {"filters": 2, "kernel_size": "three"}, *shapes) == ""
    many = [(f"w{n}", (2, 3)) for n in range(9)]
    assert param_rule("SomeLayer", {}, *shapes, many) == "9 arrays of weights = 54"
