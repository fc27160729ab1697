import pytest

from models.arguments import config_problems, expected, fits, to_keras
from models.catalogue import Param, catalogue
from models.catalogue.load import PARTS

PARAMS = [
    pytest.param(entry, param, id=f"{kind}.{param.name}")
    for kind in ("Input", "Dense", "Conv2D", "Dropout", "BatchNormalization", "RandomRotation", "ReLU", "MaxPooling2D")
    for entry in [catalogue().layers[kind]]
    for param in entry.params
]


def wrong_values(param):
    """Values that the constraint forbids, derived from the constraint itself."""
    if not param.nullable and param.type != "json":
        yield None
    if param.type == "int":
        yield from (1.5, "1", True, [1])
    if param.type == "float":
        yield from ("0.1", True, [0.1])
    if param.type in ("int", "float", "int_tuple") and param.min is not None:
        yield param.min - 1
    if param.type in ("int", "float") and param.max is not None:
        yield param.max + 1
    if param.type == "bool":
        yield from (1, "true")
    if param.type == "int_tuple":
        yield from ([], [1] * ((param.length or 1) + 1), [1.5] * (param.length or 1))
    if param.type == "shape":
        yield from ([], 8, [0], ["8"])
    if param.type in ("choice", "activation", "initializer", "regularizer", "constraint"):
        yield from ("no such thing", 3)
    if param.type in ("initializer", "regularizer", "constraint"):
        yield from (
            {},
            {"class_name": "Nothing"},
            {"class_name": "L2", "config": {"x": 1}},
            {"class_name": "L2", "y": 1},
        )


@pytest.mark.parametrize("part", PARTS)
def test_every_default_and_start_value_fits(part):
    for kind, entry in getattr(catalogue(), part).items():
        for param in entry.params:
            value = param.start if param.required else param.default
            assert fits(param, value), f"{kind}.{param.name}={value!r}"


@pytest.mark.parametrize(("entry", "param"), PARAMS)
def test_every_wrong_value_is_refused_in_one_form_of_words(entry, param):
    for value in wrong_values(param):
        problems = config_problems(entry, {**entry.start_config, param.name: value}, "node")
        assert [(problem.node, problem.field) for problem in problems] == [("node", param.name)]
        assert problems[0].message.startswith(f"{param.name} must be {expected(param)}. Received: {param.name}=")


def test_the_message_shows_what_was_received():
    (problem,) = config_problems(catalogue().layers["Dense"], {"units": -3})
    assert problem.message == "units must be a whole number of at least 1. Received: units=-3."


def test_an_unknown_argument_names_the_nearest_one():
    (problem,) = config_problems(catalogue().layers["Conv2D"], {"filters": 2, "kernel_size": 3, "kernelsize": 3})
    assert problem.field == "kernelsize"
    assert problem.hint == "Did you mean kernel_size?"


def test_an_argument_that_is_left_out_says_why():
    (problem,) = config_problems(catalogue().layers["Flatten"], {"data_format": "channels_first"})
    assert "channels" in problem.hint


def test_a_missing_argument_gives_an_example():
    (problem,) = config_problems(catalogue().layers["Dense"], {})
    assert (problem.field, problem.hint) == ("units", "Give it a value, for example 64.")


@pytest.mark.parametrize(
    "value", ["l2", "L2", {"class_name": "L2", "config": {"l2": 0.5}}, {"class_name": "L2"}, {"class_name": "l2"}, None]
)
def test_keras_forms_of_a_regularizer_fit(value):
    assert fits(catalogue().layers["Dense"].param("kernel_regularizer"), value)


@pytest.mark.parametrize(
    ("param", "words"),
    [
        (Param("rate", "float", min=0.0, max=1.0), "a number from 0 to 1"),
        (Param("n", "int", max=3, nullable=True), "a whole number of at most 3, or null"),
        (Param("kernel_size", "int_tuple", min=1, length=2), "a whole number of at least 1, or a list of 2 of them"),
        (Param("mode", "choice", choices=("a", "b", "c")), '"a", "b" or "c"'),
        (Param("f", "activation"), "the name of an activation"),
    ],
)
def test_expected(param, words):
    assert expected(param) == words


def test_lists_become_tuples_all_the_way_down():
    assert to_keras([[1, 2], {"a": [3]}]) == ((1, 2), {"a": (3,)})
