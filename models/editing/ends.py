"""The two ends of a network, as data ask for them: what it takes and what it gives. Pure functions. No keras."""

import math
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any, Literal

from models.catalogue import catalogue
from models.editing.nodes import activated, configure, insert, remove
from models.graph import ancestors, is_activation, layer_node, readers
from models.spec import ModelSpec, Node, node_of

Fields = dict[str, set[str]]
"""Names of nodes, and the keys of their config that follow the data."""

_ACTIVATION_LAYERS = {"Softmax": "softmax", "ReLU": "relu", "LeakyReLU": "leaky_relu", "PReLU": "leaky_relu"}


def with_input(spec: ModelSpec, shape: Sequence[int | None], dtype: Literal["float32", "int32"]) -> ModelSpec:
    """The network for examples of `shape` (no batch): its first Input takes it. Without an Input: unchanged.

    float32, which is Keras's default, is written by leaving it out.
    """
    for node in spec.nodes:
        if node.kind == "Input":
            given: dict[str, Any] = {} if dtype == "float32" else {"dtype": dtype}
            others = {key: value for key, value in node.config.items() if key not in ("shape", "dtype")}
            return configure(spec, node.name, {"shape": list(shape), **given, **others})
    return spec


def embeddings(spec: ModelSpec) -> tuple[str, ...]:
    """Names of the Embedding layers that read an Input directly."""
    feeds, kinds = readers(spec), {node.name: node.kind for node in spec.nodes}
    inputs = [name for name, kind in kinds.items() if kind == "Input"]
    return tuple(reader for name in inputs for reader in feeds[name] if kinds[reader] == "Embedding")


def with_vocabulary(spec: ModelSpec, size: int) -> ModelSpec:
    """The network for token ids below `size`: every Embedding that reads the Input has so many rows."""
    for name in embeddings(spec):
        spec = configure(spec, name, {**spec.nodes[spec.index_of(name)].config, "input_dim": size})
    return spec


def with_output(spec: ModelSpec, shape: Sequence[int], activation: str, place: int = 0) -> ModelSpec:
    """The network that gives arrays of `shape` (no batch), passed through `activation`, as far as its last layer can.

    For a row of numbers, the last layer with units gets that many. For arrays of more axes, a last convolution (or a
    Dense layer that works on such arrays) gets the last axis as its filters (or units); a Dense layer that works on
    rows of numbers gets a unit for every value, and a Reshape behind it. Where the network ends in an Activation
    layer, that one takes the activation; where it ends in an activation of another kind, such as a StepUnit, that one
    stays. A layer that is tied to another one, whose weights decide how much it gives, gets the activation alone.
    Without such a layer: unchanged.

    Args:
        place: which of the network's outputs, in their order; 0 is the main one.
    """
    end = _end_of(spec, shape, activation, place)
    if end is None:
        return spec
    if end.width:
        units = math.prod(shape) if end.flat else shape[-1]
        spec = configure(spec, end.head.name, {**end.head.config, end.width: units})
    if not end.settled:
        spec = activated(spec, end.head.name, "linear" if end.activation else activation)
    if end.activation:
        spec = configure(spec, end.activation.name, {**end.activation.config, "activation": activation})
    if end.flat and end.reshape:
        spec = configure(spec, end.reshape.name, {"target_shape": list(shape)})
    elif end.flat:
        node = Node(name=spec.fresh_name("Reshape"), kind="Reshape", config={"target_shape": list(shape)})
        spec = insert(spec, node, spec.index_of(node_of(spec.given[place].node)) + 1)
    elif end.reshape and len(shape) == 1:
        spec = remove(spec, end.reshape.name)
    return spec


def output_fields(spec: ModelSpec, shape: Sequence[int], activation: str, place: int = 0) -> Fields:
    """What `with_output` sets."""
    end = _end_of(spec, shape, activation, place)
    if end is None:
        return {}
    keys = (None if end.settled else "activation", end.width)
    fields: Fields = {end.head.name: {key for key in keys if key}}
    if end.activation:
        fields[end.activation.name] = {"activation"}
    if end.flat and end.reshape:
        fields[end.reshape.name] = {"target_shape"}
    return fields


def output_activation(spec: ModelSpec, place: int = 0) -> tuple[str, str] | None:
    """The last node that sets the range of an output, and its activation by Keras's name; None: not known.

    >>> output_activation(ModelSpec(nodes=(Node(name="a", kind="Dense"), Node(name="b", kind="Flatten"))))
    ('a', 'linear')

    Args:
        place: which of the network's outputs, in their order; 0 is the main one.
    """
    names = {node.name: index for index, node in enumerate(spec.nodes)}
    index = names.get(node_of(spec.given[place].node)) if place < len(spec.given) else None
    while index is not None:
        node = layer_node(spec, names, spec.nodes[index].name)
        entry = catalogue().layers.get(node.kind)
        if entry is None:
            return None
        if node.kind in _ACTIVATION_LAYERS:
            return node.name, _ACTIVATION_LAYERS[node.kind]
        if (param := entry.param("activation")) is not None:
            chosen: Any = node.config.get("activation", param.default) or "linear"
            return (node.name, chosen) if isinstance(chosen, str) else None
        feeds = spec.feeds(index)
        if entry.group != "Reshaping" or len(feeds) != 1:
            return None
        before = names.get(feeds[0])
        index = before if before is not None and before < index else None
    return None


@dataclass(frozen=True, slots=True)
class _End:
    """The end of a network, as one of its outputs sees it.

    Attributes:
        head: the layer that decides how much is given.
        width: the key of its config that says so, `units` or `filters`; None: the layer that it is tied to decides.
        flat: the output has several axes, and the head gives one row of numbers.
        activation: the Activation layer that ends the network.
        settled: an activation of another kind ends it.
        reshape: the Reshape behind the head.
    """

    head: Node
    width: Literal["units", "filters"] | None
    flat: bool
    activation: Node | None
    settled: bool
    reshape: Node | None


def _end_of(spec: ModelSpec, shape: Sequence[int], activation: str, place: int) -> _End | None:
    names = {node.name: index for index, node in enumerate(spec.nodes)}
    last = names.get(node_of(spec.given[place].node)) if place < len(spec.given) else None
    if last is None:
        return None
    maps, made_of = len(shape) > 1, ancestors(spec, last)
    path = [index for index in range(last + 1) if index == last or spec.nodes[index].name in made_of]
    for number in range(len(path) - 1, -1, -1):
        node = spec.nodes[path[number]]
        head = layer_node(spec, names, node.name)
        entry = catalogue().layers.get(head.kind)
        tied = entry is not None and bool(entry.ties)
        convolution = maps and _is_convolution(head)
        if convolution or tied or (entry is not None and entry.param("units")):
            break
    else:
        return None
    flat = maps and not convolution and _gives_rows(spec, node.name)
    if flat and activation == "softmax":
        return None  # it would be taken over all the values of a row instead of those of a pixel
    behind = [spec.nodes[index] for index in path[number + 1 :]]
    plain = all(node.kind in ("Activation", "Reshape") for node in behind)
    ending = behind if plain else behind[-1:]
    return _End(
        head=head,
        width=None if tied else "filters" if convolution else "units",
        flat=flat,
        activation=next((node for node in reversed(ending) if node.kind == "Activation"), None),
        settled=any(is_activation(node) and node.kind != "Activation" for node in behind),
        reshape=next((node for node in reversed(ending) if node.kind == "Reshape"), None) if plain else None,
    )


def _is_convolution(node: Node) -> bool:
    entry = catalogue().layers.get(node.kind)
    return entry is not None and entry.group == "Convolution" and entry.param("filters") is not None


def _gives_rows(spec: ModelSpec, name: str) -> bool:
    """Whether the layer called `name` is fed rows of numbers, as the nearest layer before it says that tells."""
    names = {node.name: place for place, node in enumerate(spec.nodes)}
    place = names[name]
    while feeds := spec.feeds(place):
        before = names.get(feeds[0], place)
        if before >= place:
            return True
        place, node = before, spec.nodes[before]
        entry = catalogue().layers.get(node.kind)
        if node.kind == "Flatten" or node.kind.startswith("Global"):
            return True
        if node.kind in ("Input", "Reshape"):
            shape = node.config.get("shape" if node.kind == "Input" else "target_shape")
            return not isinstance(shape, list) or len(shape) <= 1
        if _is_convolution(node) or node.kind == "Embedding":
            return False
        if entry is not None and entry.group == "Recurrent":
            return not node.config.get("return_sequences", False)
    return True
