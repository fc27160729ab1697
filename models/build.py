"""ModelSpec -> keras.Model. Keras is imported here."""

import importlib
from collections.abc import Mapping
from typing import Any

import keras

from models.arguments import to_keras
from models.catalogue import catalogue
from models.catalogue.facts import Entry
from models.check import problems
from models.errors import NetloomError
from models.refusals import explain
from models.spec import ModelSpec, Node, node_of, port_of


class BuildError(NetloomError):
    """A network that cannot be built: its structure is wrong, or Keras refuses a layer."""


def build(spec: ModelSpec) -> keras.Model:
    """The functional Keras model, its layers named as the nodes, its outputs in the order of `spec.given`.

    Equal specs give equal weights after `keras.utils.set_random_seed`.

    Raises:
        BuildError: naming the first node that is wrong, with Keras's reason and how to mend it.
    """
    for problem in problems(spec):
        where = f"{problem.node}: " if problem.node else ""
        raise BuildError(f"{where}{problem.message}", problem.hint)
    layers: dict[str, Any] = {}
    tensors: dict[str, tuple[Any, ...]] = {}
    for index, node in enumerate(spec.nodes):
        feeds = [pick(tensors, source) for source in spec.inputs_of(index)]
        try:
            layers[node.name], tensors[node.name] = apply(node, feeds, layers)
        # Any error can come out of a layer: each one is Keras's answer to this node.
        except Exception as error:
            message, hint = explain(error, node.kind, [tensor.shape for tensor in feeds])
            raise BuildError(f"{node.name}: {message}", hint) from error
    inputs = [tensors[node.name][0] for node in spec.nodes if node.kind == "Input"]
    outputs = [pick(tensors, output.node) for output in spec.given]
    return keras.Model(_alone(inputs), _alone(outputs), name=spec.name)


def apply(node: Node, feeds: list[Any], layers: Mapping[str, Any]) -> tuple[Any, tuple[Any, ...]]:
    """The layer of one node (None for an Input) and its symbolic outputs, fed the symbolic tensors `feeds`.

    Args:
        layers: of the nodes before it, by name: what it shares, or is tied to.
    Raises: whatever Keras raises; IndexError for an output that a layer does not have.
    """
    entry = catalogue().layers[node.kind]
    if node.kind == "Input":
        return None, (keras.Input(name=node.name, **_values(entry, node.config, layers)),)
    layer = layers[node.shares] if node.shares else make(entry, node.config, node.name, layers)
    call = {key: to_keras(value) for key, value in node.call.items()}
    if entry.call == "list":
        given = layer(feeds, **call)
    elif entry.call == "state":
        states = {"initial_state": feeds[1:]} if len(feeds) > 1 else {}
        given = layer(feeds[0], **states, **call)
    else:
        given = layer(*feeds, **call)
    return layer, tuple(given) if isinstance(given, list | tuple) else (given,)


def make(entry: Entry, config: Mapping[str, Any], name: str | None, layers: Mapping[str, Any]) -> keras.layers.Layer:
    """The layer of `entry` with that config, as Keras makes it. Raises: whatever Keras raises."""
    given = _values(entry, config, layers)
    if name is not None:
        given["name"] = name
    return _constructor(entry)(**given)


def pick(tensors: Mapping[str, tuple[Any, ...]], source: str) -> Any:
    """The tensor that `source` (`name` or `name:k`) names. Raises: KeyError, IndexError."""
    return tensors[node_of(source)][port_of(source)]


def _constructor(entry: Entry) -> Any:
    if entry.module in ("layers", "applications"):
        return getattr(getattr(keras, entry.module), entry.kind)
    return getattr(importlib.import_module(entry.module), entry.kind)


def _values(entry: Entry, config: Mapping[str, Any], layers: Mapping[str, Any]) -> dict[str, Any]:
    """Constructor arguments as Keras wants them: nested layers made, names of nodes turned into their layers."""
    made = {}
    for key, value in config.items():
        param = entry.param(key)
        if param is not None and param.type == "layer" and isinstance(value, Mapping):
            inner = catalogue().layers[value["class_name"]]
            made[key] = make(inner, value.get("config", {}), None, layers)
        elif param is not None and param.type == "node" and isinstance(value, str):
            made[key] = layers[value]
        else:
            made[key] = to_keras(value)
    return made


def _alone(tensors: list[Any]) -> Any:
    return tensors[0] if len(tensors) == 1 else tensors
