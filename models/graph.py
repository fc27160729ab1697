"""Questions about the wiring of a network: who reads whom, which layers are hidden, where activations sit. No keras."""

from collections.abc import Iterable, Mapping
from functools import cache
from typing import Any

from models.catalogue import catalogue
from models.spec import ModelSpec, Node, node_of

_STATES = {"SimpleRNN": 1, "GRU": 1, "LSTM": 2, "ConvLSTM1D": 2, "ConvLSTM2D": 2, "ConvLSTM3D": 2}
"""How many states a recurrent layer gives out, where it is asked to."""


def readers(spec: ModelSpec) -> dict[str, tuple[str, ...]]:
    """For every node, the names of the nodes that it feeds, in list order."""
    found: dict[str, list[str]] = {node.name: [] for node in spec.nodes}
    for index, node in enumerate(spec.nodes):
        for name in dict.fromkeys(spec.feeds(index)):
            if name in found:
                found[name].append(node.name)
    return {name: tuple(names) for name, names in found.items()}


def references(node: Node) -> dict[str, str]:
    """Nodes whose layers the config of `node` means (tied weights): their names by argument."""
    return {key: name for key in _ties(node.kind) if isinstance(name := node.config.get(key), str)}


def num_outputs(node: Node, config: Mapping[str, Any]) -> int | None:
    """How many tensors `node` gives, its layer having that config (of the node that it shares, where it does).

    None: the catalogue does not tell, as for a layer of a kind that is not there.
    """
    entry = catalogue().layers.get(node.kind)
    if entry is None:
        return None
    if node.call.get("return_attention_scores"):
        return 2
    if node.kind == "Bidirectional":
        inner = config.get("layer")
        states = _states(inner.get("class_name"), inner.get("config")) if isinstance(inner, dict) else None
        return None if states is None else 1 + 2 * states
    states = _states(node.kind, config)
    return None if states is None else entry.outputs + states


def hidden_nodes(spec: ModelSpec) -> tuple[str, ...]:
    """Names of the nodes that feed a Dense or convolution further on, and whose values no trained output is made of.

    A trained output is one that is compared with something; it is made of a node where only layers of one input that
    have no weights of that kind lie in between (a Flatten, an activation). Where a layer is applied several times, it
    is hidden in all places or in none.
    """
    feeds = readers(spec)
    trained = {node_of(output.node) for output in spec.given if output.target != "none"}
    weighted = {node.name: is_weighted(node) for node in spec.nodes}
    alone = {node.name: len(spec.inputs_of(index)) == 1 for index, node in enumerate(spec.nodes)}
    leads_on: dict[str, bool] = {}
    given: dict[str, bool] = {}
    for node in reversed(spec.nodes):
        ahead = feeds[node.name]
        leads_on[node.name] = any(weighted[name] or leads_on.get(name, False) for name in ahead)
        passed = any(alone[name] and not weighted[name] and given.get(name, False) for name in ahead)
        given[node.name] = node.name in trained or passed
    seen = {node.shares or node.name for node in spec.nodes if given[node.name] or not leads_on[node.name]}
    return tuple(node.name for node in spec.nodes if (node.shares or node.name) not in seen)


def hidden_layers(spec: ModelSpec) -> tuple[str, ...]:
    """Names of the Dense and convolution nodes that feed another one further on: all but the output layer(s)."""
    weighted = {node.name for node in spec.nodes if is_weighted(node)}
    return tuple(name for name in hidden_nodes(spec) if name in weighted)


def activation_sites(spec: ModelSpec, names: Iterable[str]) -> dict[str, str]:
    """For each layer of `names`, the node behind which its activated output is available.

    That is the layer itself where the activation is fused, else the activation layer that follows it directly or
    across normalizations and merges, else the layer itself. A normalization after it belongs to the site.
    """
    feeds = readers(spec)
    position = {node.name: index for index, node in enumerate(spec.nodes)}

    def only_reader(of: str) -> Node | None:
        # Only later nodes count: a draft may have a cycle, and this walk must end.
        forward = len(feeds[of]) == 1 and position[feeds[of][0]] > position[of]
        return spec.nodes[position[feeds[of][0]]] if forward else None

    def site_of(name: str) -> str:
        site = name
        if is_linear(layer_node(spec, position, name)):
            ahead = only_reader(name)
            while ahead is not None and group_of(ahead) in ("Normalization", "Merging"):
                ahead = only_reader(ahead.name)
            if ahead is not None and is_activation(ahead):
                site = ahead.name
        while (ahead := only_reader(site)) is not None and group_of(ahead) == "Normalization":
            site = ahead.name
        return site

    return {name: site_of(name) for name in names}


def layer_node(spec: ModelSpec, position: Mapping[str, int], name: str) -> Node:
    """The node that has the layer of node `name`: itself, or the one that it shares. `position`: by name."""
    node = spec.nodes[position[name]]
    owner = position.get(node.shares) if node.shares else None
    return node if owner is None else spec.nodes[owner]


def is_weighted(node: Node) -> bool:
    """A Dense or a convolution: what the words "hidden layer" mean."""
    return node.kind == "Dense" or group_of(node) == "Convolution"


def is_linear(node: Node) -> bool:
    """Whether no activation is fused into it."""
    return node.config.get("activation") in (None, "linear")


def is_activation(node: Node) -> bool:
    """An activation that is a layer of its own."""
    return node.kind == "Activation" or group_of(node) == "Activation"


def group_of(node: Node) -> str:
    """The heading of the catalogue that its kind is under; empty for an unknown one."""
    entry = catalogue().layers.get(node.kind)
    return entry.group if entry else ""


def ancestors(spec: ModelSpec, index: int) -> set[str]:
    """Names of all nodes that node `index` is computed from, however the list is ordered."""
    position = {node.name: place for place, node in enumerate(spec.nodes)}
    seen: set[str] = set()
    waiting = list(spec.feeds(index))
    while waiting:
        name = waiting.pop()
        if name not in seen and name in position:
            seen.add(name)
            waiting += spec.feeds(position[name])
    return seen


def loops(spec: ModelSpec) -> dict[str, int]:
    """For every node the number of the loop that it is in: nodes of one number feed each other. Tarjan, 1972."""
    position = {node.name: index for index, node in enumerate(spec.nodes)}
    feeds = [[position[name] for name in spec.feeds(index) if name in position] for index in range(len(spec.nodes))]
    order: dict[int, int] = {}
    low: dict[int, int] = {}
    loop: dict[int, int] = {}
    path: list[int] = []
    for start in range(len(spec.nodes)):
        # By hand instead of recursion: a chain may be longer than Python's stack.
        waiting = [(start, iter(feeds[start]))] if start not in order else []
        while waiting:
            index, ahead = waiting[-1]
            if index not in order:
                order[index] = low[index] = len(order)
                path.append(index)
            for other in ahead:
                if other not in order:
                    waiting.append((other, iter(feeds[other])))
                    break
                if other not in loop:
                    low[index] = min(low[index], low[other])
            else:
                waiting.pop()
                if waiting and index not in loop:
                    low[waiting[-1][0]] = min(low[waiting[-1][0]], low[index])
                if low[index] == order[index]:
                    while True:
                        member = path.pop()
                        loop[member] = index
                        if member == index:
                            break
    return {node.name: loop[index] for index, node in enumerate(spec.nodes)}


@cache
def _ties(kind: str) -> tuple[str, ...]:
    entry = catalogue().layers.get(kind)
    return entry.ties if entry else ()


def _states(kind: Any, config: Any) -> int | None:
    if not isinstance(config, Mapping) or not config.get("return_state"):
        return 0
    return _STATES.get(kind)
