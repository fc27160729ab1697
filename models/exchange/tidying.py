"""The last strokes on a network that was read: what leads nowhere is left out, what a list says unsaid. No keras."""

from collections.abc import Sequence

from models.exchange.notes import Notes
from models.graph import references
from models.spec import Node, node_of


def tidied(nodes: Sequence[Node], outputs: Sequence[str], notes: Notes) -> tuple[Node, ...]:
    """The nodes that the outputs need, and the Inputs; an input that is the node before is left to the list.

    A network that is called as a layer computes all its outputs, also those that nothing reads.

    Args:
        nodes: in order, all of their inputs named.
        outputs: what the network gives, as names of nodes with `:k`.
        notes: get the layers that are left out.
    """
    kept = _needed(nodes, outputs)
    owners: dict[str, str] = {}
    found: list[Node] = []
    by_name = {node.name: node for node in nodes}
    for node in nodes:
        if node.name not in kept:
            if not any(other.shares == node.name and other.name in kept for other in nodes):
                notes.add("it leads nowhere and is left out.", node.name)
            continue
        if node.shares and node.shares not in kept:
            # The first one that stays takes the layer over from one that does not.
            owner = owners.setdefault(node.shares, node.name)
            mine = owner == node.name
            node = node.replace(
                shares=None if mine else owner, config=by_name[node.shares].config if mine else node.config
            )
        before = (found[-1].name,) if found else None
        found.append(node.replace(inputs=None) if node.kind == "Input" or node.inputs == before else node)
    return tuple(found)


def _needed(nodes: Sequence[Node], outputs: Sequence[str]) -> set[str]:
    needed = {node_of(source) for source in outputs}
    for node in reversed(nodes):
        if node.name in needed:
            needed |= {node_of(source) for source in node.inputs or ()} | set(references(node).values())
    return needed | {node.name for node in nodes if node.kind == "Input"}
