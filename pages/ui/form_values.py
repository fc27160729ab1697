"""Values of catalogue arguments as forms hold them: read, compared with the default, written and parsed. No widgets."""

import json
from typing import Any

from models.arguments import may_be_inside
from models.catalogue import PART_OF_TYPE, Entry, Param, catalogue
from models.errors import NetloomError

Config = dict[str, Any]
LARGEST = 2**53  # browsers count exactly up to here


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
    if param.type in PART_OF_TYPE and param.type != "layers":
        return object_parts(param, one) == object_parts(param, other)
    if param.type == "int_tuple" and param.length:
        return _repeated(one, param.length) == _repeated(other, param.length)
    return type(one) is type(other) and one == other if isinstance(one, bool) else one == other


def label(param: Param) -> str:
    """What the widget is called: Keras's own name for the argument, in words; with a star if it is required."""
    # A wrapper's own form begins with its kind, which is called its layer.
    words = "Layer inside" if param.name == "layer" else param.name.replace("_", " ").capitalize()
    return rf"{words} \*" if param.required else words


def object_parts(param: Param, value: Any) -> tuple[Any, Config]:
    """Name (as in the catalogue) and config of an initializer, layer, ... given by name or as Keras's dict."""
    name, config = (value.get("class_name"), value.get("config") or {}) if isinstance(value, dict) else (value, {})
    entry = catalogue().find(PART_OF_TYPE[param.type], name) if isinstance(name, str) else None
    return (entry.kind if entry else name), config


def object_value(param: Param, entry: Entry, config: Config) -> Any:
    """Such an object with these arguments: by name alone where that says it all."""
    if config or param.type in ("layer", "layers", "schedule"):
        return {"class_name": entry.kind, "config": config}
    return entry.kind


def kinds_of(param: Param) -> list[str]:
    """What may be chosen for an argument that is a Keras object."""
    if param.choices or param.type not in ("layer", "layers"):
        return list(param.choices or getattr(catalogue(), PART_OF_TYPE[param.type]))
    return [
        kind
        for kind, entry in catalogue().layers.items()
        if may_be_inside(param, entry) and entry.module != "applications"
    ]


def can_show(param: Param, value: Any) -> bool:
    """Whether the widget for this type can show `value`; whether it is a good value is not asked."""
    if param.type == "schedule" and not isinstance(value, dict):
        return _is_number(value)
    if param.type in PART_OF_TYPE:
        values = value if param.type == "layers" and isinstance(value, list) else [value]
        return all(_is_object(param, each) for each in values)
    match param.type:
        case "int":
            return _is_number(value) and isinstance(value, int)
        case "float":
            return _is_number(value)
        case "bool":
            return isinstance(value, bool)
        case "choice":
            return value in param.choices
        case "str" | "node":
            return isinstance(value, str)
        case "int_tuple" | "shape":
            numbers = value if isinstance(value, list) else [value]
            return all(n is None or (isinstance(n, int) and not isinstance(n, bool)) for n in numbers)
    return True


def parsed_json(words: str) -> Any:
    """JSON as it was typed; None for nothing. Raises: NetloomError."""
    try:
        return json.loads(words) if words.strip() else None
    except ValueError:
        raise NetloomError(f"This is no JSON. Received: {words}.", 'Text needs double quotes: "valid".') from None


def whole_numbers(words: str, param: Param) -> int | list[int] | None:
    """`3` or `3, 3`. Raises: NetloomError."""
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


def shape(words: str, param: Param) -> list[int | None] | None:
    """`28, 28, 1`; a ? where a length varies. Raises: NetloomError."""
    parts = _split(words)
    if not parts and (param.nullable or param.required):
        return None
    try:
        return [None if part in ("?", "None", "null") else int(part) for part in parts]
    except ValueError:
        raise NetloomError(
            f"Whole numbers with commas between, ? where a length varies: 28, 28, 1. Received: {words}."
        ) from None


def numbers_words(value: Any) -> str:
    """The same the other way round: what a field shows."""
    if value is None:
        return ""
    return ", ".join("?" if n is None else str(n) for n in (value if isinstance(value, list) else [value]))


def _split(words: str) -> list[str]:
    return [part for part in words.strip(" ()[]").replace("×", ",").replace(" ", ",").split(",") if part]


def _is_number(value: Any) -> bool:
    return isinstance(value, int | float) and not isinstance(value, bool) and abs(value) < LARGEST


def _is_object(param: Param, value: Any) -> bool:
    kind, config = object_parts(param, value)
    named = isinstance(value, dict) or param.type not in ("layer", "layers", "schedule")
    known = param.choices or getattr(catalogue(), PART_OF_TYPE[param.type])
    return named and isinstance(kind, str) and kind in known and isinstance(config, dict)


def _repeated(value: Any, length: int) -> Any:
    return [value] * length if isinstance(value, int) else list(value) if isinstance(value, (list, tuple)) else value
