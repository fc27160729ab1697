"""Forms made from the catalogue: an entry's arguments become widgets, what is entered becomes config.

Only what differs from Keras's default is stored. Nothing here knows a layer or an optimizer by name, so all of Keras is
a form. A value that a widget cannot show (from a file, say) is shown as JSON, to be mended there.
"""

import json
from collections.abc import Callable, Collection
from typing import Any

import streamlit as st

from models.catalogue import Entry, Param, catalogue
from models.errors import NetloomError
from pages.ui import fields

Config = dict[str, Any]
OBJECTS = {
    "activation": "activations",
    "initializer": "initializers",
    "regularizer": "regularizers",
    "constraint": "constraints",
}
LARGEST = 2**53  # browsers count exactly up to here


def config_form(
    prefix: str,
    entry: Entry,
    read: Callable[[], Config],
    write: Callable[[Config], None],
    locked: Collection[str] = (),
    why_locked: str = "",
    first: tuple[str, ...] = (),
) -> None:
    """Widgets for the arguments of `entry`: the main ones, then the others folded away.

    Args:
        prefix: of the widgets' keys.
        entry: what is configured.
        read: gives the config as it is now; asked again for each change, so that two changes at once both count.
        write: takes the whole changed config; what it refuses stays in its widget with the reason.
        locked: arguments shown but not to be changed. why_locked: says why.
        first: arguments to show before the others, in this order, as main ones.
    """
    order = {name: index for index, name in enumerate(first)}
    params = sorted(entry.params, key=lambda param: order.get(param.name, len(order)))
    main = [param for param in params if param.main or param.required or param.name in first]
    others = [param for param in params if param not in main]

    def draw(param: Param) -> None:
        def apply(value: Any) -> None:
            write(changed(read(), param, value))

        options: dict[str, Any] = {"help": param.help or None}
        if param.name in locked:
            options |= {"disabled": True, "help": why_locked}
        widget(f"{prefix}.{param.name}", param, value_of(read(), param), apply, options)

    _grid(main, draw)
    if others:
        touched = sum(param.name in read() for param in others)
        with st.expander(f"More settings ({touched} changed)" if touched else "More settings", key=f"{prefix}.more"):
            _grid(others, draw)


def value_of(config: Config, param: Param) -> Any:
    """The value that `param` has: what the config says, else its default."""
    return config.get(param.name, param.default)


def changed(config: Config, param: Param, value: Any) -> Config:
    """`config` with one argument changed; an argument at its default is left out."""
    rest = {name: old for name, old in config.items() if name != param.name}
    if same(param, value, param.default) and not param.required:
        return rest
    return {**rest, param.name: value} if not (value is None and param.required) else rest


def same(param: Param, one: Any, other: Any) -> bool:
    """Whether two values of `param` mean the same to Keras."""
    if param.type in OBJECTS:
        return object_parts(param, one) == object_parts(param, other)
    if param.type == "int_tuple" and param.length:
        return _repeated(one, param.length) == _repeated(other, param.length)
    return type(one) is type(other) and one == other if isinstance(one, bool) else one == other


def label(param: Param) -> str:
    """What the widget is called: Keras's own name for the argument, in words; with a star if it is required."""
    words = param.name.replace("_", " ").capitalize()
    return rf"{words} \*" if param.required else words


def widget(key: str, param: Param, value: Any, apply: fields.Apply, options: dict[str, Any]) -> None:
    """The widget for one argument."""
    name = label(param)
    empty = param.nullable or param.required
    if (value is None and not empty) or (value is not None and not _fits(param, value)):
        _json_line(name, key, value, apply, options)
    elif param.type == "int":
        fields.number(name, key, value, apply, step=int(param.step or 1), placeholder="none", **options)
    elif param.type == "float":
        shown = None if value is None else float(value)
        fields.number(name, key, shown, apply, step=param.step or 0.1, format="%g", placeholder="none", **options)
    elif param.type == "bool" and not param.nullable:
        fields.switch(name, key, bool(value), apply, **options)
    elif param.type == "bool":
        fields.choice(name, key, value, [True, False], apply, "none", **options)
    elif param.type == "choice":
        fields.choice(name, key, value, list(param.choices), apply, "none" if empty else None, **options)
    elif param.type == "int_tuple":
        fields.line(name, key, _numbers_words(value), lambda v: apply(_whole_numbers(v, param)), **options)
    elif param.type == "shape":
        fields.line(name, key, _numbers_words(value), lambda v: apply(_shape(v, param)), **options)
    elif param.type in OBJECTS:
        _object(name, key, param, value, apply, options)
    elif param.type == "str":
        fields.line(name, key, value or "", lambda v: apply(v or None if param.nullable else v), **options)
    else:
        _json_line(name, key, value, apply, options)


def object_parts(param: Param, value: Any) -> tuple[str | None, Config]:
    """Name (as in the catalogue) and config of an initializer, regularizer, ... given by name or as Keras's dict."""
    name, config = (value.get("class_name"), value.get("config") or {}) if isinstance(value, dict) else (value, {})
    entry = catalogue().find(OBJECTS[param.type], name) if isinstance(name, str) else None
    return (entry.kind if entry else name), config


def _object(name: str, key: str, param: Param, value: Any, apply: fields.Apply, options: dict[str, Any]) -> None:
    """A named Keras object, and under it the arguments of its own."""
    part = getattr(catalogue(), OBJECTS[param.type])
    kind, config = object_parts(param, value)
    fields.choice(name, key, kind, list(part), apply, "none" if param.nullable or kind is None else None, **options)
    entry = part.get(kind) if kind else None
    if entry is None or not entry.params or options.get("disabled"):
        return

    def write(inner: Config) -> None:
        apply({"class_name": entry.kind, "config": inner} if inner else entry.kind)

    for inner in entry.params:
        if inner.main or inner.required or inner.name in config:

            def apply_inner(new: Any, inner: Param = inner) -> None:
                write(changed(config, inner, new))

            widget(
                f"{key}.{entry.kind}.{inner.name}",
                inner,
                value_of(config, inner),
                apply_inner,
                {"help": inner.help or None},
            )


def _grid(params: list[Param], draw: Callable[[Param], None]) -> None:
    """Two columns, filled row by row."""
    for start in range(0, len(params), 2):
        for param, column in zip(params[start : start + 2], st.columns(2), strict=False):
            with column:
                draw(param)


def _fits(param: Param, value: Any) -> bool:
    """Whether the widget for this type can show `value`; whether it is a good value is not asked."""
    if param.type == "int":
        return isinstance(value, int) and not isinstance(value, bool) and abs(value) < LARGEST
    if param.type == "float":
        return isinstance(value, (int, float)) and not isinstance(value, bool) and abs(value) < LARGEST
    if param.type == "bool":
        return isinstance(value, bool)
    if param.type == "choice":
        return value in param.choices
    if param.type == "str":
        return isinstance(value, str)
    if param.type in ("int_tuple", "shape"):
        numbers = value if isinstance(value, list) else [value]
        return all(n is None or (isinstance(n, int) and not isinstance(n, bool)) for n in numbers)
    if param.type in OBJECTS:
        kind, config = object_parts(param, value)
        known = getattr(catalogue(), OBJECTS[param.type])
        return isinstance(kind, str) and kind in known and isinstance(config, dict)
    return True


def _json_line(name: str, key: str, value: Any, apply: fields.Apply, options: dict[str, Any]) -> None:
    fields.line(name, f"{key}.json", "" if value is None else json.dumps(value), lambda v: apply(_json(v)), **options)


def _json(words: str) -> Any:
    try:
        return json.loads(words) if words.strip() else None
    except ValueError:
        raise NetloomError(f"This is no JSON. Received: {words}.", 'Text needs double quotes: "valid".') from None


def _whole_numbers(words: str, param: Param) -> int | list[int] | None:
    """`3` or `3, 3`."""
    parts = _split(words)
    if not parts and (param.nullable or param.required):
        return None
    try:
        numbers = [int(part) for part in parts]
    except ValueError:
        numbers = []
    if not numbers or (param.length and len(numbers) not in (1, param.length)):
        wanted = f"One whole number or {param.length}" if param.length else "Whole numbers"
        raise NetloomError(f"{wanted} with commas between: 3 or 3, 3. Received: {words}.")
    return numbers[0] if len(numbers) == 1 else numbers


def _shape(words: str, param: Param) -> list[int | None] | None:
    """`28, 28, 1`; a ? where a length varies."""
    parts = _split(words)
    if not parts and (param.nullable or param.required):
        return None
    try:
        return [None if part in ("?", "None", "null") else int(part) for part in parts]
    except ValueError:
        raise NetloomError(
            f"Whole numbers with commas between, ? where a length varies: 28, 28, 1. Received: {words}."
        ) from None


def _split(words: str) -> list[str]:
    return [part for part in words.strip(" ()[]").replace("×", ",").replace(" ", ",").split(",") if part]


def _numbers_words(value: Any) -> str:
    if value is None:
        return ""
    return ", ".join("?" if n is None else str(n) for n in (value if isinstance(value, list) else [value]))


def _repeated(value: Any, length: int) -> Any:
    return [value] * length if isinstance(value, int) else list(value) if isinstance(value, (list, tuple)) else value
