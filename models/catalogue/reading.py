"""What every part of the catalogue is made with: names that a module exports, their entries, their order. No keras."""

import inspect
from collections.abc import Callable, Mapping, Sequence
from typing import Any

from models.catalogue.docstrings import argument_docs, opening
from models.catalogue.facts import Entry, Param
from models.catalogue.signatures import read_param

API = "https://www.tensorflow.org/api_docs/python/tf/keras"
Hints = dict[str, Any]


def public(module: Any, excluded: Mapping[str, str], wanted: Callable[[Any], bool]) -> dict[str, Any]:
    """What `module` exports, each thing once: under its own name, or under the exported one where they differ."""
    found: dict[str, Any] = {}
    for name in sorted(dir(module)):
        value = getattr(module, name)
        if wanted(value) and not {name, value.__name__} & excluded.keys():
            own = value.__name__
            found[own if getattr(module, own, None) is value else name] = value
    return found


def entry_of(part: str, kind: str, target: Any, hint: Hints, aliases: Sequence[str], hints: Hints) -> Entry:
    """The entry of one class or function of Keras (None: it has a name and no object), without a layer's own fields.

    Args:
        part: the module of keras that has it, `optimizers.schedules` for instance.
    Raises:
        SystemExit: an argument that neither Keras nor the hints say enough of.
    """
    doc = inspect.getdoc(target) or "" if target else ""
    summary, more = opening(doc)
    name = kind if part == "layers" else getattr(target, "__name__", "")
    path = part.replace(".", "/")
    return Entry(
        kind=kind,
        group=hint["group"],
        summary=hint.get("summary") or summary,
        doc=more,
        url=f"{API}/{path}/{name}" if name else f"{API}/{path}",
        # A spec names an activation without arguments, so it has none to show.
        params=params_of(target, doc, hint, hints) if target and part != "activations" else (),
        class_name=name if inspect.isclass(target) else "",
        aliases=tuple(sorted({*aliases, *hint.get("aliases", [])})),
        tasks=tuple(hint.get("tasks", ())),
        # TOML has no null: an empty text stands for it.
        starts={name: None if value == "" else value for name, value in hint.get("starts", {}).items()},
        keywords=tuple(hints["keywords"].get(hint["group"], []) + hints["keywords"].get(kind, [])),
    )


def params_of(target: Any, doc: str, hint: Hints, hints: Hints) -> tuple[Param, ...]:
    """The arguments of `target` that a form shows, in display order."""
    described = argument_docs(doc)
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


def in_order(entries: Sequence[Entry], part: str, hints: Hints) -> list[Entry]:
    """By group (of layers), then as the hints list them, then by name."""
    groups, listed = list(hints["groups"]), list(hints[part])

    def place(entry: Entry) -> tuple[int, int, str]:
        group = groups.index(entry.group) if part == "layers" else 0
        return group, listed.index(entry.kind) if entry.kind in listed else len(listed), entry.kind

    return sorted(entries, key=place)
