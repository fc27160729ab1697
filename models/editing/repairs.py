"""Edits that make a layer and what it is fed agree: layers in front of it, its arguments, its kind. No keras."""

import re
from collections.abc import Mapping, Sequence
from typing import Any

from models.arguments import fits
from models.catalogue import catalogue
from models.editing.nodes import configure, rename, unshare
from models.editing.wiring import behind, index_of, with_node, with_nodes
from models.errors import NetloomError
from models.spec import ModelSpec, Node, fresh, snake_case


def insert_before(spec: ModelSpec, name: str, layers: Sequence[tuple[int, str, Mapping[str, Any]]]) -> ModelSpec:
    """Layers put in front of the node called `name`; other nodes read what they read before.

    Args:
        layers: (which input of the node, counted from 0; kind; config), each behind the one before it where they name
            the same input.
    Raises:
        NetloomError: no such node, or no such input.
    """
    place = index_of(spec, name)
    node = spec.nodes[place]
    inputs = list(spec.inputs_of(place))
    taken = {other.name for other in spec.nodes}
    chain = node.inputs is None
    new: list[Node] = []
    for position, kind, config in layers:
        if position >= len(inputs):
            raise NetloomError(f"{name} has no input {position + 1}.", "Look at the network again.")
        own = fresh(snake_case(kind), taken)
        taken.add(own)
        read = None if chain else (inputs[position],)
        new.append(Node(name=own, kind=kind, config=dict(config), inputs=read, block=node.block))
        inputs[position] = own
    behind = node if chain else node.replace(inputs=tuple(inputs))
    return with_nodes(spec, [*spec.nodes[:place], *new, behind, *spec.nodes[place + 1 :]])


def append(spec: ModelSpec, name: str, layers: Sequence[tuple[str, Mapping[str, Any]]]) -> ModelSpec:
    """Layers (kind and config) put in behind the node called `name`, one behind the other.

    What read that node, and what gave it out, has the last of them instead. Raises: NetloomError.
    """
    index_of(spec, name)
    taken = {node.name for node in spec.nodes}
    chain = []
    for kind, config in layers:
        own = fresh(snake_case(kind), taken)
        taken.add(own)
        chain.append(Node(name=own, kind=kind, config=dict(config)))
    return behind(spec, {name: chain})


def set_values(spec: ModelSpec, name: str, values: Mapping[str, Any]) -> ModelSpec:
    """The node called `name` with some of its arguments set. Raises: NetloomError."""
    return configure(spec, name, {**spec.nodes[index_of(spec, name)].config, **values})


def drop_values(spec: ModelSpec, name: str, keys: Sequence[str]) -> ModelSpec:
    """The node called `name` with some of its arguments left to Keras's defaults. Raises: NetloomError."""
    config = spec.nodes[index_of(spec, name)].config
    return configure(spec, name, {key: value for key, value in config.items() if key not in keys})


def drop_calls(spec: ModelSpec, name: str, keys: Sequence[str]) -> ModelSpec:
    """The node called `name` with some arguments of its call left to Keras's defaults. Raises: NetloomError."""
    place = index_of(spec, name)
    node = spec.nodes[place]
    kept = {key: value for key, value in node.call.items() if key not in keys}
    return with_node(spec, place, node.replace(call=kept))


def pad(spec: ModelSpec, name: str, names: Sequence[str]) -> ModelSpec:
    """The windows of the nodes called `names`, which lead to the node called `name`, padded to keep sizes.

    Raises: NetloomError.
    """
    for padded in names:
        spec = set_values(spec, padded, {"padding": "same"})
    return spec


def change_kind(spec: ModelSpec, name: str, kind: str) -> ModelSpec:
    """The node called `name` as a layer of `kind`: arguments that both have are kept, missing ones get start values.

    A list with a number for each axis becomes one number where the new kind has other axes; what it cannot have is left
    out. Nodes that share the layer go along; a node that shares one gets a layer of its own. A name in Keras's manner
    follows the kind. Raises: NetloomError.
    """
    spec = unshare(spec, name)
    place = index_of(spec, name)
    node, entry = spec.nodes[place], catalogue().find("layers", kind)
    if entry is None:
        raise NetloomError(f"{kind} is not a layer of the catalogue.", "Choose another kind.")
    config = dict(entry.start_config)
    for key, value in node.config.items():
        param = entry.param(key)
        if param is None:
            continue
        value = value if fits(param, value) or not isinstance(value, list) else value[0]
        if fits(param, value):
            config[key] = value
    known = {param.name for param in entry.call_params}
    nodes = [
        other.replace(kind=entry.kind, call={key: value for key, value in other.call.items() if key in known})
        if name in (other.name, other.shares)
        else other
        for other in spec.nodes
    ]
    spec = configure(with_nodes(spec, nodes), name, config)
    if not re.fullmatch(rf"{snake_case(node.kind)}(_\d+)?", name):
        return spec
    return rename(spec, name, fresh(snake_case(entry.kind), {other.name for other in spec.nodes} - {name}))
