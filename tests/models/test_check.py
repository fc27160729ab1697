import pytest

from models.architectures import ARCHITECTURES
from models.check import problems
from models.spec import ModelSpec
from tests.models.networks import RESIDUAL, network

INPUT = ("input", "Input", {"shape": [8]})
DENSE = {"units": 2}


@pytest.mark.parametrize("name", ARCHITECTURES)
def test_architectures_are_sound(name):
    assert problems(ARCHITECTURES[name].default()) == ()


def test_a_graph_is_sound():
    assert problems(RESIDUAL) == ()


WRONG = {
    "empty": (network(), None, None, "empty"),
    "only an input": (network(INPUT), None, None, "no layer"),
    "no input": (network(("a", "Dense", DENSE), ("b", "Dense", DENSE)), "a", "inputs", "begins with an Input"),
    "ends in an input": (network(INPUT, ("a", "Dense", DENSE), ("b", "Input", {"shape": [2]})), "b", None, "output"),
    "unknown kind": (network(INPUT, ("a", "Desne", DENSE)), "a", "kind", "Did you mean Dense?"),
    "left out kind": (network(INPUT, ("a", "Lambda")), "a", "kind", "Python function"),
    "alias": (network(INPUT, ("a", "MaxPool1D")), "a", "kind", "Call it MaxPooling1D."),
    "unknown argument": (network(INPUT, ("a", "Dense", {**DENSE, "unit": 3})), "a", "unit", "Did you mean units?"),
    "wrong type": (network(INPUT, ("a", "Dense", {"units": "3"})), "a", "units", 'Received: units="3"'),
    "missing argument": (network(INPUT, ("a", "Dense")), "a", "units", "units is missing"),
    "unknown input": (network(INPUT, ("a", "Dense", DENSE, ["inputt"])), "a", "inputs", "Did you mean input?"),
    "self": (network(INPUT, ("a", "Dense", DENSE, ["a"])), "a", "inputs", "feeds itself"),
    "too few": (network(INPUT, ("a", "Add")), "a", "inputs", "at least 2 inputs. Received: 1 (input)"),
    "too many": (
        network(INPUT, ("a", "Dense", DENSE), ("b", "Dense", DENSE, ["input", "a"])),
        "b",
        "inputs",
        "takes 1 input. Received: 2 (input, a)",
    ),
    "none": (network(INPUT, ("a", "Dense", DENSE), ("b", "Dense", DENSE, [])), "b", "inputs", "Received: none"),
    "fed input": (
        network(INPUT, ("a", "Input", {"shape": [2]}, ["input"]), ("b", "Dense", DENSE)),
        "a",
        "inputs",
        "no inputs",
    ),
    "range": (
        network(INPUT, ("a", "MultiHeadAttention", {"num_heads": 1, "key_dim": 1})),
        "a",
        "inputs",
        "takes 2 to 3 inputs",
    ),
    "unread": (network(INPUT, ("a", "Dense", DENSE), ("b", "Dense", DENSE, ["input"])), "a", None, "Nothing reads a"),
    "later": (
        network(INPUT, ("a", "Dense", DENSE, ["b"]), ("b", "Dense", DENSE, ["input"]), ("c", "Dense", DENSE, ["a"])),
        "a",
        "inputs",
        "Move b above a.",
    ),
    "cycle": (network(INPUT, ("a", "Dense", DENSE, ["b"]), ("b", "Dense", DENSE)), "a", "inputs", "a cycle"),
    "long cycle": (
        network(INPUT, ("a", "Dense", DENSE, ["c"]), ("b", "Dense", DENSE), ("c", "Dense", DENSE)),
        "a",
        "inputs",
        "a cycle",
    ),
}


@pytest.mark.parametrize("case", WRONG)
def test_a_mistake_is_told_once_on_its_node(case):
    spec, node, field, words = WRONG[case]
    (problem,) = problems(spec)
    assert (problem.node, problem.field) == (node, field)
    assert words in f"{problem.message} {problem.hint}"
    assert problem.message.endswith(".")


def test_all_mistakes_are_told():
    spec = network(INPUT, ("a", "Dense", {"units": 0}), ("b", "Dense", {"units": 2, "activation": "rellu"}))
    assert [(problem.node, problem.field) for problem in problems(spec)] == [("a", "units"), ("b", "activation")]


def test_an_empty_draft_is_no_error():
    assert len(problems(ModelSpec())) == 1
