"""ModelSpec -> keras.Model, and back to what is computed inside of one. Keras is imported here."""

import importlib
from collections.abc import Mapping
from typing import Any

import keras

from models.arguments import to_keras
from models.catalogue import catalogue
from models.catalogue.facts import Entry
from models.checking.refusals import explain
from models.checking.structure import require_sound
from models.errors import NetloomError
from models.spec import ModelSpec, Node, node_of, port_of


def build(spec: ModelSpec) -> keras.Model:
    """The functional Keras model, its layers named as the nodes, its outputs in the order of `spec.given`.

    Equal specs give equal weights after `keras.utils.set_random_seed`.

    Raises:
        NetloomError: naming the first node that is wrong, with Keras's reason and how to mend it.
    """
    require_sound(spec)
    layers: dict[str, Any] = {}
    tensors: dict[str, tuple[Any, ...]] = {}
    for index, node in enumerate(spec.nodes):
        feeds = [pick(tensors, source) for source in spec.inputs_of(index)]
        try:
            layers[node.name], tensors[node.name] = apply(node, feeds, layers)
        except NetloomError as error:
            raise NetloomError(f"{node.name}: {error.message}", error.hint) from error
        # Any error can come out of a layer: each one is Keras's answer to this node.
        except Exception as error:
            message, hint = explain(error, node.kind, [tensor.shape for tensor in feeds])
            raise NetloomError(f"{node.name}: {message}", hint) from error
    inputs = [tensors[node.name][0] for node in spec.nodes if node.kind == "Input"]
    outputs = [pick(tensors, output.node) for output in spec.given]
    try:
        return keras.Model(_alone(inputs), _alone(outputs), name=spec.name)
    except ValueError as error:
        message = f"Keras cannot make a network of these layers: {str(error).splitlines()[0]}"
        hint = "Where a layer is shared, give each of its nodes the same arguments of the call."
        raise NetloomError(message, hint) from error


def retrace(
    spec: ModelSpec, model: keras.Model, calls: Mapping[str, Mapping[str, Any]] | None = None
) -> dict[str, tuple[Any, ...]]:
    """The symbolic outputs of every node of `model`, which was built from `spec`, by name, from `model.inputs`.

    Args:
        calls: further arguments of the calls of some nodes, by name: `{"mha": {"return_attention_scores": True}}`.
            Whoever reads a node that gives more than before still reads what it read.
    """
    tensors: dict[str, tuple[Any, ...]] = {}
    inputs = iter(model.inputs)
    for index, node in enumerate(spec.nodes):
        if node.kind == "Input":
            tensors[node.name] = (next(inputs),)
            continue
        layer = model.get_layer(_owner(spec, node).name)
        feeds = [pick(tensors, source) for source in spec.inputs_of(index)]
        more = (calls or {}).get(node.name, {})
        if more:
            # Keras counts on a layer giving as many tensors each time; so this is a copy, with the same weights.
            copy = type(layer).from_config(layer.get_config())
            tensors[node.name] = _called(copy, node, feeds, more)
            copy.set_weights(layer.get_weights())
        else:
            tensors[node.name] = _called(layer, node, feeds, {})
    return tensors


def apply(node: Node, feeds: list[Any], layers: Mapping[str, Any]) -> tuple[Any, tuple[Any, ...]]:
    """The layer of one node (None for an Input) and its symbolic outputs, fed the symbolic tensors `feeds`.

    Args:
        layers: of the nodes before it, by name: what it shares, or is tied to.
    Raises: whatever Keras raises; IndexError for an output that a layer does not have; NetloomError for weights that
        cannot be fetched.
    """
    entry = catalogue().layers[node.kind]
    if node.kind == "Input":
        return None, (keras.Input(name=node.name, **_values(entry, node.config, layers)),)
    layer = layers[node.shares] if node.shares else make(entry, node.config, node.name, layers)
    return layer, _called(layer, node, feeds, {})


def make(entry: Entry, config: Mapping[str, Any], name: str | None, layers: Mapping[str, Any]) -> keras.layers.Layer:
    """The layer of `entry` with that config, as Keras makes it.

    Raises: whatever Keras raises; NetloomError for weights that cannot be fetched.
    """
    given = _values(entry, config, layers)
    if name is not None:
        given["name"] = name
    if entry.module == "applications":
        return _backbone(entry.kind, given)
    module = keras.layers if entry.module == "layers" else importlib.import_module(entry.module)
    return getattr(module, entry.kind)(**given)


def pick(tensors: Mapping[str, tuple[Any, ...]], source: str) -> Any:
    """The tensor that `source` (`name` or `name:k`) names. Raises: KeyError, IndexError."""
    return tensors[node_of(source)][port_of(source)]


def _called(layer: Any, node: Node, feeds: list[Any], more: Mapping[str, Any]) -> tuple[Any, ...]:
    entry = catalogue().layers[node.kind]
    call = {key: to_keras(value) for key, value in {**node.call, **more}.items()}
    if entry.call == "list":
        given = layer(feeds, **call)
    elif entry.call == "state":
        states = {"initial_state": feeds[1:]} if len(feeds) > 1 else {}
        given = layer(feeds[0], **states, **call)
    else:
        given = layer(*feeds, **call)
    return tuple(given) if isinstance(given, list | tuple) else (given,)


def _owner(spec: ModelSpec, node: Node) -> Node:
    """The node that the layer of `node` was made for."""
    while node.shares:
        node = spec.nodes[spec.index_of(node.shares)]
    return node


def _backbone(kind: str, given: dict[str, Any]) -> keras.Model:
    """A network of keras.applications; a functional model is a layer among others."""
    trainable, name = given.pop("trainable", True), given.pop("name", None)
    try:
        model = getattr(keras.applications, kind)(**given)
    except Exception as error:
        if "URL fetch failure" not in str(error):
            raise
        raise NetloomError(
            f"The ImageNet weights of {kind} cannot be fetched: {str(error).splitlines()[0]}",
            "Set weights to none to train it from the start, or run this where the weights can be fetched.",
        ) from error
    model.trainable = trainable
    # Some look their own sizes up by the name that they are given.
    model.name = name or model.name
    return model


def _values(entry: Entry, config: Mapping[str, Any], layers: Mapping[str, Any]) -> dict[str, Any]:
    """Constructor arguments as Keras wants them: nested layers made, names of nodes turned into their layers."""
    made = {}
    for key, value in config.items():
        param = entry.param(key)
        if param is not None and param.type in ("layer", "layers"):
            made[key] = _nested(value, layers)
        elif param is not None and param.type == "node" and isinstance(value, str):
            made[key] = layers[value]
        else:
            made[key] = to_keras(value)
    return made


def _nested(value: Any, layers: Mapping[str, Any]) -> Any:
    """Layers that are arguments of a layer: one, several, or none."""
    if isinstance(value, Mapping):
        return make(catalogue().layers[value["class_name"]], value.get("config", {}), None, layers)
    return [_nested(item, layers) for item in value] if isinstance(value, list | tuple) else value


def _alone(tensors: list[Any]) -> Any:
    return tensors[0] if len(tensors) == 1 else tensors
