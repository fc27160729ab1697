"""The calls of layers in Keras's configurations: which tensors each one reads, and with what arguments. No keras."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from typing import Any

from models.errors import NetloomError

Tensor = tuple[str, int, int]
"""Name of a layer, which of its calls (from 0), which of that call's outputs."""

_TENSOR = "__keras_tensor__"
# The order in which tensors that are given by name would have been given without.
_ORDER = ("inputs", "sequences", "input", "x", "query", "value", "key", "initial_state")


@dataclass(frozen=True, slots=True)
class Call:
    """One call of a layer.

    Attributes:
        feeds: what it reads, in order.
        arguments: those of its keywords that are no tensors, and constants that stand among the tensors as `"0"`,
            `"1"`, ...: their places.
        rank: number of axes of the first tensor, with the batch; None: not said.
    """

    feeds: tuple[Tensor, ...]
    arguments: Mapping[str, Any] = field(default_factory=dict)
    rank: int | None = None


def calls(layer: Mapping[str, Any], name: str) -> tuple[Call, ...]:
    """The calls of a layer of a Functional network, from its `inbound_nodes`.

    Raises:
        NetloomError: a call takes a tensor in a way that rows cannot say.
    """
    found = []
    for node in layer.get("inbound_nodes") or ():
        if isinstance(node, Mapping):
            found.append(_call(node, name))
        elif isinstance(node, list):
            found.append(_old_call(node, name))
        else:
            raise NetloomError(f"{name}: what feeds it is not said in Keras's way. Received: {node!r:.60}.")
    return tuple(found)


def triples(structure: Any, name: str) -> list[Tensor]:
    """The tensors in `input_layers` or `output_layers`: one, a list, or a dict of them, in Keras's order."""
    if isinstance(structure, list) and len(structure) == 3 and isinstance(structure[0], str):
        if not all(isinstance(number, int) for number in structure[1:]):
            raise NetloomError(f"{name} names a tensor as {structure!r:.60}; [layer, call, output] was expected.")
        return [(structure[0], structure[1], structure[2])]
    if isinstance(structure, Mapping):
        structure = [structure[key] for key in sorted(structure)]
    if not isinstance(structure, list):
        raise NetloomError(f"{name} names a tensor as {structure!r:.60}; [layer, call, output] was expected.")
    return [tensor for item in structure for tensor in triples(item, name)]


def _call(node: Mapping[str, Any], name: str) -> Call:
    """Keras 3: `{"args": [...], "kwargs": {...}}`, tensors marked as such wherever they stand."""
    args, kwargs = node.get("args") or [], node.get("kwargs") or {}
    if not isinstance(kwargs, Mapping):
        raise NetloomError(f"{name}: the arguments of its call are not said in Keras's way.")
    leaves = list(_leaves(args))
    feeds = [leaf for leaf in leaves if _is_tensor(leaf)]
    arguments = {str(place): leaf for place, leaf in enumerate(leaves) if not _is_tensor(leaf) and leaf is not None}
    for key in sorted(kwargs, key=lambda key: _ORDER.index(key) if key in _ORDER else len(_ORDER)):
        inside = [leaf for leaf in _leaves(kwargs[key]) if _is_tensor(leaf)]
        if inside and key not in _ORDER:
            raise NetloomError(f"{name}: its call takes a tensor as {key}, which rows cannot say.")
        feeds += inside
        if not inside:
            arguments[key] = kwargs[key]
    shape = feeds[0]["config"].get("shape") if feeds else None
    rank = len(shape) if isinstance(shape, list) else None
    return Call(tuple(_history(feed, name) for feed in feeds), arguments, rank)


def _old_call(node: list[Any], name: str) -> Call:
    """Keras 2: `[[layer, call, output, kwargs], ...]`, or one of those."""
    rows = [node] if node and isinstance(node[0], str) else node
    feeds: list[Tensor] = []
    arguments: dict[str, Any] = {}
    for row in rows:
        feeds += triples(row[:3] if isinstance(row, list) else row, name)
        more = row[3] if len(row) > 3 and isinstance(row[3], Mapping) else {}
        for key, value in more.items():
            if isinstance(value, list) and len(value) >= 3 and isinstance(value[0], str):
                if key not in _ORDER:
                    raise NetloomError(f"{name}: its call takes a tensor as {key}, which rows cannot say.")
                feeds += triples(value[:3], name)
            elif isinstance(value, list) and value and all(isinstance(item, list) for item in value):
                feeds += [tensor for item in value for tensor in triples(item[:3], name)]
            else:
                arguments[key] = value
    return Call(tuple(feeds), arguments)


def _leaves(value: Any) -> Iterator[Any]:
    if isinstance(value, list):
        for item in value:
            yield from _leaves(item)
    elif isinstance(value, Mapping) and value.get("class_name") == "__tuple__":
        yield from _leaves(value.get("items") or [])
    elif isinstance(value, Mapping) and "class_name" not in value:
        for key in sorted(value):
            yield from _leaves(value[key])
    else:
        yield value


def _is_tensor(value: Any) -> bool:
    return isinstance(value, Mapping) and value.get("class_name") == _TENSOR and isinstance(value.get("config"), dict)


def _history(value: Mapping[str, Any], name: str) -> Tensor:
    return triples(value["config"].get("keras_history"), name)[0]
