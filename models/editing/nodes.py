"""Edits of a network, each a pure function ModelSpec -> ModelSpec that keeps the wiring right. No keras.

Whatever is edited, a node goes on reading what it read before, unless the edit is about just that: a new node takes the
place of the one it follows, a removed node's readers read what it read.
"""

from collections.abc import Callable, Mapping, Sequence
from typing import Any

from pydantic import ValidationError

from models.arguments import did_you_mean
from models.catalogue import catalogue
from models.errors import NetloomError, SpecError
from models.spec import ModelSpec, Node


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
    place = len(spec.nodes) if after is None else _index(spec, after) + 1
    if kind == "Input":
        return _with_nodes(spec, _inserted(_pinned(spec, place).nodes, place, node))
    return insert(spec, node, place)


def insert(spec: ModelSpec, node: Node, place: int) -> ModelSpec:
    """`node` at `place`, fed by the node before it; what read that one now reads `node`."""
    nodes = spec.nodes
    if place > 0:
        before = nodes[place - 1].name
        nodes = _mapped(nodes, lambda inputs: _replaced(inputs, before, (node.name,)))
    return _with_nodes(spec, _inserted(nodes, place, node))


def remove(spec: ModelSpec, name: str) -> ModelSpec:
    """The network without the node called `name`; what read it reads its (first) input. Raises: NetloomError."""
    place = _index(spec, name)
    source = spec.inputs_of(place)[:1]
    before = (spec.nodes[place - 1].name,) if place else ()
    # The next node reads "the node before it": that stays right only if this node read the one before it, too.
    pinned = spec if source == before else _pinned(spec, place + 1)
    nodes = _mapped(pinned.nodes, lambda inputs: _replaced(inputs, name, source))
    return _with_nodes(spec, [*nodes[:place], *nodes[place + 1 :]])


def move(spec: ModelSpec, name: str, to: int) -> ModelSpec:
    """The node called `name` at position `to` of the list; inputs that are named stay, the others follow the list.

    Args:
        to: position in the new list, cut to what there is.
    Raises:
        NetloomError: no such node.
    """
    nodes = list(spec.nodes)
    node = nodes.pop(_index(spec, name))
    nodes.insert(max(0, min(to, len(nodes))), node)
    return _with_nodes(spec, nodes)


def duplicate(spec: ModelSpec, name: str) -> ModelSpec:
    """A copy right behind the node called `name`, with a fresh name. Raises: NetloomError.

    A layer of one input is chained: the copy reads the original, and what read the original reads the copy. Any other
    copy reads what the original reads and is read by nothing yet.
    """
    place = _index(spec, name)
    node = spec.nodes[place]
    copy = node.replace(name=spec.fresh_name(node.kind))
    if len(spec.inputs_of(place)) == 1:
        return insert(spec, copy.replace(inputs=None), place + 1)
    return _with_nodes(spec, _inserted(_pinned(spec, place + 1).nodes, place + 1, copy))


def rename(spec: ModelSpec, name: str, new_name: str) -> ModelSpec:
    """The node called `name` under another name, also wherever it is an input. Raises: NetloomError, SpecError."""
    place = _index(spec, name)
    nodes = list(_mapped(spec.nodes, lambda inputs: _replaced(inputs, name, (new_name,))))
    try:
        nodes[place] = nodes[place].replace(name=new_name)
        return _with_nodes(spec, nodes)
    except ValidationError as error:
        raise SpecError(
            f"{new_name!r} cannot be the name of a node.",
            "A name is used once, begins with a letter, and holds letters, digits, _ . and - (64 at most).",
        ) from error


def configure(spec: ModelSpec, name: str, config: Mapping[str, Any]) -> ModelSpec:
    """The node called `name` with `config` in place of its own; values that are Keras's defaults are left out.

    Raises:
        NetloomError: no such node. Wrong values are no error here: `models.check` finds them.
    """
    place = _index(spec, name)
    node = spec.nodes[place]
    entry = catalogue().layers.get(node.kind)
    kept = {}
    for key, value in config.items():
        param = entry.param(key) if entry else None
        value = _as_lists(value)
        if param is None or param.required or not _same(value, param.default):
            kept[key] = value
    return _with_node(spec, place, node.replace(config=kept))


def connect(spec: ModelSpec, name: str, inputs: Sequence[str] | None) -> ModelSpec:
    """The node called `name` fed by the nodes named in `inputs`; None: by the node before it. Raises: NetloomError."""
    place = _index(spec, name)
    return _with_node(spec, place, spec.nodes[place].replace(inputs=None if inputs is None else tuple(inputs)))


def activated(spec: ModelSpec, name: str, activation: str) -> ModelSpec:
    """The node called `name` with that activation; linear is left out where that is Keras's default."""
    node = spec.nodes[_index(spec, name)]
    param = catalogue().layers[node.kind].param("activation")
    config = {key: value for key, value in node.config.items() if key != "activation"}
    if param is not None and (activation != "linear" or param.default is not None):
        config["activation"] = activation
    return configure(spec, node.name, config)


def _index(spec: ModelSpec, name: str) -> int:
    try:
        return spec.index_of(name)
    except KeyError:
        hint = did_you_mean(name, [node.name for node in spec.nodes])
        raise NetloomError(f"The network has no node named {name}.", hint) from None


def _with_nodes(spec: ModelSpec, nodes: Sequence[Node]) -> ModelSpec:
    return spec.replace(nodes=tuple(nodes))


def _with_node(spec: ModelSpec, place: int, node: Node) -> ModelSpec:
    return _with_nodes(spec, [*spec.nodes[:place], node, *spec.nodes[place + 1 :]])


def _inserted(nodes: Sequence[Node], place: int, node: Node) -> list[Node]:
    return [*nodes[:place], node, *nodes[place:]]


def _pinned(spec: ModelSpec, place: int) -> ModelSpec:
    """The same network with the inputs of node `place` spelled out, so that the list around it may change."""
    if place >= len(spec.nodes) or spec.nodes[place].inputs is not None or spec.nodes[place].kind == "Input":
        return spec
    return _with_node(spec, place, spec.nodes[place].replace(inputs=spec.inputs_of(place)))


def _mapped(nodes: Sequence[Node], change: Callable[[tuple[str, ...]], tuple[str, ...]]) -> tuple[Node, ...]:
    """`change` applied to the inputs of every node that names them."""
    return tuple(node if node.inputs is None else node.replace(inputs=change(node.inputs)) for node in nodes)


def _replaced(inputs: tuple[str, ...], old: str, new: tuple[str, ...]) -> tuple[str, ...]:
    return tuple(part for name in inputs for part in (new if name == old else (name,)))


def _as_lists(value: Any) -> Any:
    return [_as_lists(item) for item in value] if isinstance(value, list | tuple) else value


def _same(value: Any, default: Any) -> bool:
    # True == 1 in Python, and a wrong value must stay visible.
    return value == default and isinstance(value, bool) == isinstance(default, bool)
