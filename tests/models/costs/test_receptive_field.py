import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from models.costs.receptive_field import receptive_fields
from models.spec import Node
from tests.models.networks import network


@pytest.fixture(scope="module")
def fields():
    from models.summary import summarize

    def of(spec):
        summary = summarize(spec)
        assert summary.problems == ()
        assert receptive_fields(spec, summary.nodes) == [node.receptive_field for node in summary.nodes]
        return {node.name: node.receptive_field for node in summary.nodes}

    return of


@pytest.mark.slow
def test_of_vgg_16(fields):
    """As published: 212 pixels at the last pooling (Araujo, Norris and Sim, 2019, table 1)."""
    from models.architectures import ARCHITECTURES

    spec = ARCHITECTURES["vgg-16"].default()
    found = fields(spec)
    pools = [node.name for node in spec.nodes if node.kind == "MaxPooling2D"]
    assert [found[name] for name in pools] == [(6, 6), (16, 16), (44, 44), (100, 100), (212, 212)]
    assert found[spec.nodes[-1].name] is None


@pytest.mark.slow
def test_of_resnet_50(fields):
    """As published: 483 pixels (Araujo, Norris and Sim, 2019, table 1)."""
    from models.architectures import ARCHITECTURES

    spec = ARCHITECTURES["resnet-50"].default()
    assert max(field for field in fields(spec).values() if field) == (483, 483)


@pytest.mark.slow
def test_what_sees_everything_or_nothing(fields):
    spec = network(
        ("ids", "Input", {"shape": [9], "dtype": "int32"}),
        ("words", "Embedding", {"input_dim": 5, "output_dim": 4}),
        ("conv", "Conv1D", {"filters": 2, "kernel_size": 3, "padding": "causal", "dilation_rate": 2}),
        ("states", "LSTM", {"units": 2, "return_sequences": True}),
        ("later", "Conv1D", {"filters": 2, "kernel_size": 3}),
    )
    assert fields(spec) == {"ids": None, "words": (1,), "conv": (5,), "states": None, "later": None}


@pytest.mark.slow
def test_the_branches_of_a_sum_are_seen_together(fields):
    spec = network(
        ("input", "Input", {"shape": [16, 16, 2]}),
        ("a", "Conv2D", {"filters": 2, "kernel_size": [5, 1], "padding": "same"}),
        ("b", "Conv2D", {"filters": 2, "kernel_size": [1, 3], "padding": "same"}, ["input"]),
        ("sum", "Add", {}, ["a", "b"]),
        ("whole", "GlobalAveragePooling2D", {"keepdims": True}, ["sum"]),
        ("scaled", "Multiply", {}, ["sum", "whole"]),
    )
    found = fields(spec)
    assert found["sum"] == (5, 3)
    assert found["scaled"] is None


SIZE = 40
_WINDOWS = st.tuples(
    st.sampled_from(["Conv1D", "AveragePooling1D", "DepthwiseConv1D", "SeparableConv1D"]),
    st.integers(1, 4),
    st.integers(1, 2),
    st.sampled_from(["valid", "same"]),
)


@st.composite
def chains(draw):
    """Windows of all kinds, one after the other, with a skip across two of them where the sizes allow it."""
    layers = []
    for kind, size, step, padding in draw(st.lists(_WINDOWS, min_size=1, max_size=3)):
        window = {"pool_size": size} if kind == "AveragePooling1D" else {"kernel_size": size}
        more = {"filters": 2} if kind in ("Conv1D", "SeparableConv1D") else {}
        spread = {"dilation_rate": 2} if kind == "Conv1D" and step == 1 and draw(st.booleans()) else {}
        layers.append((kind, {**window, **more, **spread, "strides": step, "padding": padding}))
    wider = draw(st.sampled_from([None, "UpSampling1D", "Conv1DTranspose"]))
    if wider == "UpSampling1D":
        layers.append((wider, {"size": draw(st.integers(2, 3))}))
    if wider == "Conv1DTranspose":
        layers.append(
            (wider, {"filters": 2, "kernel_size": draw(st.integers(1, 4)), "strides": draw(st.integers(1, 3))})
        )
    rows = [("input", "Input", {"shape": [SIZE, 2]})]
    rows += [(f"layer{place}", kind, config) for place, (kind, config) in enumerate(layers)]
    spec = network(*rows)
    if draw(st.booleans()):
        # A skip over a convolution that keeps sizes.
        last = spec.nodes[-1].name
        wide = {"filters": 2, "kernel_size": draw(st.integers(1, 5)), "padding": "same"}
        nodes = (
            Node(name="side", kind="Conv1D", config=wide),
            Node(name="sum", kind="Add", inputs=(last, "side")),
        )
        spec = spec.replace(nodes=(*spec.nodes, *nodes))
    return spec


@pytest.mark.slow
@settings(max_examples=15)
@given(spec=chains())
def test_as_far_as_an_impulse_reaches(fields, spec):
    """With weights above 0, an impulse in the input is felt exactly where an output value sees it."""
    from models.build import build

    expected = fields(spec)[spec.nodes[-1].name][0]
    model = build(spec)
    model.set_weights([np.full(weight.shape, float(weight.ndim > 1)) for weight in model.get_weights()])
    impulses = np.repeat(np.eye(SIZE, dtype="float32")[..., None], 2, axis=2)
    felt = model(impulses).numpy()[:, :, 0].T > 0
    seen = [(np.flatnonzero(row)[0], np.flatnonzero(row)[-1]) for row in felt if row.any()]
    assert max(last - first + 1 for first, last in seen) <= expected
    # At the borders, a part of the window lies in the padding.
    inside = [last - first + 1 for first, last in seen if first > 0 and last < SIZE - 1]
    # A transposed convolution whose kernel is smaller than its steps leaves places that see nothing.
    holes = any(node.kind == "Conv1DTranspose" for node in spec.nodes)
    if len(inside) > 8 and not holes:
        assert max(inside) == expected
