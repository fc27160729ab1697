import pytest

from models.checking.structure import problems
from models.editing.mends import mended
from models.spec import ModelSpec, Node
from tests.models.networks import network

INPUT = ("input", "Input", {"shape": [8]})


def one_layer(kind, config):
    return network(INPUT, ("a", kind, config), ("out", "Dense", {"units": 2}))


MENDED = {
    "unknown": (one_layer("Dense", {"units": 3, "width": 4}), "Remove width", {"units": 3}),
    "missing": (one_layer("Dense", {}), "Set units to 64", {"units": 64}),
    "missing layer": (
        network(("input", "Input", {"shape": [4, 8]}), ("a", "Bidirectional", {}), ("out", "Dense", {"units": 2})),
        "Give layer a value to start from",
        {"layer": {"class_name": "LSTM", "config": {"units": 32}}},
    ),
    "misspelt": (
        one_layer("Dense", {"units": 3, "activation": "rellu"}),
        "Set activation to relu",
        {"units": 3, "activation": "relu"},
    ),
    "unheard of": (one_layer("Dense", {"units": 3, "activation": "qqq"}), "Leave out activation", {"units": 3}),
    "text for a number": (one_layer("Dense", {"units": "12"}), "Set units to 12", {"units": 12}),
    "out of bounds": (one_layer("Dense", {"units": 0}), "Set units to 1", {"units": 1}),
    "too much": (one_layer("Dropout", {"rate": 50}), "Set rate to 1", {"rate": 1}),
    "wrong, with a default": (one_layer("Dense", {"units": 3, "use_bias": "yes"}), "Leave out use_bias", {"units": 3}),
}


@pytest.mark.parametrize("case", MENDED)
def test_a_mend_takes_the_problem_away(case):
    spec, label, config = MENDED[case]
    (problem,) = problems(spec)
    assert problem.mend.label == label
    after = mended(spec, problem.mend)
    assert problems(after) == ()
    assert after.nodes[1].config == config


@pytest.mark.parametrize(("kind", "meant"), [("Densee", "Dense"), ("Conv2d", "Conv2D"), ("Convolution2D", "Conv2D")])
def test_an_unknown_kind_becomes_the_nearest(kind, meant):
    spec = network(("input", "Input", {"shape": [8, 8, 1]}), ("a", kind, {}), ("out", "Dense", {"units": 2}))
    (problem,) = problems(spec)
    after = mended(spec, problem.mend)
    assert after.nodes[1].kind == meant
    assert problems(after) == ()


def test_nothing_is_offered_where_nothing_is_near():
    (problem,) = problems(one_layer("Qqqqqqqq", {}))
    assert problem.mend is None


def test_wrong_arguments_of_a_call_are_left_out():
    nodes = (
        Node(name="input", kind="Input", config={"shape": [4, 8]}),
        Node(
            name="a",
            kind="MultiHeadAttention",
            config={"num_heads": 2, "key_dim": 2},
            call={"use_causal_mask": 3, "colour": 1},
            inputs=("input", "input"),
        ),
    )
    spec = ModelSpec(nodes=nodes)
    found = problems(spec)
    assert [problem.mend.label for problem in found] == ["Leave out use_causal_mask", "Remove colour"]
    for problem in found:
        spec = mended(spec, problem.mend)
    assert problems(spec) == () and spec.nodes[1].call == {}


@pytest.mark.parametrize("kind", ["TransposeOperation", "StringLookup"])
def test_what_is_not_misspelt_is_not_changed_into_its_neighbour(kind):
    [problem] = problems(one_layer(kind, {}))
    assert problem.mend is None
    assert "Did you mean" not in problem.hint
