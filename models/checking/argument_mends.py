"""Mends for arguments that are unknown, missing or wrong, and for kinds that nobody knows. No keras."""

import json
from dataclasses import replace
from typing import Any

from models.arguments import PART_OF_TYPE, fits
from models.catalogue import Entry, Param, catalogue
from models.errors import nearest
from models.facts import Mend, Problem
from models.spec import Node


def with_mend(problem: Problem, entry: Entry, node: Node) -> Problem:
    """A problem of an argument, with what mends it: the nearest value, Keras's default, a start value, or nothing.

    Args:
        problem: of `models.arguments`; its field names the argument, of the constructor or of the call.
        entry: of the node's kind.
        node: whose argument it is.
    """
    key = problem.field or ""
    called = entry.param(key) is None and key in node.call
    params = entry.call_params if called else entry.params
    param = next((param for param in params if param.name == key), None)
    given = node.call if called else node.config
    if param is None and key in given:
        return replace(problem, mend=Mend(f"Remove {key}", _drop(called), node.name, {"keys": [key]}))
    if param is None or called:
        mend = Mend(f"Leave out {key}", "drop_calls", node.name, {"keys": [key]}) if called else None
        return replace(problem, mend=mend)
    return replace(problem, mend=_for_value(param, given.get(key), key in given, node.name))


def for_kind(name: str, kind: str) -> Mend | None:
    """The kind that was meant, where one is near; `name` is that of the node."""
    meant = catalogue().find("layers", kind)
    misspelt = not is_operation(kind) and kind not in catalogue().excluded["layers"]
    near = meant.kind if meant else nearest(kind, catalogue().layers) if misspelt else None
    return Mend(f"Change it to {near}", "change_kind", name, {"kind": near}) if near else None


def is_operation(kind: str) -> bool:
    """Whether this is an operation of a file that was imported: like a layer's name by its ending alone."""
    return kind.endswith("Operation")


def _drop(called: bool) -> str:
    return "drop_calls" if called else "drop_values"


def _for_value(param: Param, value: Any, given: bool, node: str) -> Mend | None:
    known = param.choices or tuple(getattr(catalogue(), PART_OF_TYPE.get(param.type, ""), ()))
    near = nearest(value, known) if given and isinstance(value, str) else None
    if near is None and given and not param.required:
        return Mend(f"Leave out {param.name}", "drop_values", node, {"keys": [param.name]})
    # A start value that names another node is only an example.
    chosen = near or (_number(param, value) if given else None) or (param.start if param.type != "node" else None)
    if chosen is None:
        return None
    shown = chosen if isinstance(chosen, str) else f"{chosen:g}" if isinstance(chosen, float) else json.dumps(chosen)
    label = f"Set {param.name} to {shown}" if len(shown) <= 40 else f"Give {param.name} a value to start from"
    return Mend(label, "set_values", node, {"values": {param.name: chosen}})


def _number(param: Param, value: Any) -> int | float | None:
    """What was meant by a number that is written as text, has a fraction too many, or lies outside of the bounds."""
    try:
        number = float(value)
    except (TypeError, ValueError):
        return None
    if param.type == "int":
        number = round(number)
    if param.min is not None and number < param.min:
        number = param.min
    if param.max is not None and number > param.max:
        number = param.max
    number = int(number) if param.type == "int" else number
    return number if fits(param, number) else None
