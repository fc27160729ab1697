"""The entries of layers: what `keras.layers`, `keras.applications` and `models.layers` hold, joined with the hints.

Whether a layer has weights and how many tensors it gives is found by placing it, symbolically, behind its example
inputs: nothing is allocated.
"""

import dataclasses
import importlib
import inspect
from collections.abc import Mapping
from typing import Any

import keras

from models import layers as own_layers
from models.catalogue.facts import Entry, Param
from models.catalogue.reading import Hints, entry_of, in_order, public
from models.catalogue.signatures import read_param

_SHAPE_BY_SUFFIX = {"1D": (16, 4), "2D": (16, 16, 4), "3D": (8, 8, 8, 4)}
_TRAINABLE = Param("trainable", "bool", default=True, help="Off: its weights stay as they are.")


def layer_entries(hints: Hints) -> list[Entry]:
    """One entry a layer, in display order. Raises: SystemExit for a gap in the hints."""
    found = {
        "Input": (keras.Input, "layers"),
        **_of(keras.layers, hints, "layers", inspect.isclass),
        **_of(keras.applications, hints, "applications", inspect.isfunction),
        **_own(),
    }
    entries = []
    for kind, (target, module) in found.items():
        hint = _hint(kind, target, module, hints)
        source = keras.applications if module == "applications" else keras.layers
        aliases = [name for name in dir(source) if getattr(source, name) is target and name != kind]
        entry = entry_of("applications" if module == "applications" else "layers", kind, target, hint, aliases, hints)
        entry = dataclasses.replace(
            entry,
            module=module,
            url=entry.url if module in ("layers", "applications") else "",
            call=hint.get("call", "single"),
            call_params=_call_params(target, hint, hints),
            min_inputs=hint.get("min_inputs", 1),
            max_inputs=None if hint.get("max_inputs") == "any" else hint.get("max_inputs", 1),
            example_inputs=tuple(tuple(shape) for shape in hint.get("example_inputs", [_example_shape(kind)])),
        )
        entries.append(_tried(entry, target))
    return in_order(entries, "layers", hints)


def _of(module: Any, hints: Hints, name: str, wanted: Any) -> dict[str, tuple[Any, str]]:
    return {kind: (target, name) for kind, target in public(module, hints["excluded"][name], wanted).items()}


def _own() -> dict[str, tuple[Any, str]]:
    """The layers of `models.layers` by class name, with the module that they are in."""
    files = [importlib.import_module(name) for name in own_layers.modules()]
    return {
        name: (cls, file.__name__)
        for file in files
        for name, cls in vars(file).items()
        if inspect.isclass(cls) and cls.__module__ == file.__name__ and issubclass(cls, keras.layers.Layer)
    }


def _hint(kind: str, target: Any, module: str, hints: Hints) -> Hints:
    """What the hints say of one layer, and of its group where they say nothing of the layer."""
    own = hints["layers"].get(kind, {})
    group_of = {group["package"]: name for name, group in hints["groups"].items() if "package" in group}
    group = own.get("group") or group_of[module if module == "applications" else target.__module__.split(".")[-2]]
    shared = hints["groups"][group]
    return {**shared, **own, "group": group, "params": shared.get("params", {}) | own.get("params", {})}


def _call_params(target: Any, hint: Hints, hints: Hints) -> tuple[Param, ...]:
    """The arguments of its call that the hints name for it or its group; a backbone's are those of any network."""
    known = inspect.signature(getattr(target, "call", keras.Model.call)).parameters
    names = [name for name in hint.get("call_params", ()) if name in known]
    return tuple(read_param(known[name], "", hints["call_params"][name]) for name in names)


def _example_shape(kind: str) -> tuple[int, ...]:
    return next((shape for suffix, shape in _SHAPE_BY_SUFFIX.items() if suffix in kind), (16,))


def _tried(entry: Entry, target: Any) -> Entry:
    """`entry` with what only a layer in its place says: how many tensors it gives, and whether it can be frozen."""
    if entry.call == "none":
        return entry
    if entry.module == "applications":
        # Placing all of them takes half a minute, and says nothing new: they are networks of one output, with weights.
        return dataclasses.replace(entry, params=(*entry.params, _TRAINABLE))
    with keras.StatelessScope(initialize_variables=False):
        config = {name: _made(value) for name, value in entry.start_config.items()}
        layer = target(**config | {name: _tied() for name in entry.ties})
        if entry.call == "cell":
            return entry
        inputs = [keras.Input(shape) for shape in entry.example_inputs]
        given = layer(inputs) if entry.call == "list" else layer(*inputs)
    weights = (_TRAINABLE,) if layer.trainable_variables else ()
    outputs = len(given) if isinstance(given, (list, tuple)) else 1
    return dataclasses.replace(entry, params=entry.params + weights, outputs=outputs)


def _tied() -> Any:
    """A layer for another to be tied to: square, so that it fits in both directions."""
    layer = keras.layers.Dense(16)
    layer.build((None, 16))
    return layer


def _made(value: Any) -> Any:
    """A JSON value as a layer takes it; what the hints name as a layer is one."""
    if isinstance(value, Mapping) and "class_name" in value:
        config = {name: _made(inner) for name, inner in value.get("config", {}).items()}
        return getattr(keras.layers, value["class_name"])(**config)
    return [_made(item) for item in value] if isinstance(value, list) else value
