"""Writes catalogue.json from Keras itself and from hints.toml: `python -m models.catalogue.generate`.

Everything that Keras can say (names, signatures, defaults, docstrings, aliases) is read from it; hints.toml adds what
it cannot. A test runs this again and compares, so a new Keras shows itself as a difference to look at.
"""

import dataclasses
import inspect
import json
import sys
import tomllib
from collections.abc import Callable
from typing import Any

import keras
from keras.src import activations, constraints, initializers, losses, metrics, regularizers
from keras.src.utils.naming import to_snake_case

from models.catalogue.docstrings import argument_docs, opening
from models.catalogue.facts import Entry, Param
from models.catalogue.load import FILE
from models.catalogue.signatures import read_param

HINTS = FILE.with_name("hints.toml")
API = "https://www.tensorflow.org/api_docs/python/tf/keras"
# What `keras.<part>.get` looks names up in; Keras exposes these tables nowhere else.
_LOOKUPS: dict[str, dict[str, Any]] = {
    "optimizers": {},
    "losses": losses.ALL_OBJECTS_DICT,
    "metrics": metrics.ALL_OBJECTS_DICT,
    "activations": activations.ALL_OBJECTS_DICT,
    "initializers": initializers.ALL_OBJECTS_DICT,
    "regularizers": regularizers.ALL_OBJECTS_DICT,
    "constraints": constraints.ALL_OBJECTS_DICT,
}
_SHAPE_BY_SUFFIX = {"1D": (16, 4), "2D": (16, 16, 4), "3D": (8, 8, 8, 4)}
Hints = dict[str, Any]


def generate() -> dict[str, Any]:
    """The catalogue as plain data. Equal for equal versions of Keras and equal hints."""
    hints = tomllib.loads(HINTS.read_text(encoding="utf-8"))
    parts = {
        "layers": _layers(hints),
        "optimizers": _classes("optimizers", hints, kind=lambda cls: cls.__name__),
        "losses": _classes("losses", hints, kind=lambda cls: cls().fn.__name__),
        "metrics": _classes("metrics", hints, kind=lambda cls: to_snake_case(cls.__name__)),
        "activations": _activations(hints),
        "initializers": _classes("initializers", hints, kind=lambda cls: to_snake_case(cls.__name__)),
        "regularizers": _classes("regularizers", hints, kind=lambda cls: to_snake_case(cls.__name__)),
        "constraints": _classes("constraints", hints, kind=lambda cls: to_snake_case(cls.__name__)),
    }
    plain = {part: [_compact(entry) for entry in entries] for part, entries in parts.items()}
    return {"keras_version": keras.__version__, **plain, "excluded": _excluded(hints)}


def as_text(data: Any, depth: int = 0) -> str:
    """JSON with one argument to a line, so that a difference reads well."""
    inner, outer = " " * (depth + 1), " " * depth
    if isinstance(data, dict) and data and "type" not in data:
        items = [f"{json.dumps(key)}: {as_text(value, depth + 1)}" for key, value in data.items()]
        return "{\n" + ",\n".join(inner + item for item in items) + "\n" + outer + "}"
    if isinstance(data, list) and data and isinstance(data[0], dict):
        return "[\n" + ",\n".join(inner + as_text(item, depth + 1) for item in data) + "\n" + outer + "]"
    return json.dumps(data, ensure_ascii=False)


def _layers(hints: Hints) -> list[Entry]:
    group_of = {group["package"]: name for name, group in hints["groups"].items()}
    found = {"Input": keras.Input, **_public(keras.layers, hints["excluded"]["layers"], inspect.isclass)}
    entries = []
    for kind, cls in found.items():
        aliases = [name for name in dir(keras.layers) if getattr(keras.layers, name) is cls and name != kind]
        hint = hints["layers"].get(kind, {})
        group = hint.get("group") or group_of[cls.__module__.split(".")[-2]]
        hint = {**hints["groups"][group], **hint, "group": group}
        entry = _entry("layers", kind, cls, hint, aliases, _params(cls, hint, hints))
        shapes = next((shape for suffix, shape in _SHAPE_BY_SUFFIX.items() if suffix in kind), (16,))
        entries.append(
            dataclasses.replace(
                entry,
                call=hint.get("call", "single"),
                min_inputs=hint.get("min_inputs", 1),
                max_inputs=None if hint.get("max_inputs") == "any" else hint.get("max_inputs", 1),
                example_inputs=tuple(tuple(shape) for shape in hint.get("example_inputs", [shapes])),
            )
        )
    return _in_order(entries, "layers", hints)


def _classes(part: str, hints: Hints, kind: Callable[[Any], str]) -> list[Entry]:
    lookup = _LOOKUPS[part]
    entries = []
    for cls in _public(getattr(keras, part), hints["excluded"][part], inspect.isclass).values():
        own = kind(cls)
        hint = {"group": _group(part, cls), **hints[part].get(own, {})}
        aliases = [alias for alias, found in lookup.items() if found in (cls, lookup.get(own)) and alias != own]
        entries.append(_entry(part, own, cls, hint, aliases, _params(cls, hint, hints)))
    known = {entry.kind for entry in entries}
    for own, hint in hints[part].items():
        if hint.get("extra"):
            entries.append(_entry(part, own, None, hint, [], ()))
        elif own not in known:
            raise SystemExit(f"hints.toml names {part}.{own}, which Keras does not have or the catalogue leaves out.")
    return _in_order(entries, part, hints)


def _activations(hints: Hints) -> list[Entry]:
    lookup = _LOOKUPS["activations"]
    entries = []
    for name, function in _public(keras.activations, hints["excluded"]["activations"], inspect.isfunction).items():
        hint = {"group": "Activations", **hints["activations"].get(name, {})}
        aliases = [alias for alias, found in lookup.items() if found is function and alias != name]
        # A spec names an activation without arguments, so it has none to show.
        entries.append(_entry("activations", name, function, hint, aliases, ()))
    return _in_order(entries, "activations", hints)


def _public(module: Any, excluded: dict[str, str], wanted: Callable[[Any], bool]) -> dict[str, Any]:
    """What `module` exports, each thing once: under its own name, or under the exported one where they differ."""
    found: dict[str, Any] = {}
    for name in sorted(dir(module)):
        value = getattr(module, name)
        if wanted(value) and not {name, value.__name__} & excluded.keys():
            own = value.__name__
            found[own if getattr(module, own, None) is value else name] = value
    return found


def _entry(part: str, kind: str, target: Any, hint: Hints, aliases: list[str], params: tuple[Param, ...]) -> Entry:
    summary, doc = opening(inspect.getdoc(target) or "") if target else ("", "")
    name = kind if part == "layers" else getattr(target, "__name__", "")
    return Entry(
        kind=kind,
        group=hint["group"],
        summary=hint.get("summary") or summary,
        doc=doc,
        url=f"{API}/{part}/{name}" if name else f"{API}/{part}",
        params=params,
        class_name=name if inspect.isclass(target) else "",
        aliases=tuple(sorted({*aliases, *hint.get("aliases", [])})),
        tasks=tuple(hint.get("tasks", ())),
    )


def _params(target: Any, hint: Hints, hints: Hints) -> tuple[Param, ...]:
    described = argument_docs(inspect.getdoc(target) or "")
    params = []
    for name, parameter in inspect.signature(target).parameters.items():
        own = hint.get("params", {}).get(name, {})
        excluded = "drop" in own or (name in hints["excluded"]["params"] and not own)
        if parameter.kind is parameter.POSITIONAL_OR_KEYWORD and not excluded:
            try:
                params.append(read_param(parameter, described.get(name, ""), hints["params"].get(name, {}) | own))
            except (TypeError, ValueError) as error:
                raise SystemExit(f"{target.__name__}: {error}.") from error
    # Arguments without a default stay in front and in the order of the signature: code gives them by position.
    return tuple(sorted(params, key=lambda param: (not param.positional, not param.main)))


def _group(part: str, cls: Any) -> str:
    if part != "metrics":
        return part.capitalize()
    return cls.__module__.split(".")[-1].removesuffix("_metrics").replace("_", " ").capitalize()


def _in_order(entries: list[Entry], part: str, hints: Hints) -> list[Entry]:
    groups, listed = list(hints["groups"]), list(hints[part])

    def place(entry: Entry) -> tuple[int, int, str]:
        group = groups.index(entry.group) if part == "layers" else 0
        return group, listed.index(entry.kind) if entry.kind in listed else len(listed), entry.kind

    return sorted(entries, key=place)


def _excluded(hints: Hints) -> dict[str, dict[str, str]]:
    excluded = {part: dict(names) for part, names in hints["excluded"].items()}
    for kind, hint in hints["layers"].items():
        dropped = {name: param["drop"] for name, param in hint.get("params", {}).items() if "drop" in param}
        excluded["params"] |= {f"{kind}.{name}": reason for name, reason in dropped.items()}
    return excluded


def _compact(fact: Entry | Param) -> dict[str, Any]:
    """The fields that differ from the dataclass's own defaults."""
    plain = {}
    for field in dataclasses.fields(fact):
        value = getattr(fact, field.name)
        if value != field.default:
            plain[field.name] = [_compact(param) for param in value] if field.name == "params" else value
    return plain


if __name__ == "__main__":
    FILE.write_text(as_text(generate()) + "\n", encoding="utf-8")
    sys.stderr.write(f"Wrote {FILE}\n")
