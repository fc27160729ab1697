"""What edits of nodes share: names in every place where a node is named, and rows put into and taken from the list.

A node is named in inputs and outputs (there with `:k` behind it), where a layer is shared, and in configs that mean
another node's layer. No keras.
"""

from collections.abc import Callable, Iterable, Mapping, Sequence

from models.errors import NetloomError, did_you_mean
from models.graph import references
from models.spec import ModelSpec, Node, Output, node_of, plain

Change = Callable[[str], str | None]
"""What is read instead of a source (`name` or `name:k`); None: nothing."""


def index_of(spec: ModelSpec, name: str) -> int:
    """Position of the node called `name`. Raises: NetloomError, with the nearest name."""
    try:
        return spec.index_of(name)
    except KeyError:
        hint = did_you_mean(name, [node.name for node in spec.nodes])
        raise NetloomError(f"The network has no node named {name}.", hint) from None


def places_of(spec: ModelSpec, names: Iterable[str]) -> dict[str, int]:
    """Positions of those nodes, in list order. Raises: NetloomError, as `index_of`."""
    chosen = set(names)
    places = {node.name: place for place, node in enumerate(spec.nodes) if node.name in chosen}
    for name in chosen - places.keys():
        index_of(spec, name)
    return places


def with_nodes(spec: ModelSpec, nodes: Sequence[Node]) -> ModelSpec:
    """The network with other nodes."""
    return spec.replace(nodes=tuple(nodes))


def with_node(spec: ModelSpec, place: int, node: Node) -> ModelSpec:
    """The network with another node at `place`."""
    return with_nodes(spec, [*spec.nodes[:place], node, *spec.nodes[place + 1 :]])


def behind(spec: ModelSpec, chains: Mapping[str, Sequence[Node]]) -> ModelSpec:
    """Rows put in behind nodes: the first of a chain reads the node it stands behind, the others the one before them.

    What read the first output of that node further down, outputs included, now reads the end of its chain.
    """
    ends = {name: chain[-1].name for name, chain in chains.items() if chain}
    passed: set[str] = set()
    nodes: list[Node] = []
    for index, node in enumerate(spec.nodes):
        # A row that reads the one before it reads the end of that one's chain without being told.
        nodes.append(reading(node, lambda source: ends[plain(source)] if plain(source) in passed else source))
        if node.name in ends:
            passed.add(node.name)
            nodes += _inside(spec, chains[node.name], index + 1)
    outputs = giving(spec.outputs, lambda source: ends.get(plain(source), source))
    return spec.replace(nodes=tuple(nodes), outputs=outputs)


def branched(spec: ModelSpec, nodes: Sequence[Node], place: int) -> ModelSpec:
    """Rows put in at `place`, all others reading what they read before."""
    rest = list(spec.nodes[place:])
    if rest:
        rest[0] = pinned(spec, place)
    return with_nodes(spec, [*spec.nodes[:place], *_inside(spec, nodes, place), *rest])


def reordered(spec: ModelSpec, order: Sequence[int]) -> ModelSpec:
    """The nodes in another order, by their places, each reading what it read before."""
    nodes: list[Node] = []
    for place in order:
        node = pinned(spec, place)
        unsaid = spec.nodes[place].inputs is None and nodes and node.inputs == (nodes[-1].name,)
        nodes.append(spec.nodes[place] if unsaid else node)
    return with_nodes(spec, nodes)


def _inside(spec: ModelSpec, nodes: Iterable[Node], place: int) -> list[Node]:
    """Rows put in at `place`, in the block that they stand in there, if they have none."""
    around = {node.block for node in spec.nodes[max(place - 1, 0) : place + 1]}
    block = around.pop() if len(around) == 1 and 0 < place < len(spec.nodes) else None
    return [node.replace(block=block) if block and not node.block else node for node in nodes]


def pinned(spec: ModelSpec, place: int) -> Node:
    """Node `place` with its inputs spelled out, so that the list around it may change."""
    node = spec.nodes[place]
    return node if node.inputs is not None or node.kind == "Input" else node.replace(inputs=spec.inputs_of(place))


def reading(node: Node, change: Change) -> Node:
    """The node with each input that it names changed."""
    if node.inputs is None:
        return node
    inputs = tuple(source for named in node.inputs if (source := change(named)) is not None)
    return node if inputs == node.inputs else node.replace(inputs=inputs)


def giving(outputs: Iterable[Output], change: Change) -> tuple[Output, ...]:
    """The outputs with their nodes changed; one that names nothing, or what an earlier one gives, is left out."""
    found: dict[str, Output] = {}
    before = {output.node for output in outputs}
    for output in outputs:
        source = change(output.node)
        # One that moved to a node that is an output anyway gives way to that one.
        if source is not None and (source == output.node or source not in before):
            found.setdefault(source, output if source == output.node else output.replace(node=source))
    return tuple(found.values())


def renamed(node: Node, names: Mapping[str, str]) -> Node:
    """The node with other names in all the places where it names one."""
    if node.shares and node.shares in names:
        node = node.replace(shares=names[node.shares])
    return reading(referring(node, names), lambda source: at(names.get(node_of(source), node_of(source)), source))


def at(name: str, source: str) -> str:
    """The same output of another node.

    >>> at("a", "pool:1"), at("a", "pool")
    ('a:1', 'a')
    """
    return f"{name}{source[len(node_of(source)) :]}"


def referring(node: Node, names: Mapping[str, str | None]) -> Node:
    """The node with other names where its config means another node's layer; None: the argument is left out."""
    changed = {key: names[name] for key, name in references(node).items() if name in names}
    if not changed:
        return node
    return node.replace(
        config={
            key: value for key, value in {**node.config, **changed}.items() if key not in changed or value is not None
        }
    )
