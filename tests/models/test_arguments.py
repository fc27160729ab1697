import pytest

from models.arguments import call_problems, config_problems, expected, fits, to_keras
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
            {"class_name": "L2", "config": 1},
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


@pytest.mark.parametrize(
    ("kind", "config", "field", "words"),
    [
        ("Dense", {"units": 1, "kernel_regularizer": {"class_name": "L2", "config": {"x": 1}}}, "kernel_regularizer.x",
         "l2 has no argument kernel_regularizer.x"),
        ("Dense", {"units": 1, "kernel_initializer": "constant"}, "kernel_initializer.value",
         "kernel_initializer.value is missing"),
        ("TimeDistributed", {"layer": {"class_name": "Dense", "config": {"units": 0}}}, "layer.units",
         "layer.units must be a whole number of at least 1. Received: layer.units=0."),
        ("TimeDistributed", {"layer": {"class_name": "Dense"}}, "layer.units", "layer.units is missing"),
        ("TimeDistributed", {"layer": {"class_name": "Add"}}, "layer", "layer must be a layer of one input"),
        ("TimeDistributed", {"layer": {"class_name": "LSTMCell", "config": {"units": 1}}}, "layer", "one input"),
        ("Bidirectional", {"layer": {"class_name": "Dense", "config": {"units": 1}}}, "layer", "LSTM, GRU"),
        ("Bidirectional", {"layer": "LSTM"}, "layer", "LSTM, GRU"),
        ("StackedRNNCells", {"cells": [{"class_name": "LSTMCell", "config": {"units": "4"}}]}, "cells.0.units",
         "cells.0.units must be"),
        ("StackedRNNCells", {"cells": []}, "cells", "a list of layers, each LSTMCell"),
        ("RNN", {"cell": {"class_name": "StackedRNNCells", "config": {"cells": [{"class_name": "Dense"}]}}},
         "cell.cells.0", "cell.cells.0 must be LSTMCell"),
    ],
)  # fmt: skip
def test_what_is_wrong_inside_is_named_by_its_path(kind, config, field, words):
    (problem,) = config_problems(catalogue().layers[kind], config, "node")
    assert problem.field == field and words in problem.message


@pytest.mark.parametrize(
    ("value", "field"),
    [
        (0.1, None),
        (1, None),
        ({"class_name": "CosineDecay", "config": {"initial_learning_rate": 0.1, "decay_steps": 10}}, None),
        ({"class_name": "CosineDecay", "config": {"initial_learning_rate": 0.1}}, "learning_rate.decay_steps"),
        ({"class_name": "CosineDecay", "config": {"initial_learning_rate": 0.1, "decay_steps": 0}},
         "learning_rate.decay_steps"),
        ({"class_name": "Cosine"}, "learning_rate"),
        ("CosineDecay", "learning_rate"),
        (-0.1, "learning_rate"),
        (True, "learning_rate"),
        (None, "learning_rate"),
    ],
)  # fmt: skip
def test_a_learning_rate_is_a_number_or_a_schedule(value, field):
    problems = config_problems(catalogue().optimizers["Adam"], {"learning_rate": value})
    assert [problem.field for problem in problems] == ([field] if field else [])


def test_a_schedule_by_another_name_is_told_the_nearest():
    (problem,) = config_problems(catalogue().optimizers["SGD"], {"learning_rate": {"class_name": "CosineDecy"}})
    assert problem.hint == "Did you mean CosineDecay?"


def test_a_tied_layer_names_a_node():
    entry = catalogue().layers["TiedDense"]
    assert not config_problems(entry, {"tied_to": "dense"})
    (problem,) = config_problems(entry, {"tied_to": 3})
    assert "the name of an earlier node" in problem.message


def test_arguments_of_a_call_are_checked():
    entry = catalogue().layers["MultiHeadAttention"]
    assert not call_problems(entry, {"use_causal_mask": True, "return_attention_scores": True})
    wrong, unknown = call_problems(entry, {"use_causal_mask": 1, "causal": True}, "mha")
    assert (wrong.node, wrong.field) == ("mha", "use_causal_mask")
    assert unknown.message.endswith("It takes: use_causal_mask, return_attention_scores.")


def test_lists_become_tuples_all_the_way_down():
    assert to_keras([[1, 2], {"a": [3]}]) == ((1, 2), {"a": (3,)})
