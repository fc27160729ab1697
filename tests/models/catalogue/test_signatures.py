import inspect

import pytest

from models.catalogue.facts import Param
from models.catalogue.signatures import as_json, read_param


def parameter(name, default=inspect.Parameter.empty):
    return inspect.Parameter(name, inspect.Parameter.POSITIONAL_OR_KEYWORD, default=default)


@pytest.mark.parametrize(
    ("name", "default", "described", "hint", "kind"),
    [
        ("kernel_initializer", "zeros", "", {}, "initializer"),
        ("activation", None, "", {}, "activation"),
        ("use_bias", True, "", {}, "bool"),
        ("padding", "valid", "", {"choices": ["valid", "same"]}, "choice"),
        ("mode", "a", "", {}, "str"),
        ("strides", (1, 1), "", {}, "int_tuple"),
        ("strides", 1, "int or tuple/list of 2 integers", {}, "int_tuple"),
        ("strides", 1, "int or tuple/list of 1 integer", {}, "int"),
        ("n", 3, "", {}, "int"),
        ("rate", 0.5, "", {}, "float"),
        ("n", None, "Optional integer. If set, ...", {}, "int"),
        ("n", None, "Float, or None.", {}, "float"),
        ("n", None, "Whatever.", {}, "json"),
        ("n", None, "Whatever.", {"type": "shape"}, "shape"),
    ],
)
def test_types_are_read_from_names_defaults_and_words(name, default, described, hint, kind):
    param = read_param(parameter(name, default), described, hint)
    assert param.type == kind
    assert param.nullable == (default is None)
    assert not param.required


def test_a_required_argument():
    hint = {"min": 1, "start": 64, "choices": ["not", "for", "numbers"]}
    param = read_param(parameter("units"), "Positive integer, size. More.", hint)
    assert param == Param(
        "units", "int", required=True, min=1, start=64, main=True, help="Positive integer, size.", positional=True
    )


def test_numbers_of_a_float_are_floats():
    param = read_param(parameter("rate", 1), "", {"type": "float", "min": 0, "max": 2})
    assert [type(value) for value in (param.default, param.min, param.max)] == [float, float, float]


def test_a_call_that_does_not_say_follows_the_run():
    # Keras's signatures say False, and mean it only where nothing else is known.
    assert read_param(parameter("training", False), "", {"type": "bool", "nullable": True}).default is None


def test_gaps_in_the_hints_are_found():
    with pytest.raises(ValueError, match="start value"):
        read_param(parameter("units"), "int", {})
    with pytest.raises(ValueError, match="not among its choices"):
        read_param(parameter("mode", "c"), "", {"choices": ["a", "b"]})
    with pytest.raises(TypeError, match="not JSON"):
        as_json(object())
