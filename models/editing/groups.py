"""Groups: rows that are shown and folded together. Pure functions ModelSpec -> ModelSpec. No keras."""

from collections.abc import Collection

from pydantic import ValidationError

from models.editing.wiring import places_of, with_nodes
from models.errors import NetloomError, SpecError
from models.spec import ModelSpec


def group(spec: ModelSpec, names: Collection[str], block: str) -> ModelSpec:
    """Those nodes as one block; they leave the blocks that they were in.

    Args:
        block: its name. Rows that have that name already and stand beside them are joined.
    Raises:
        NetloomError: no such node; rows that do not stand together. SpecError: `block` cannot be a name.
    """
    chosen = places_of(spec, names)
    if not chosen:
        return spec
    places = sorted({*chosen.values(), *(place for place, node in enumerate(spec.nodes) if node.block == block)})
    gap = next((place for place in range(places[0], places[-1]) if place not in places), None)
    if gap is not None:
        raise NetloomError(
            f"The rows of a group stand together, and {spec.nodes[gap].name} stands between those of {block}.",
            "Choose it too, move it away, or take another name.",
        )
    try:
        nodes = [node.replace(block=block) if node.name in chosen else node for node in spec.nodes]
    except ValidationError as error:
        raise SpecError(
            f"{block!r} cannot be the name of a group.",
            "A name begins with a letter, and holds letters, digits, _ . and - (64 at most).",
        ) from error
    return with_nodes(spec, nodes)


def ungroup(spec: ModelSpec, names: Collection[str]) -> ModelSpec:
    """Those nodes as rows of no block. Raises: NetloomError: no such node."""
    chosen = places_of(spec, names)
    return with_nodes(spec, [node.replace(block=None) if node.name in chosen else node for node in spec.nodes])
