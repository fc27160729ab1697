"""One setting for the whole network: an activation, an initializer, a penalty, dropout, normalization. No keras.

What is hidden is told from all the outputs that are compared with something: `models.graph.hidden_nodes`.
"""

from collections.abc import Collection, Mapping
from typing import Any, Literal

from models.catalogue import Entry, catalogue
from models.editing.many import remove_all
from models.editing.nodes import activated_config, said
from models.editing.wiring import behind, places_of, with_nodes
from models.errors import NetloomError
from models.graph import (
    activation_sites,
    group_of,
    hidden_layers,
    hidden_nodes,
    is_activation,
    is_linear,
    is_weighted,
    readers,
)
from models.spec import ModelSpec, Node, fresh_names

_KERNELS = ("kernel", "depthwise", "pointwise")
_SOFTMAX = ("Softmax", "softmax")
_PASSING = ("Normalization", "Regularization", "Reshaping")


def with_activation(spec: ModelSpec, activation: str) -> ModelSpec:
    """That activation at each hidden Dense and convolution, never at the outputs.

    A fused one is replaced where it is, and so is a layer of its own. A linear layer with none behind it gets it fused,
    unless what it gives goes into a sum or another merge (a projection, the end of a residual branch). A softmax stays:
    it makes weights of scores.

    Args:
        activation: by Keras's name; `linear` takes fused ones away.
    """
    nodes, hidden = {node.name: node for node in spec.nodes}, hidden_nodes(spec)
    layers = [name for name in hidden if is_weighted(nodes[name])]
    sites, merged = activation_sites(spec, layers), _merged(spec, layers)
    chosen, bare = {*hidden}, {name for name in layers if sites[name] == name and name not in merged}

    def changed(node: Node) -> Node:
        if node.name not in chosen or node.kind in _SOFTMAX or node.config.get("activation") in _SOFTMAX:
            return node
        if is_activation(node):
            return node.replace(kind="Activation", config={} if node.shares else {"activation": activation})
        if is_weighted(node) and not node.shares and (not is_linear(node) or node.name in bare):
            return node.replace(config=activated_config(node, activation))
        return node

    return with_nodes(spec, [changed(node) for node in spec.nodes])


def with_initializer(spec: ModelSpec, initializer: str | Mapping[str, Any]) -> ModelSpec:
    """That initializer for the kernel of every layer, those inside of wrappers too; biases and embeddings keep theirs.

    Args:
        initializer: by Keras's name, or as `{"class_name": ..., "config": {...}}`.
    """
    return _set_everywhere(spec, {f"{kernel}_initializer": initializer for kernel in _KERNELS})


def with_regularizer(spec: ModelSpec, kind: Literal["l1", "l2", "l1_l2", "none"], strength: float = 0.01) -> ModelSpec:
    """A penalty on the kernel of every layer (a recurrent one's both), added to the loss; biases have none.

    l1 adds `strength * sum(|w|)`, l2 `strength * sum(w**2)`, l1_l2 both; none, or a strength of 0, takes it away.

    Raises:
        NetloomError: no such kind, or a negative strength.
    """
    if kind not in ("l1", "l2", "l1_l2", "none") or strength < 0:
        raise NetloomError(
            f"A penalty is l1, l2, l1_l2 or none, of a strength from 0. Received: {kind}, {strength:g}.",
            "Choose one of these.",
        )
    config = {part: strength for part in kind.split("_")}
    penalty = {"class_name": kind.upper().replace("_", ""), "config": config} if kind != "none" and strength else None
    return _set_everywhere(spec, {f"{kernel}_regularizer": penalty for kernel in (*_KERNELS, "recurrent")})


def with_trainable(spec: ModelSpec, names: Collection[str], trainable: bool) -> ModelSpec:
    """The layers of those nodes trained, or left as they are; nodes without weights stay as they are.

    Raises:
        NetloomError: no such node.
    """
    places = places_of(spec, names)
    chosen = {spec.nodes[place].shares or name for name, place in places.items()}

    def changed(node: Node) -> Node:
        entry = catalogue().layers.get(node.kind)
        if node.name not in chosen or entry is None or not entry.param("trainable"):
            return node
        return node.replace(config=said(entry.params, {**node.config, "trainable": trainable}))

    return with_nodes(spec, [changed(node) for node in spec.nodes])


def with_dropout(spec: ModelSpec, rate: float | None) -> ModelSpec:
    """Dropout after the activation of each hidden Dense and convolution, never after the last one.

    It goes behind the activation wherever that is: fused, or a layer of its own after a normalization or a sum. Every
    Dropout that is already there gets the rate, wherever it stands. Srivastava et al., 2014.

    Args:
        rate: share of the values set to zero at each training step, from 0 to 1; 0 or None takes every Dropout away.
    """
    if not rate:
        return remove_all(spec, [node.name for node in spec.nodes if "Dropout" in node.kind])
    feeds, nodes = readers(spec), {node.name: node for node in spec.nodes}
    names = fresh_names("dropout", nodes)
    chains: dict[str, list[Node]] = {}
    for node in spec.nodes:
        if "Dropout" in node.kind and not node.shares:
            nodes[node.name] = node.replace(config={**node.config, "rate": rate})
    for site in dict.fromkeys(activation_sites(spec, hidden_layers(spec)).values()):
        if not any("Dropout" in nodes[name].kind for name in feeds[site]):
            chains[site] = [Node(name=next(names), kind="Dropout", config={"rate": rate}, block=nodes[site].block)]
    return behind(with_nodes(spec, list(nodes.values())), chains)


def with_batch_norm(spec: ModelSpec, wanted: bool = True) -> ModelSpec:
    """Batch normalization before the activation of each hidden Dense and convolution, never at the last one.

    A fused activation is split off: Dense(relu) becomes Dense, BatchNormalization, Activation(relu). Layers that a
    BatchNormalization follows already stay as they are. Ioffe and Szegedy, 2015.

    The moving statistics get a momentum of 0.9, the share of the old in each update, where Keras's default is 0.99:
    with that one they trail hundreds of updates behind the weights, and on small data a network that has learned looks
    in its validation as if it had not.

    Args:
        wanted: False takes every BatchNormalization away; a layer that went without a bias for its sake gets one.
    """
    if not wanted:
        return _without_batch_norm(spec)
    feeds, nodes = readers(spec), {node.name: node for node in spec.nodes}
    names, activations = fresh_names("batch_normalization", nodes), fresh_names("activation", nodes)
    chains: dict[str, list[Node]] = {}
    for name in hidden_layers(spec):
        if any(nodes[reader].kind == "BatchNormalization" for reader in feeds[name]):
            continue
        node = nodes[name]
        layer = nodes.get(node.shares or "", node)
        followed: list[tuple[str, str, Any]] = [(next(names), "BatchNormalization", {"momentum": 0.9})]
        if not is_linear(layer):
            followed.append((next(activations), "Activation", {"activation": layer.config["activation"]}))
        chains[name] = [Node(name=new, kind=kind, config=config, block=node.block) for new, kind, config in followed]
    for name in chains:
        if not nodes[name].shares:
            nodes[name] = nodes[name].replace(config=activated_config(nodes[name], "linear"))
    return behind(with_nodes(spec, list(nodes.values())), chains)


def _without_batch_norm(spec: ModelSpec) -> ModelSpec:
    gone = [place for place, node in enumerate(spec.nodes) if node.kind == "BatchNormalization"]
    normalized = {name for place in gone for name in spec.feeds(place)[:1]}
    nodes = [
        node.replace(config={key: value for key, value in node.config.items() if key != "use_bias"})
        if node.name in normalized and node.config.get("use_bias") is False
        else node
        for node in spec.nodes
    ]
    return remove_all(with_nodes(spec, nodes), [spec.nodes[place].name for place in gone])


def _merged(spec: ModelSpec, names: Collection[str]) -> set[str]:
    """Which of those give into a merge before another layer computes with what they give."""
    feeds, nodes = readers(spec), {node.name: node for node in spec.nodes}
    found = set()
    for start in names:
        name, seen = start, set()
        while len(feeds[name]) == 1 and name not in seen and group_of(nodes[feeds[name][0]]) in _PASSING:
            seen.add(name)
            name = feeds[name][0]
        if any(group_of(nodes[reader]) == "Merging" for reader in feeds[name]):
            found.add(start)
    return found


def _set_everywhere(spec: ModelSpec, wanted: Mapping[str, Any]) -> ModelSpec:
    """Those arguments at every layer that has them, inside of wrappers too."""
    layers = catalogue().layers
    return with_nodes(
        spec,
        [
            node if node.shares or entry is None else _configured(node, _set(entry, node.config, wanted))
            for node in spec.nodes
            for entry in [layers.get(node.kind)]
        ],
    )


def _configured(node: Node, config: dict[str, Any]) -> Node:
    return node if config == node.config else node.replace(config=config)


def _set(entry: Entry, config: Mapping[str, Any], wanted: Mapping[str, Any]) -> dict[str, Any]:
    own = {param.name: wanted[param.name] for param in entry.params if param.name in wanted}
    changed = said(entry.params, {**config, **own})
    for param in entry.params:
        inner: Any = changed.get(param.name)
        below = catalogue().layers.get(str(inner.get("class_name"))) if isinstance(inner, dict) else None
        if param.type == "layer" and below is not None:
            changed[param.name] = {**inner, "config": _set(below, inner.get("config") or {}, wanted)}
    return changed
