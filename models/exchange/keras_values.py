"""Keras's full configurations in minimal form: only what differs from the defaults of the catalogue. No keras."""

import json
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any

from models.catalogue import PART_OF_TYPE, Entry, Param, catalogue
from models.exchange.notes import Notes

# What a spec does not carry, and what nobody misses.
_SILENT = {
    "name",
    "batch_input_shape",
    "batch_shape",
    "implementation",
    "input_length",
    "zero_output_for_mask",
    "vocabulary_size",
    "all_ops",
}
_HARMLESS = (None, False, "auto", "channels_last", "float32", [], {})


@dataclass(frozen=True, slots=True)
class Place:
    """Where a configuration was found.

    Attributes:
        layer: name of the layer, for notes.
        notes: get what is left out.
        node: the node of the layer of that name, for layers that are tied to others.
        rank: number of axes of what the layer is fed, with the batch; None: not known.
    """

    layer: str
    notes: Notes
    node: Callable[[str], str]
    rank: int | None = None


def minimal(entry: Entry, config: Mapping[str, Any], place: Place) -> dict[str, Any]:
    """The arguments in `config`, from Keras's `get_config`, that differ from the defaults, as a spec has them."""
    config = _as_given(entry, config, place.rank)
    kept = {}
    for param in entry.params:
        if param.name in config:
            value = _value(param, config[param.name], place)
            if param.required or not _same(param, value):
                kept[param.name] = value
    if entry.kind == "Bidirectional" and _mirrored(kept.get("backward_layer")) == kept.get("layer"):
        del kept["backward_layer"]
    known = {param.name for param in entry.params} | _SILENT
    for key in [key for key in config if key not in known]:
        _leave_out(entry, key, plain(config[key]), place)
    return kept


def plain(value: Any) -> Any:
    """A value without Keras's marks: tuples and arrays as lists, precisions as their names."""
    if isinstance(value, Mapping):
        kind, inner = value.get("class_name"), value.get("config")
        if kind == "__tuple__":
            return [plain(item) for item in value.get("items", ())]
        if kind in ("__numpy__", "__tensor__") and isinstance(inner, Mapping):
            return plain(inner.get("value"))
        if kind in ("DTypePolicy", "Policy") and isinstance(inner, Mapping):
            return inner.get("name")
        return {key: plain(item) for key, item in value.items()}
    return [plain(item) for item in value] if isinstance(value, list) else value


def shown(value: Any) -> str:
    """A value in a sentence."""
    text = json.dumps(value, default=str)
    return text if len(text) <= 60 else f"{text[:57]}..."


def tied_to(value: Any) -> str:
    """The name of the layer that an argument holds, which a layer is tied to; empty where it holds none."""
    config = value.get("config") if isinstance(value, Mapping) else None
    return str(config.get("name", "")) if isinstance(config, Mapping) else ""


def _value(param: Param, value: Any, place: Place) -> Any:
    if param.type in PART_OF_TYPE:
        part = PART_OF_TYPE[param.type]
        if param.type == "layers" and isinstance(value, list):
            return [_object(part, item, place) for item in value]
        return _object(part, value, place)
    if param.type == "node":
        return place.node(tied_to(value))
    value = plain(value)
    if param.type in ("int", "float") and isinstance(value, list):
        return _one_number(value)
    if param.type == "int_tuple" or param.name in ("padding", "cropping"):
        return _collapsed(value)
    return value


def _one_number(values: list[Any]) -> Any:
    """The number that stands for a list of one, or for the range up to it; the list as it is where none does."""
    if len(values) == 1:
        return values[0]
    if len(values) == 2 and all(isinstance(value, int | float) for value in values):
        low, high = values
        return high if low in (0, 1, high, -high) else values
    return values


def _collapsed(value: Any) -> Any:
    """One number where a list holds it for every axis, and for both sides of each: `[[1, 1], [1, 1]]` is 1.

    `[[0, 1], [0, 1]]` stays: one pair is read as a number for each axis, not as two sides.
    """
    if not isinstance(value, list):
        return value
    items = [_collapsed(item) for item in value]
    alike = bool(items) and all(type(item) is type(items[0]) and item == items[0] for item in items)
    return items[0] if alike and not isinstance(items[0], list) else value


def _mirrored(layer: Any) -> Any:
    """A recurrent layer, as a spec has it, that reads the other way round."""
    if not isinstance(layer, Mapping):
        return None
    config = {"go_backwards": True, **layer["config"]}
    # Backwards twice is forwards, which is the default.
    config = {key: value for key, value in config.items() if key != "go_backwards" or not layer["config"].get(key)}
    return {**layer, "config": config}


def _object(part: str, value: Any, place: Place) -> Any:
    """A Keras object inside another: its name, or `{"class_name": ..., "config": {...}}` with what differs."""
    if not isinstance(value, Mapping):
        return value
    kind, config = value.get("class_name"), value.get("config")
    if kind == "function" or not isinstance(config, Mapping):
        return config if isinstance(config, str) else kind
    entry = catalogue().find(part, str(kind))
    if entry is None:
        place.notes.add(f"{kind} is not among the {part} of the catalogue, so it cannot be edited.", place.layer)
        return str(kind)
    kept = minimal(entry, config, place)
    if part == "layers":
        return {"class_name": entry.kind, "config": kept}
    return {"class_name": entry.class_name, "config": kept} if kept else entry.kind


def _same(param: Param, value: Any) -> bool:
    default = param.default
    if isinstance(value, str) and isinstance(default, str) and param.type in PART_OF_TYPE:
        part = PART_OF_TYPE[param.type]
        if value != default and (entry := catalogue().find(part, default)) is not None:
            return entry is catalogue().find(part, value)
    value, default = _collapsed(value), _collapsed(default)
    # An activation of None is the linear one; True is no 1.
    if param.type == "activation" and default is None and value == "linear":
        return True
    return value == default and isinstance(value, bool) == isinstance(default, bool)


def _leave_out(entry: Entry, key: str, value: Any, place: Place) -> None:
    if value in _HARMLESS or key == "trainable":
        return  # what cannot be frozen here has no weights
    if key == "dtype" and "float" not in str(value):
        return  # layers that give whole numbers say so
    if key == "dtype":
        place.notes.add(f"The precision {value} is left out: it is chosen for the whole network.")
        return
    reasons = catalogue().excluded["params"]
    reason = reasons.get(f"{entry.kind}.{key}") or reasons.get(key) or f"{entry.kind} has no such argument here."
    place.notes.add(f"{key}={shown(value)} is left out. {reason}", place.layer)


def _as_given(entry: Entry, config: Mapping[str, Any], rank: int | None) -> Mapping[str, Any]:
    """`config` without what layers fill in for themselves once they see their input."""
    found = dict(config)
    strides = entry.param("strides")
    if strides and strides.default is None and plain(found.get("strides")) == plain(found.get("pool_size")):
        found.pop("strides", None)
    if entry.kind == "MultiHeadAttention":
        if found.get("value_dim") == found.get("key_dim"):
            found.pop("value_dim", None)
        if rank is not None and plain(found.get("attention_axes")) == list(range(1, rank - 1)):
            found.pop("attention_axes", None)
    return found
