"""Values of catalogue arguments: what is allowed, in one form of words, and what Keras is given. No keras."""

import difflib
import json
from collections.abc import Iterable, Mapping
from typing import Any

from models.catalogue import Entry, Param, catalogue
from models.facts import Problem

_PART_OF_TYPE = {
    "activation": "activations",
    "initializer": "initializers",
    "regularizer": "regularizers",
    "constraint": "constraints",
}
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
        case _:
            text = f"the name of {_article(param.type)}"
    return f"{text}, or null" if param.nullable else text


def fits(param: Param, value: Any) -> bool:
    """Whether `value`, as JSON, is allowed."""
    if value is None:
        return param.nullable or param.type == "json"
    match param.type:
        case "int":
            return _is_whole(value) and _within(param, value)
        case "float":
            return isinstance(value, int | float) and not isinstance(value, bool) and _within(param, value)
        case "bool":
            return isinstance(value, bool)
        case "str":
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
    if isinstance(value, Mapping):
        return param.type != "activation" and _wrapped_problem(param, value) is None
    return isinstance(value, str) and catalogue().find(_PART_OF_TYPE[param.type], value) is not None


def config_problems(entry: Entry, config: Mapping[str, Any], node: str | None = None) -> list[Problem]:
    """What is wrong with the arguments of one layer, optimizer, ...: unknown, missing or ill-typed.

    Args:
        node: name of the node that the problems belong to, where there is one.
    """
    found = []
    for key, value in config.items():
        param = entry.param(key)
        if param is None:
            reason = catalogue().excluded["params"].get(f"{entry.kind}.{key}") or catalogue().excluded["params"].get(
                key
            )
            hint = reason or did_you_mean(key, [known.name for known in entry.params])
            known = ", ".join(known.name for known in entry.params) or "none"
            found.append(Problem(node, key, f"{entry.kind} has no argument {key}. It takes: {known}.", hint))
        elif not fits(param, value):
            found.append(Problem(node, key, *_misfit(param, value)))
    for param in entry.params:
        if param.required and param.name not in config:
            hint = f"Give it a value, for example {json.dumps(param.start)}."
            found.append(Problem(node, param.name, f"{param.name} is missing. It must be {expected(param)}.", hint))
    return found


def to_keras(value: Any) -> Any:
    """A JSON value as Keras wants it: lists become tuples, all the way down."""
    if isinstance(value, list | tuple):
        return tuple(to_keras(item) for item in value)
    if isinstance(value, dict):
        return {key: to_keras(item) for key, item in value.items()}
    return value


def did_you_mean(name: str, known: Iterable[str]) -> str:
    """A hint that names the nearest of `known`, or an empty text."""
    by_lower = {word.lower(): word for word in known}
    near = difflib.get_close_matches(name.lower(), by_lower, n=1, cutoff=0.6)
    return f"Did you mean {by_lower[near[0]]}?" if near else ""


def _misfit(param: Param, value: Any) -> tuple[str, str]:
    message = f"{param.name} must be {expected(param)}. Received: {param.name}={_shown(value)}."
    if param.type in _PART_OF_TYPE:
        if isinstance(value, Mapping) and param.type != "activation":
            return message, _wrapped_problem(param, value) or ""
        names = list(getattr(catalogue(), _PART_OF_TYPE[param.type]))
        some = ", ".join(names[:6])
        return message, did_you_mean(str(value), names) or f"For example {some}."
    if param.type == "choice":
        return message, did_you_mean(str(value), param.choices) or param.help
    return message, param.help


def _wrapped_problem(param: Param, value: Mapping[str, Any]) -> str | None:
    """What is wrong with Keras's `{"class_name": ..., "config": {...}}` form of an initializer, ...; None: nothing."""
    if not set(value) <= _WRAPPER_KEYS or not isinstance(value.get("class_name"), str):
        return 'Write a name, or {"class_name": NAME, "config": {...}}.'
    entry = catalogue().find(_PART_OF_TYPE[param.type], value["class_name"])
    if entry is None:
        return did_you_mean(value["class_name"], getattr(catalogue(), _PART_OF_TYPE[param.type])) or "It is not known."
    config = value.get("config", {})
    wrong = config_problems(entry, config) if isinstance(config, Mapping) else None
    if wrong is None:
        return "Its config must be an object."
    return wrong[0].message if wrong else None


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
