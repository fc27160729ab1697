"""The small print in a box of the graph: a layer's name where it says more than its kind, and its arguments."""

import re
from collections.abc import Mapping
from typing import Any

from models.catalogue import Param, catalogue
from models.spec import Node, snake_case

LONGEST = 38  # characters

_PLAIN = {"units", "filters", "padding", "activation", "rate", "shape", "target_shape", "kernel_size", "pool_size"}


def detail(node: Node) -> str:
    """The small print: the name where it says more than the kind, what it shares, its arguments."""
    base = snake_case(node.kind)
    name = node.name.removeprefix(f"{node.block}_")
    parts = [] if name == base else [name]
    if node.shares:
        parts.append(f"shares {node.shares}")
    if said := arguments(node):
        parts.append(said)
    return cut(" · ".join(parts) or base, LONGEST)


def arguments(node: Node) -> str:
    """Those that differ from Keras's defaults but initializers, in its order; the well-known ones without a name."""
    entry = catalogue().layers.get(node.kind)
    order = {param.name: place for place, param in enumerate(entry.params)} if entry else {}
    said = [
        key
        for key in node.config
        if not key.endswith("_initializer")
        and not (entry and (param := entry.param(key)) and _is_default(param, node, key))
    ]
    keys = sorted(said, key=lambda key: order.get(key, len(order)))
    return " · ".join(filter(None, (_argument(key, node.config[key]) for key in keys)))


def _is_default(param: Param, node: Node, key: str) -> bool:
    value, default = node.config[key], param.default
    return not param.required and (value == default or default == [value] * (param.length or 0))


def _argument(key: str, value: Any) -> str:
    if isinstance(value, Mapping):
        value = value.get("class_name", "…")
    if isinstance(value, bool):
        return key if value else f"no {key.removeprefix('use_')}"
    words = "×".join("?" if part is None else str(part) for part in value) if isinstance(value, list) else str(value)
    if key in ("kernel_size", "pool_size") and isinstance(value, int):
        return f"{value}×{value}"
    if key == "strides":
        return f"stride {words}"
    return words if key in _PLAIN else f"{key} {words}"


def cut(words: str, length: int) -> str:
    """The words on one line of so many characters, the last one a … where some were left out."""
    words = re.sub(r"\s+", " ", words)
    return words if len(words) <= length else words[: length - 1] + "…"
