"""Blocks to build with. A new one is a file here and a line in the registry below."""

from models.blocks.block import Block

BLOCKS: dict[str, Block] = {block.name: block for block in ()}

__all__ = ["BLOCKS", "Block"]
