"""Turns one argument of a Python signature, its docstring and its hints into a Param. No keras."""

import dataclasses
import inspect
import re
from typing import Any

from models.catalogue.docstrings import argument_help
from models.catalogue.facts import Param

_ROLES = ("activation", "initializer", "regularizer", "constraint")
_COUNT = re.compile(r"(?:tuple|list) of (\d)")
_ONE_OR_SEVERAL = re.compile(r"(?:an )?int(?:eger)?s?,? or (?:none or )?(?:a )?(?:tuple|list)")
_WORDS = {
    "int": re.compile(r"(?:an? )?(?:optional )?(?:positive |python )*int"),
    "float": re.compile(r"(?:an? )?(?:optional )?float"),
    "bool": re.compile(r"(?:an? )?(?:optional )?bool"),
    "str": re.compile(r"(?:an? )?(?:optional )?str"),
}
_NUMERIC = ("int", "float", "int_tuple", "shape", "schedule")
_CHOSEN = ("choice", "layer", "layers", "node")


def read_param(parameter: inspect.Parameter, described: str, hint: dict[str, Any]) -> Param:
    """One argument as a Param.

    Args:
        parameter: from `inspect.signature`.
        described: what the docstring says of it.
        hint: fields of Param from hints.toml; they win. Bounds and choices count only for types that have them, so
            that one hint can serve arguments of the same name and different types.
    Raises:
        ValueError: a required argument has no start value, or a default is not among the choices.
    """
    required = parameter.default is parameter.empty
    # Left out of a call, it follows the network's run, whatever the signature says.
    default = None if required or parameter.name == "training" else as_json(parameter.default)
    known = {key: value for key, value in hint.items() if key in Param.__dataclass_fields__}
    param = Param(
        name=parameter.name,
        type=known.pop("type", None) or _type(parameter.name, default, described, bool(known.get("choices"))),
        default=default,
        required=known.pop("required", required),
        nullable=known.pop("nullable", not required and default is None),
        main=known.pop("main", required),
        help=known.pop("help", "") or argument_help(described),
        positional=required,
    )
    length = known.pop("length", None) or _length(default, described)
    if param.type == "int_tuple":
        param = dataclasses.replace(param, length=length) if length != 1 else dataclasses.replace(param, type="int")
    for key, value in known.items():
        if key == "choices" and param.type in _CHOSEN:
            param = dataclasses.replace(param, choices=tuple(value))
        elif key in ("min", "max", "step") and param.type in _NUMERIC:
            param = dataclasses.replace(param, **{key: value})
        elif key == "start" and param.required:
            param = dataclasses.replace(param, start=value, default=None, nullable=False)
    if param.type in ("float", "schedule"):
        numbers = {key: getattr(param, key) for key in ("default", "start", "min", "max", "step")}
        param = dataclasses.replace(param, **{key: float(n) for key, n in numbers.items() if n is not None})
    if param.required and param.start is None:
        raise ValueError(f"{param.name} is required: give it a start value in hints.toml")
    if param.type == "choice" and param.default is not None and param.default not in param.choices:
        raise ValueError(f"the default of {param.name}, {param.default!r}, is not among its choices in hints.toml")
    return param


def as_json(value: Any) -> Any:
    """A default as JSON: tuples become lists. Raises: TypeError for anything that JSON cannot hold."""
    if isinstance(value, tuple):
        return [as_json(item) for item in value]
    if value is not None and not isinstance(value, (str, int, float, list, dict)):
        raise TypeError(f"a default that is not JSON: {value!r}")
    return value


def _type(name: str, default: Any, described: str, has_choices: bool) -> Any:
    for role in _ROLES:
        if name == role or name.endswith("_" + role):
            return role
    start = re.sub(r"^\(?optional\)?[.:,]? |^/", "", described.lower()).replace("/", " or ")
    if isinstance(default, bool):
        return "bool"
    if isinstance(default, str):
        return "choice" if has_choices else "str"
    if isinstance(default, list):
        return "int_tuple" if all(isinstance(item, int) for item in default) else "json"
    if _ONE_OR_SEVERAL.match(start) and _COUNT.search(start):
        return "int_tuple"
    if isinstance(default, (int, float)):
        return "int" if isinstance(default, int) else "float"
    return next((known for known, word in _WORDS.items() if word.match(start)), "json")


def _length(default: Any, described: str) -> int | None:
    if isinstance(default, list):
        return len(default)
    count = _COUNT.search(described.lower())
    return int(count.group(1)) if count else None
