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

from models.catalogue.facts import Entry, Param
from models.catalogue.generate_layers import layer_entries
from models.catalogue.load import FILE
from models.catalogue.reading import Hints, entry_of, in_order, public

HINTS = FILE.with_name("hints.toml")
# What `keras.<part>.get` looks names up in; Keras exposes these tables nowhere else.
_LOOKUPS: dict[str, dict[str, Any]] = {
    "optimizers": {},
    "schedules": {},
    "losses": losses.ALL_OBJECTS_DICT,
    "metrics": metrics.ALL_OBJECTS_DICT,
    "activations": activations.ALL_OBJECTS_DICT,
    "initializers": initializers.ALL_OBJECTS_DICT,
    "regularizers": regularizers.ALL_OBJECTS_DICT,
    "constraints": constraints.ALL_OBJECTS_DICT,
}


def generate() -> dict[str, Any]:
    """The catalogue as plain data. Equal for equal versions of Keras and equal hints."""
    hints = tomllib.loads(HINTS.read_text(encoding="utf-8"))
    parts = {
        "layers": layer_entries(hints),
        "optimizers": _classes("optimizers", hints, kind=_class_name),
        "losses": _classes("losses", hints, kind=_loss_name),
        "metrics": _classes("metrics", hints, kind=_short_name),
        "activations": _activations(hints),
        "initializers": _classes("initializers", hints, kind=_short_name),
        "regularizers": _classes("regularizers", hints, kind=_short_name),
        "constraints": _classes("constraints", hints, kind=_short_name),
        "schedules": _classes("schedules", hints, kind=_class_name, module="optimizers.schedules"),
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


def _class_name(cls: Any) -> str:
    return cls.__name__


def _short_name(cls: Any) -> str:
    return to_snake_case(cls.__name__)


def _loss_name(cls: Any) -> str:
    """The name of the function that a loss wraps, which is what Keras finds it by; else Keras's short name."""
    made = cls()
    return made.fn.__name__ if hasattr(made, "fn") else _short_name(cls)


def _classes(part: str, hints: Hints, kind: Callable[[Any], str], module: str = "") -> list[Entry]:
    lookup, exported = _LOOKUPS[part], keras
    for name in (module or part).split("."):
        exported = getattr(exported, name)
    entries = []
    for cls in public(exported, hints["excluded"][part], inspect.isclass).values():
        own = kind(cls)
        hint = {"group": _group(part, cls), **hints[part].get(own, {})}
        aliases = [alias for alias, found in lookup.items() if found in (cls, lookup.get(own)) and alias != own]
        entries.append(entry_of(module or part, own, cls, hint, aliases, hints))
    known = {entry.kind for entry in entries}
    for own, hint in hints[part].items():
        if hint.get("extra"):
            entries.append(entry_of(part, own, None, hint, [], hints))
        elif own not in known:
            raise SystemExit(f"hints.toml names {part}.{own}, which Keras does not have or the catalogue leaves out.")
    return in_order(entries, part, hints)


def _activations(hints: Hints) -> list[Entry]:
    lookup = _LOOKUPS["activations"]
    entries = []
    for name, function in public(keras.activations, hints["excluded"]["activations"], inspect.isfunction).items():
        hint = {"group": "Activations", **hints["activations"].get(name, {})}
        aliases = [alias for alias, found in lookup.items() if found is function and alias != name]
        entries.append(entry_of("activations", name, function, hint, aliases, hints))
    return in_order(entries, "activations", hints)


def _group(part: str, cls: Any) -> str:
    if part != "metrics":
        return part.capitalize()
    return cls.__module__.split(".")[-1].removesuffix("_metrics").replace("_", " ").capitalize()


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
        default = field.default_factory() if field.default_factory is not dataclasses.MISSING else field.default
        if value != default:
            nested = field.name in ("params", "call_params")
            plain[field.name] = [_compact(param) for param in value] if nested else value
    return plain


if __name__ == "__main__":
    FILE.write_text(as_text(generate()) + "\n", encoding="utf-8")
    sys.stderr.write(f"Wrote {FILE}\n")
