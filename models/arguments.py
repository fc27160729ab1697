"""Values of catalogue arguments: what is allowed, in one form of words, and what Keras is given. No keras."""

import dataclasses
import json
from collections.abc import Mapping
from typing import Any

from models.catalogue import PART_OF_TYPE, Entry, Param, catalogue
from models.errors import did_you_mean
from models.facts import Problem

_WRAPPER_KEYS = {"class_name", "config"}


def expected(param: Param) -> str:
    """What a value must be, as it reads after "must be".

    >>> expected(Param("units", "int", min=1))
    'a whole number of at least 1'
    >>> expected(Param("padding", "choice", choices=("valid", "same")))
    '"valid" or "same"'
    """
    match param.type:
        case "int":
            text = f"a whole number{_bounds(param)}"
        case "float":
            text = f"a number{_bounds(param)}"
        case "bool":
            text = "true or false"
        case "str":
            text = "a text"
        case "choice":
            text = _alternatives([json.dumps(choice) for choice in param.choices])
        case "int_tuple":
            text = f"a whole number{_bounds(param)}, or a list of {param.length or 'several'} of them"
        case "shape":
            text = f"a list of whole numbers{_bounds(param)}"
        case "json":
            text = "a JSON value"
        case "schedule":
            text = f"a number{_bounds(param)}, or a schedule"
        case "layer":
            text = _layer_words(param)
        case "layers":
            text = f"a list of layers, each {_layer_words(param)}"
        case "node":
            text = "the name of an earlier node"
        case _:
            text = f"the name of {_article(param.type)}"
    return f"{text}, or null" if param.nullable else text


def fits(param: Param, value: Any) -> bool:
    """Whether `value`, as JSON, is allowed."""
    return not value_problems(param, value)


def value_problems(param: Param, value: Any, node: str | None = None, path: str = "") -> list[Problem]:
    """What is wrong with the value of one argument; what is wrong inside a nested object is named by its path.

    Args:
        node: name of the node that the problems belong to, where there is one.
        path: of what `param` is an argument of: `layer.` for an argument of the layer that a wrapper holds.
    """
    place = f"{path}{param.name}"
    if value is None:
        return [] if param.nullable or param.type == "json" else [_misfit(param, value, node, place)]
    if param.type == "layers" and isinstance(value, list | tuple) and value:
        one = dataclasses.replace(param, type="layer", nullable=False)
        each = (dataclasses.replace(one, name=f"{param.name}.{index}") for index in range(len(value)))
        return [found for inner, item in zip(each, value, strict=True) for found in _nested(inner, item, node, path)]
    if param.type in PART_OF_TYPE and param.type != "activation" and isinstance(value, Mapping):
        return _nested(param, value, node, path)
    if not _simple_fits(param, value):
        return [_misfit(param, value, node, place)]
    if param.type in PART_OF_TYPE and isinstance(value, str):
        # A name alone says nothing of the arguments that must be given.
        return _nested(param, {"class_name": value}, node, path)
    return []


def _simple_fits(param: Param, value: Any) -> bool:
    match param.type:
        case "int":
            return _is_whole(value) and _within(param, value)
        case "float" | "schedule":
            return isinstance(value, int | float) and not isinstance(value, bool) and _within(param, value)
        case "bool":
            return isinstance(value, bool)
        case "str" | "node":
            return isinstance(value, str)
        case "choice":
            return value in param.choices
        case "int_tuple":
            several = value if isinstance(value, list | tuple) else (value,)
            right_length = not isinstance(value, list | tuple) or len(value) == (param.length or len(value) or 1)
            return right_length and all(_is_whole(item) and _within(param, item) for item in several)
        case "shape":
            return (
                isinstance(value, list | tuple)
                and bool(value)
                and all(item is None or (_is_whole(item) and _within(param, item)) for item in value)
            )
        case "json":
            return True
        case "layer" | "layers":
            return False
    return isinstance(value, str) and catalogue().find(PART_OF_TYPE[param.type], value) is not None


def _nested(param: Param, value: Any, node: str | None, path: str) -> list[Problem]:
    """What is wrong with Keras's `{"class_name": ..., "config": {...}}` form of an initializer, a layer, ..."""
    place = f"{path}{param.name}"
    part = PART_OF_TYPE[param.type]
    kind = value.get("class_name") if isinstance(value, Mapping) else None
    if not isinstance(kind, str) or not set(value) <= _WRAPPER_KEYS:
        return [_misfit(param, value, node, place)]
    entry = catalogue().find(part, kind)
    if entry is None or (param.type == "layer" and not may_be_inside(param, entry)):
        problem = _misfit(param, value, node, place)
        return [dataclasses.replace(problem, hint=did_you_mean(kind, param.choices or getattr(catalogue(), part)))]
    config = value.get("config", {})
    if not isinstance(config, Mapping):
        return [dataclasses.replace(_misfit(param, value, node, place), hint="Its config must be an object.")]
    return config_problems(entry, config, node, f"{place}.")


def may_be_inside(param: Param, entry: Entry) -> bool:
    """Whether a layer of `entry` may be the value of `param`, of the type `layer` or `layers`."""
    if param.choices:
        return entry.kind in param.choices
    return entry.call in ("single", "state") and entry.min_inputs == 1 and not entry.ties


def config_problems(entry: Entry, config: Mapping[str, Any], node: str | None = None, path: str = "") -> list[Problem]:
    """What is wrong with the arguments of one layer, optimizer, ...: unknown, missing or ill-typed.

    Args:
        node: name of the node that the problems belong to, where there is one.
        path: as for `value_problems`.
    """
    found = _argument_problems(entry, entry.params, config, node, path)
    for param in entry.params:
        if param.required and param.name not in config:
            hint = f"Give it a value, for example {json.dumps(param.start)}."
            place = f"{path}{param.name}"
            found.append(Problem(node, place, f"{place} is missing. It must be {expected(param)}.", hint))
    return found


def call_problems(entry: Entry, call: Mapping[str, Any], node: str | None = None) -> list[Problem]:
    """What is wrong with the arguments of a layer's call. Args: as `config_problems`."""
    return _argument_problems(entry, entry.call_params, call, node, "")


def _argument_problems(
    entry: Entry, params: tuple[Param, ...], given: Mapping[str, Any], node: str | None, path: str
) -> list[Problem]:
    known = {param.name: param for param in params}
    found = []
    for key, value in given.items():
        if key in known:
            found += value_problems(known[key], value, node, path)
            continue
        reasons = catalogue().excluded["params"]
        reason = reasons.get(f"{entry.kind}.{key}") or reasons.get(key)
        message = f"{entry.kind} has no argument {path}{key}. It takes: {', '.join(known) or 'none'}."
        found.append(Problem(node, f"{path}{key}", message, reason or did_you_mean(key, known)))
    return found


def to_keras(value: Any) -> Any:
    """A JSON value as Keras wants it: lists become tuples, all the way down."""
    if isinstance(value, list | tuple):
        return tuple(to_keras(item) for item in value)
    if isinstance(value, dict):
        return {key: to_keras(item) for key, item in value.items()}
    return value


def _misfit(param: Param, value: Any, node: str | None, place: str) -> Problem:
    message = f"{place} must be {expected(param)}. Received: {place}={_shown(value)}."
    hint = param.help
    if param.type in PART_OF_TYPE:
        names = param.choices or list(getattr(catalogue(), PART_OF_TYPE[param.type]))
        if param.type in ("schedule", "layer", "layers") or isinstance(value, Mapping):
            hint = 'Write {"class_name": NAME, "config": {...}}, where NAME is for example ' + f"{names[0]}."
        else:
            hint = did_you_mean(str(value), names) or f"For example {', '.join(names[:6])}."
    elif param.type == "choice":
        hint = did_you_mean(str(value), param.choices) or param.help
    return Problem(node, place, message, hint)


def _layer_words(param: Param) -> str:
    return _alternatives(list(param.choices)) if param.choices else "a layer of one input"


def _shown(value: Any) -> str:
    text = json.dumps(value, default=str)
    return text if len(text) <= 80 else text[:77] + "..."


def _bounds(param: Param) -> str:
    if param.min is not None and param.max is not None:
        return f" from {param.min:g} to {param.max:g}"
    if param.min is not None:
        return f" of at least {param.min:g}"
    return f" of at most {param.max:g}" if param.max is not None else ""


def _within(param: Param, value: float) -> bool:
    return (param.min is None or value >= param.min) and (param.max is None or value <= param.max)


def _is_whole(value: Any) -> bool:
    return isinstance(value, int) and not isinstance(value, bool)


def _alternatives(words: list[str]) -> str:
    *first, last = words
    return f"{', '.join(first)} or {last}" if first else last


def _article(word: str) -> str:
    return f"an {word}" if word[0] in "aeiou" else f"a {word}"
