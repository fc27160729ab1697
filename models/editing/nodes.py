"""Edits of a network, each a pure function ModelSpec -> ModelSpec that keeps the wiring right. No keras.

Whatever is edited, a node goes on reading what it read before, unless the edit is about just that: a new node takes the
place of the one it follows, a removed node's readers read what it read. The same holds for outputs, for layers that are
shared, and for configs that mean another node's layer.
"""

from collections.abc import Mapping, Sequence
from typing import Any

from pydantic import ValidationError

from models.catalogue import Param, catalogue
from models.editing.many import remove_all
from models.editing.wiring import at, behind, branched, giving, index_of, renamed, reordered, with_node, with_nodes
from models.errors import NetloomError, SpecError, did_you_mean
from models.graph import ancestors
from models.spec import ModelSpec, Node, node_of


def add(spec: ModelSpec, kind: str, after: str | None = None) -> ModelSpec:
    """A new node of `kind`, with start values for its required arguments, behind the node called `after`.

    What read `after` now reads the new node. An `Input` is fed by nothing and read by nothing yet.

    Args:
        after: None: at the end.
    Raises:
        NetloomError: no such node, or no such kind.
    """
    entry = catalogue().layers.get(kind)
    if entry is None:
        reason = catalogue().excluded["layers"].get(kind) or did_you_mean(kind, catalogue().layers)
        raise NetloomError(f"{kind} is not a layer of the catalogue.", reason)
    node = Node(name=spec.fresh_name(kind), kind=kind, config=entry.start_config)
    place = len(spec.nodes) if after is None else index_of(spec, after) + 1
    return branched(spec, [node], place) if kind == "Input" else insert(spec, node, place)


def insert(spec: ModelSpec, node: Node, place: int) -> ModelSpec:
    """`node` at `place`, fed by the node before it; what read that one further down now reads `node`."""
    if place <= 0 or not spec.nodes:
        return with_nodes(spec, [node, *spec.nodes])
    return behind(spec, {spec.nodes[min(place, len(spec.nodes)) - 1].name: [node]})


def add_input(spec: ModelSpec, name: str) -> ModelSpec:
    """A new Input right above the node called `name`, which reads it alone. Raises: NetloomError."""
    place = index_of(spec, name)
    entry = catalogue().layers["Input"]
    new = Node(name=spec.fresh_name("Input"), kind="Input", config=entry.start_config)
    return connect(branched(spec, [new], place), name, None)


def share(spec: ModelSpec, name: str, after: str | None = None) -> ModelSpec:
    """The layer of the node called `name`, weights and all, applied once more behind the node called `after`.

    What read `after` further down now reads the new node. Where `after` comes before that layer, the new node stands
    right behind the layer and is a branch of its own: it reads `after`, and nothing reads it yet.

    Args:
        after: None: at the end.
    Raises:
        NetloomError: no such node, or one that has no layer.
    """
    place = index_of(spec, name)
    node = spec.nodes[place]
    if node.kind == "Input":
        raise NetloomError(f"{name} is an Input, which has no layer to share.", "Choose a node that computes.")
    new = Node(name=spec.fresh_name(node.kind), kind=node.kind, shares=node.shares or name)
    there = len(spec.nodes) - 1 if after is None else index_of(spec, after)
    if there >= place:
        return insert(spec, new, there + 1)
    return branched(spec, [new.replace(inputs=(spec.nodes[there].name,))], place + 1)


def unshare(spec: ModelSpec, name: str) -> ModelSpec:
    """The node called `name` with a layer of its own, made like the one it shared. Raises: NetloomError."""
    place = index_of(spec, name)
    node = spec.nodes[place]
    owner = next((other for other in spec.nodes if other.name == node.shares), node)
    return with_node(spec, place, node.replace(shares=None, config=node.config or owner.config))


def remove(spec: ModelSpec, name: str) -> ModelSpec:
    """The network without the node called `name`: `remove_all` of one. Raises: NetloomError."""
    return remove_all(spec, [name])


def move_above(spec: ModelSpec, name: str, above: str) -> ModelSpec:
    """The node called `name`, and whatever it is computed from, above the node called `above`.

    Each goes on reading what it read before. Raises: NetloomError.
    """
    place = index_of(spec, above)
    needed = ancestors(spec, index_of(spec, name)) | {name}
    moved = [index for index, node in enumerate(spec.nodes) if index > place and node.name in needed]
    # Those above `place` stay where they are, so that it is the place among the others, too.
    others = sorted({*range(len(spec.nodes))} - {*moved})
    return reordered(spec, [*others[:place], *moved, *others[place:]])


def rename(spec: ModelSpec, name: str, new_name: str) -> ModelSpec:
    """The node called `name` under another name, wherever it is named. Raises: NetloomError, SpecError."""
    place = index_of(spec, name)
    names = {name: new_name}
    try:
        nodes = [renamed(node, names) for node in spec.nodes]
        nodes[place] = nodes[place].replace(name=new_name)
        outputs = giving(spec.outputs, lambda source: at(names.get(node_of(source), node_of(source)), source))
        return spec.replace(nodes=tuple(nodes), outputs=outputs)
    except ValidationError as error:
        raise SpecError(
            f"{new_name!r} cannot be the name of a node.",
            "A name is used once, begins with a letter, and holds letters, digits, _ . and - (64 at most).",
        ) from error


def configure(spec: ModelSpec, name: str, config: Mapping[str, Any]) -> ModelSpec:
    """The layer of the node called `name` with `config` in place of its own; Keras's defaults are left out.

    Of a node that shares a layer, it is that layer.

    Raises:
        NetloomError: no such node. Wrong values are no error here: `models.checking.structure` finds them.
    """
    place = index_of(spec, name)
    node = spec.nodes[place]
    if node.shares and any(other.name == node.shares and not other.shares for other in spec.nodes):
        return configure(spec, node.shares, config)
    entry = catalogue().layers.get(node.kind)
    return with_node(spec, place, node.replace(config=said(entry.params if entry else (), config)))


def set_call(spec: ModelSpec, name: str, call: Mapping[str, Any]) -> ModelSpec:
    """The node called `name` with `call` in place of its call's arguments; Keras's defaults are left out.

    Raises:
        NetloomError: no such node.
    """
    place = index_of(spec, name)
    entry = catalogue().layers.get(spec.nodes[place].kind)
    return with_node(spec, place, spec.nodes[place].replace(call=said(entry.call_params if entry else (), call)))


def connect(spec: ModelSpec, name: str, inputs: Sequence[str] | None) -> ModelSpec:
    """The node called `name` fed by the nodes named in `inputs`; None: by the node before it. Raises: NetloomError."""
    place = index_of(spec, name)
    return with_node(spec, place, spec.nodes[place].replace(inputs=None if inputs is None else tuple(inputs)))


def activated(spec: ModelSpec, name: str, activation: str) -> ModelSpec:
    """The node called `name` with that activation; linear is left out where that is Keras's default."""
    node = spec.nodes[index_of(spec, name)]
    return configure(spec, node.name, activated_config(node, activation))


def activated_config(node: Node, activation: str) -> dict[str, Any]:
    """The config of `node` with that activation, as in `activated`."""
    param = catalogue().layers[node.kind].param("activation")
    config = {key: value for key, value in node.config.items() if key != "activation"}
    if param is not None and (activation != "linear" or param.default is not None):
        config["activation"] = activation
    return config


def said(params: Sequence[Param], given: Mapping[str, Any]) -> dict[str, Any]:
    """The arguments that differ from Keras's defaults."""
    by_name = {param.name: param for param in params}
    said = {}
    for key, value in given.items():
        param, value = by_name.get(key), _as_lists(value)
        if param is None or param.required or not _same(value, param.default):
            said[key] = value
    return said


def _as_lists(value: Any) -> Any:
    return [_as_lists(item) for item in value] if isinstance(value, list | tuple) else value


def _same(value: Any, default: Any) -> bool:
    # True == 1 in Python, and a wrong value must stay visible.
    return value == default and isinstance(value, bool) == isinstance(default, bool)
