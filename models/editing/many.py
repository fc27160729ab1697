"""Edits of many nodes at once, pure functions ModelSpec -> ModelSpec that keep the wiring right. No keras."""

import re
from collections.abc import Collection, Mapping, Sequence
from itertools import count
from typing import Literal

from models.editing.wiring import behind, branched, giving, pinned, places_of, reading, referring, renamed, with_nodes
from models.spec import ModelSpec, Node, node_of


def remove_all(spec: ModelSpec, names: Collection[str]) -> ModelSpec:
    """The network without those nodes; what read one of them reads its (first) input.

    The same holds for outputs; one that would be an Input, which computes nothing, goes.
    The first node that shared a removed layer has it from now on. A config that meant a removed layer means that one,
    or loses the argument.

    Raises:
        NetloomError: no such node.
    """
    gone = {name: spec.inputs_of(place) for name, place in places_of(spec, names).items()}

    def left(source: str) -> str | None:
        seen: set[str] = set()
        while (name := node_of(source)) in gone:
            if name in seen or not gone[name]:
                return None
            seen.add(name)
            source = gone[name][0]
        return source

    heirs = _heirs(spec, gone)
    removed = {node.name: node for node in spec.nodes if node.name in gone}
    nodes: list[Node] = []
    for place, node in enumerate(spec.nodes):
        if node.name in gone:
            continue
        if node.inputs is None and node.kind != "Input" and place:
            # It reads the node before it: that stays right only if the removed ones read the one before them, too.
            source = left(spec.nodes[place - 1].name)
            if source != (nodes[-1].name if nodes else None):
                node = node.replace(inputs=(source,) if source else ())
        elif node.inputs is not None:
            node = reading(node, left)
        nodes.append(_inherited(node, heirs, removed))
    inputs = {node.name for node in nodes if node.kind == "Input"}

    def still_given(source: str) -> str | None:
        other = left(source)
        return None if other != source and other in inputs else other

    return spec.replace(nodes=tuple(nodes), outputs=giving(spec.outputs, still_given))


def move_all(spec: ModelSpec, names: Collection[str], to: int | Literal["up", "down"]) -> ModelSpec:
    """Those nodes elsewhere in the list; inputs that are named stay, the others follow the list.

    A node that comes to stand between two of one block belongs to it; one that leaves its block behind leaves it.

    Args:
        to: position of the first of them in the new list, the others behind it, cut to what there is; or one row up or
            down each, as far as there is room.
    Raises:
        NetloomError: no such node.
    """
    chosen = places_of(spec, names)
    if to == "up":
        nodes = _stepped(spec.nodes, chosen)
    elif to == "down":
        nodes = _stepped(spec.nodes[::-1], chosen)[::-1]
    else:
        nodes = [node for node in spec.nodes if node.name not in chosen]
        place = max(0, min(to, len(nodes)))
        nodes[place:place] = [node for node in spec.nodes if node.name in chosen]
    return with_nodes(spec, _settled(nodes, chosen))


def duplicate_all(spec: ModelSpec, names: Collection[str]) -> ModelSpec:
    """Copies of those nodes, wired among each other as the originals are, right behind the last of them.

    Where the first of them reads one node, and only the last is read from outside, the copies are chained: they read
    the last one wherever the originals read that node, and what read the last one further down reads its copy. Else
    they read what the originals read, and nothing reads them yet. A copy of a node that shares a layer shares it too.
    Copies of a whole block are a block.

    Raises:
        NetloomError: no such node.
    """
    chosen = places_of(spec, names)
    if not chosen:
        return spec
    called = _called(chosen, {node.name for node in spec.nodes})
    outside = [place for place, node in enumerate(spec.nodes) if node.name not in chosen]
    read = {name for place in outside for name in spec.feeds(place)} | {node_of(output.node) for output in spec.outputs}
    first, *_, last = [*chosen, *chosen]
    sources = {source for source in spec.inputs_of(chosen[first]) if node_of(source) not in chosen}
    chained = len(sources) == 1 and read & chosen.keys() <= {last}
    blocks = _copied_blocks(spec, chosen)
    copies = []
    before = last
    for name, place in chosen.items():
        copy = renamed(pinned(spec, place), called)
        if chained:
            copy = reading(copy, lambda source: last if source in sources else source)
        inputs = None if copy.inputs == (before,) else copy.inputs
        copies.append(copy.replace(name=called[name], inputs=inputs, block=blocks.get(copy.block or "", copy.block)))
        before = copies[-1].name
    return behind(spec, {last: copies}) if chained else branched(spec, copies, chosen[last] + 1)


def _heirs(spec: ModelSpec, gone: Collection[str]) -> dict[str, str | None]:
    """For each removed node, the node that has its layer from now on: the first that shared it, or None."""
    heirs: dict[str, str | None] = dict.fromkeys(gone)
    for node in spec.nodes:
        if node.shares and node.shares in gone and node.name not in gone and heirs[node.shares] is None:
            heirs[node.shares] = node.name
    # What meant a removed node that shared a layer means that layer.
    owners = {node.name: node.shares for node in spec.nodes if node.name in gone and node.shares}
    return {name: heir or heirs.get(owners.get(name, ""), owners.get(name)) for name, heir in heirs.items()}


def _inherited(node: Node, heirs: Mapping[str, str | None], removed: Mapping[str, Node]) -> Node:
    """The node with the layers of removed ones where they are now."""
    owner = removed.get(node.shares or "")
    if owner is not None and heirs[owner.name] == node.name:
        node = node.replace(shares=owner.shares, config=node.config if owner.shares else owner.config)
    elif owner is not None:
        node = node.replace(shares=heirs[owner.name])
    return referring(node, heirs)


def _stepped(nodes: Sequence[Node], chosen: Collection[str]) -> list[Node]:
    """The chosen ones one step towards the front; those at the front stay."""
    stepped = list(nodes)
    for place in range(1, len(stepped)):
        if stepped[place].name in chosen and stepped[place - 1].name not in chosen:
            stepped[place - 1 : place + 1] = stepped[place], stepped[place - 1]
    return stepped


def _settled(nodes: Sequence[Node], moved: Collection[str]) -> list[Node]:
    """The moved rows in the blocks that they now stand in."""
    settled = list(nodes)
    stayed = {node.block for node in nodes if node.name not in moved}
    start = 0
    while start < len(nodes):
        if nodes[start].name not in moved:
            start += 1
            continue
        end = next((place for place in range(start, len(nodes)) if nodes[place].name not in moved), len(nodes))
        before = nodes[start - 1].block if start else None
        behind_it = nodes[end].block if end < len(nodes) else None
        for place in range(start, end):
            block = nodes[place].block
            if before is not None and before == behind_it:
                block = before
            elif block in stayed and block not in (before, behind_it):
                block = None
            settled[place] = nodes[place] if block == nodes[place].block else nodes[place].replace(block=block)
        start = end
    return settled


def _called(names: Collection[str], taken: Collection[str]) -> dict[str, str]:
    """Names for copies: that of the original with the next number that is free."""
    called: dict[str, str] = {}
    numbers: dict[str, int] = {}
    for name in names:
        # Cut, so that it stays a name.
        stem = re.sub(r"_\d{1,9}$", "", name)[:54]
        start = max(numbers.get(stem, 0), int(name[len(stem) + 1 :]) if name[len(stem) + 1 :].isdecimal() else 0) + 1
        numbers[stem] = next(number for number in count(start) if f"{stem}_{number}" not in taken)
        called[name] = f"{stem}_{numbers[stem]}"
    return called


def _copied_blocks(spec: ModelSpec, chosen: Collection[str]) -> dict[str, str]:
    """The names of the blocks that are copied as a whole, and those of their copies."""
    parts = {node.block for node in spec.nodes if node.name not in chosen}
    blocks = dict.fromkeys(node.block for node in spec.nodes if node.block)
    return _called([block for block in blocks if block not in parts], blocks)
