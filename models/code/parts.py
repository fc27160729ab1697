"""One Keras object as the call that makes it: layers, optimizers, initializers, schedules, and what they hold."""

from collections.abc import Mapping
from typing import Any

from models.arguments import to_keras
from models.catalogue import PART_OF_TYPE, Entry, Param, catalogue
from models.code.layout import Group, Part, flat, literal, named
from models.errors import NetloomError

_PLACES = {"schedules": "optimizers.schedules"}
# Nobody knows the order of their arguments by heart.
_BY_NAME = {"Attention", "Schedules"}


def part_code(part: str, kind: str, config: Mapping[str, Any]) -> str:
    """The call that makes one Keras object, on one line.

    Args:
        part: of the catalogue, `optimizers` for instance.
        kind: its name there.
        config: the arguments that differ from Keras's defaults, as JSON.

    Raises:
        NetloomError: the catalogue has no such object.

    >>> part_code("optimizers", "SGD", {"learning_rate": 0.1})
    'keras.optimizers.SGD(learning_rate=0.1)'
    """
    return flat(made(part, kind, config, {}))


def arguments_code(entry: Entry, config: Mapping[str, Any]) -> list[str]:
    """Arguments without a default by position, where that reads well, the others by name, in the catalogue's order."""
    return [flat(argument) for argument in arguments(entry, config, {})]


def made(part: str, kind: str, config: Mapping[str, Any], layers: Mapping[str, str]) -> Group:
    """The call that makes one Keras object. `layers`: the variable of a node's layer. Raises: NetloomError."""
    entry = catalogue().find(part, kind)
    if entry is None:
        raise NetloomError(f"Keras has no {kind!r} among its {part}.")
    start = constructor(entry) if part == "layers" else f"keras.{_PLACES.get(part, part)}.{entry.class_name}"
    return Group(start, tuple(arguments(entry, config, layers)))


def constructor(entry: Entry) -> str:
    """What makes a layer: `layers.Dense`, `keras.applications.VGG16`, or the class of one of ours."""
    places = {"layers": f"layers.{entry.kind}", "applications": f"keras.applications.{entry.kind}"}
    return "keras.Input" if entry.kind == "Input" else places.get(entry.module, entry.kind)


def arguments(entry: Entry, config: Mapping[str, Any], layers: Mapping[str, str]) -> list[Part]:
    """What `arguments_code` gives, not yet on lines. `layers`: the variable of a node's layer."""
    given: list[Part] = []
    for param in entry.params:
        if param.name in config:
            value = _value(param, config[param.name], layers)
            by_position = param.positional and entry.group not in _BY_NAME
            given.append(value if by_position else named(param.name, value))
    return given


def _value(param: Param, value: Any, layers: Mapping[str, str]) -> Part:
    if param.type == "node" and isinstance(value, str):
        return layers[value]
    if param.type == "layers" and isinstance(value, list | tuple):
        return Group("", tuple(_object("layers", item, layers) for item in value), "[]")
    if param.type in PART_OF_TYPE:
        return _object(PART_OF_TYPE[param.type], value, layers)
    return literal(to_keras(value))


def _object(part: str, value: Any, layers: Mapping[str, str]) -> Part:
    if isinstance(value, Mapping) and catalogue().find(part, value.get("class_name", "")) is not None:
        return made(part, value["class_name"], value.get("config", {}), layers)
    return literal(to_keras(value))
