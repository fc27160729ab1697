"""What is different between two networks, in a few words. No keras."""

from models.spec import ModelSpec, Node


def differences(before: ModelSpec, after: ModelSpec) -> str:
    """What was done to `before` to get `after`, layers compared by name; "nothing changed" where they are equal.

    >>> one = ModelSpec(nodes=(Node(name="input", kind="Input"), Node(name="a", kind="Dense", config={"units": 2})))
    >>> two = one.replace(nodes=(*one.nodes, Node(name="b", kind="Dropout")))
    >>> differences(one, two), differences(two, one), differences(one, one)
    ('1 layer added', '1 layer removed', 'nothing changed')
    """
    old = {node.name: node for node in before.nodes}
    new = {node.name: node for node in after.nodes}
    both = [name for name in new if name in old]
    counts = {
        "added": len(new) - len(both),
        "removed": len(old) - len(both),
        "changed": sum(_own(old[name]) != _own(new[name]) for name in both),
    }
    parts = [f"{count} layer{'s' if count > 1 else ''} {done}" for done, count in counts.items() if count]
    if not parts and [name for name in old if name in new] != both:
        parts.append("layers in another order")
    if not parts and _wiring(before) != _wiring(after):
        parts.append("wired otherwise")
    if before.outputs != after.outputs:
        parts.append("other outputs")
    if before.name != after.name:
        parts.append(f"renamed to {after.name}")
    return ", ".join(parts) or "nothing changed"


def _own(node: Node) -> Node:
    """What belongs to a layer itself: neither what feeds it nor where it is shown."""
    return node.replace(inputs=None, block=None)


def _wiring(spec: ModelSpec) -> list[tuple[str, ...]]:
    return [spec.inputs_of(index) for index in range(len(spec.nodes))]
