"""Blocks to build with. A new one is a file here and a line in the registry below."""

from models.blocks.block import Block
from models.blocks.convolution import CONVOLUTION
from models.blocks.dense import DENSE
from models.blocks.inception import INCEPTION
from models.blocks.levels import DECODER_LEVEL, ENCODER_LEVEL
from models.blocks.residual import RESIDUAL_BASIC, RESIDUAL_BOTTLENECK
from models.blocks.transformer import DECODER_BLOCK, EMBEDDING, ENCODER_BLOCK
from models.blocks.unet_level import UNET_LEVEL

BLOCKS: dict[str, Block] = {
    block.name: block
    for block in (
        DENSE,
        CONVOLUTION,
        RESIDUAL_BASIC,
        RESIDUAL_BOTTLENECK,
        INCEPTION,
        ENCODER_LEVEL,
        DECODER_LEVEL,
        UNET_LEVEL,
        EMBEDDING,
        ENCODER_BLOCK,
        DECODER_BLOCK,
    )
}

__all__ = ["BLOCKS", "Block"]
