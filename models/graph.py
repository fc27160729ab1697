"""Questions about the wiring of a network: who reads whom, which layers are hidden, where activations sit. No keras."""

from models.catalogue import catalogue
from models.spec import ModelSpec, Node


def readers(spec: ModelSpec) -> dict[str, tuple[str, ...]]:
    """For every node, the names of the nodes that it feeds, in list order."""
    found: dict[str, list[str]] = {node.name: [] for node in spec.nodes}
    for index, node in enumerate(spec.nodes):
        for name in dict.fromkeys(spec.feeds(index)):
            if name in found:
                found[name].append(node.name)
    return {name: tuple(names) for name, names in found.items()}


def hidden_layers(spec: ModelSpec) -> tuple[str, ...]:
    """Names of the Dense and convolution nodes that feed another one further on: all but the output layer(s)."""
    feeds = readers(spec)
    leads_on: dict[str, bool] = {}
    weighted = {node.name: _is_weighted(node) for node in spec.nodes}
    for node in reversed(spec.nodes):
        leads_on[node.name] = any(weighted[name] or leads_on.get(name, False) for name in feeds[node.name])
    return tuple(node.name for node in spec.nodes if weighted[node.name] and leads_on[node.name])


def activation_site(spec: ModelSpec, name: str) -> str:
    """Name of the node behind which the activated output of layer `name` is available.

    That is the layer itself where the activation is fused, else the activation layer that follows it directly or
    across normalizations and merges, else the layer itself. A normalization after it belongs to the site.
    """
    feeds = readers(spec)
    position = {node.name: index for index, node in enumerate(spec.nodes)}

    def only_reader(of: str) -> Node | None:
        # Only later nodes count: a draft may have a cycle, and this walk must end.
        forward = len(feeds[of]) == 1 and position[feeds[of][0]] > position[of]
        return spec.nodes[position[feeds[of][0]]] if forward else None

    site = name
    if spec.nodes[position[name]].config.get("activation") in (None, "linear"):
        ahead = only_reader(name)
        while ahead is not None and _group(ahead) in ("Normalization", "Merging"):
            ahead = only_reader(ahead.name)
        if ahead is not None and (ahead.kind == "Activation" or _group(ahead) == "Activation"):
            site = ahead.name
    while (ahead := only_reader(site)) is not None and _group(ahead) == "Normalization":
        site = ahead.name
    return site


def _is_weighted(node: Node) -> bool:
    return node.kind == "Dense" or _group(node) == "Convolution"


def _group(node: Node) -> str:
    entry = catalogue().layers.get(node.kind)
    return entry.group if entry else ""
