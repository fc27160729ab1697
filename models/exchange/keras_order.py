"""The order in which a Functional network in Keras's configurations computes its calls. No keras."""

from collections import deque
from collections.abc import Mapping, Sequence
from typing import Any

from models.errors import NetloomError
from models.exchange.keras_calls import Call, Tensor
from models.exchange.keras_layers import NETWORKS, entry_of, found_in
from models.exchange.keras_values import tied_to
from models.spec import node_of, port_of


def ordered(
    outputs: Sequence[Tensor],
    layers: Mapping[str, Any],
    made: Mapping[str, tuple[Call, ...]],
    known: set[tuple[str, int]],
    where: str,
) -> list[tuple[str, int]]:
    """The calls that `outputs` need, each behind all that it reads, chains kept together.

    Raises:
        NetloomError: a tensor of a layer or a call that is not there; a cycle.
    """
    found: list[tuple[str, int]] = []
    done, open_ = set(known), set()
    waiting = deque(("enter", tensor[:2]) for tensor in outputs)
    while waiting:
        step, key = waiting.popleft()
        name, number = key
        if step == "leave":
            open_.discard(key)
            done.add(key)
            found.append(key)
            continue
        if key in done:
            continue
        if key in open_:
            raise NetloomError(f"{name} feeds itself, by way of others; a network runs one way.")
        layer = found_in(layers, name, where)
        if number not in range(len(made[name])):
            raise NetloomError(f"{name} is read where it is not called. Received: call {number}.")
        open_.add(key)
        needs = [counted(tensor, layers, False)[:2] for tensor in made[name][number].feeds]
        # A layer that another is tied to, and the first call of a shared one, must stand before it.
        needs += [(other, 0) for other in _tied(layer) if other in layers]
        needs += [(name, earlier) for earlier in range(number)]
        waiting.appendleft(("leave", key))
        waiting.extendleft(("enter", need) for need in reversed(needs) if need not in done)
    return found


def _tied(layer: Mapping[str, Any]) -> list[str]:
    entry, _ = entry_of(layer)
    config = layer.get("config")
    if entry is None or not isinstance(config, Mapping):
        return []
    return [tied_to(config.get(name)) for name in entry.ties]


def counted(tensor: Tensor, layers: Mapping[str, Any], is_output: bool) -> Tensor:
    """`tensor` with the call counted from 0.

    A Functional network has a call of its own before the first by others. In Keras 3 outputs count that one and
    inputs of layers do not; in Keras 2 both do. Where there is one call only, it is that one.
    """
    name, number, port = tensor
    layer = layers.get(name)
    if layer is None or layer.get("class_name") not in NETWORKS:
        return tensor
    count = len(layer.get("inbound_nodes") or ())
    functional = layer.get("class_name") != "Sequential"
    counts_own = functional if "module" in layer and is_output else "module" not in layer
    return name, max(number - 1, 0) if (counts_own and functional) or number >= count else number, port


def source_of(given: Mapping[tuple[str, int], list[str]], tensor: Tensor, where: str) -> str:
    """What a tensor is as a spec names it, among what the calls gave. Raises: NetloomError, naming `where`."""
    name, number, port = tensor
    sources = given.get((name, number))
    if sources is None:
        raise NetloomError(f"{where} reads {name}, which is not there.")
    if len(sources) > 1:  # a network inside this one, with several outputs
        if not 0 <= port < len(sources):
            raise NetloomError(f"{where} reads output {port} of {name}, which has {len(sources)}.")
        return sources[port]
    if port and not port_of(sources[0]):
        return f"{node_of(sources[0])}:{port}"
    return sources[0]
