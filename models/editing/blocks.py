"""Putting a block of rows into a network. No keras."""

from typing import Any

from models.arguments import expected, fits
from models.blocks import BLOCKS, Block
from models.editing.wiring import index_of, pinned
from models.errors import NetloomError, did_you_mean
from models.sketch import Sketch
from models.spec import ModelSpec, node_of, plain


def insert_block(spec: ModelSpec, block: str, after: str | None = None, **options: Any) -> ModelSpec:
    """The rows of a block of `models.blocks`, fed by the node called `after`.

    What read the first output of `after` further down, outputs included, now reads the block's output. A block begins
    with start values for its options, which `options` replace.

    Args:
        block: its name in the registry.
        after: None: the last node.
    Raises:
        NetloomError: no such block or node, an option that it does not take, or an empty network.
    """
    if block not in BLOCKS:
        raise NetloomError(
            f"There is no block {block}.", did_you_mean(block, BLOCKS) or f"Blocks: {', '.join(BLOCKS)}."
        )
    if not spec.nodes:
        raise NetloomError("The network is empty, so there is nothing that a block could read.", "Add an Input first.")
    place = len(spec.nodes) - 1 if after is None else index_of(spec, after)
    source, rest = spec.nodes[place].name, list(spec.nodes[place + 1 :])
    _check_options(BLOCKS[block], options, [node.name for node in spec.nodes[: place + 1]])
    taken = {node.name for node in spec.nodes} | {node.block for node in spec.nodes if node.block}
    net = Sketch(spec.name, taken, spec.nodes[: place + 1])
    with net.block((BLOCKS[block].label or block).replace("-", "_")):
        end = BLOCKS[block].build(net, source, **options)
    # A row that reads the one before it goes on doing so only if the block's last row gives its output.
    if rest and rest[0].inputs is None and end != net.nodes[-1].name:
        rest[0] = pinned(spec, place + 1)

    def given(read: str) -> str:
        return end if plain(read) == source else read

    nodes = [node if node.inputs is None else node.replace(inputs=tuple(map(given, node.inputs))) for node in rest]
    outputs = tuple(output.replace(node=given(output.node)) for output in spec.outputs)
    return spec.replace(nodes=(*net.nodes, *nodes), outputs=outputs)


def fitting_blocks(rank: int | None) -> list[Block]:
    """The blocks that read what a node gives.

    Args:
        rank: axes of its output without the batch (3: an image, 2: a sequence, 1: a row); None: not known.
    """
    return [block for block in BLOCKS.values() if rank is None or block.takes in (None, rank)]


def _check_options(block: Block, options: dict[str, Any], earlier: list[str]) -> None:
    known = {param.name: param for param in block.params}
    for name, value in options.items():
        if name not in known:
            message = f"{block.title} has no option {name}. It takes: {', '.join(known) or 'none'}."
            raise NetloomError(message, did_you_mean(name, known))
        if not fits(known[name], value):
            raise NetloomError(f"{name} must be {expected(known[name])}. Received: {name}={value!r}.", known[name].help)
        if known[name].type == "node" and value is not None and node_of(value) not in earlier:
            message = f"{name} must be a node above the block. Received: {name}={value!r}."
            raise NetloomError(message, did_you_mean(node_of(value), earlier))
