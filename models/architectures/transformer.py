"""transformer: encoder and decoder, which writes one text while it reads another. Vaswani et al., 2017, figure 1."""

from collections.abc import Sequence

from models.architectures.architecture import Architecture, head
from models.architectures.transformer_encoder import BLOCKS, encoded
from models.blocks.transformer import (
    DIMENSIONS,
    DROPOUT,
    HEADS,
    HIDDEN,
    NORM,
    VOCABULARY,
    Norm,
    decoder_block,
    embedded,
    normalized,
)
from models.sketch import Sketch
from models.spec import ModelSpec


def build(
    input_shape: Sequence[int],
    units: int,
    activation: str,
    vocabulary: int = 10_000,
    dimensions: int = 64,
    blocks: int = 2,
    heads: int = 4,
    hidden: int = 128,
    dropout: float = 0.1,
    norm: Norm = "post",
) -> ModelSpec:
    """An encoder of the source text, a decoder of the target text so far, and for each step what comes next.

    It has two Inputs of token ids: `source`, and `target`, the text that is to be written, one step late. In the
    decoder a step sees the steps before it and itself, so that all steps are trained at once.

    Args:
        input_shape: (tokens,) of the source and of the target.
        units: token ids of the target's vocabulary are below it: the output is `(tokens, units)`.
        vocabulary: token ids of the source are below it.
        dimensions, blocks, heads, hidden, dropout, norm: as for the transformer encoder; encoder and decoder have
            `blocks` each.
    """
    net = Sketch("transformer")
    source = net.input(input_shape, name="source", dtype="int32")
    target = net.input(input_shape, name="target", dtype="int32")
    memory = encoded(net, source, vocabulary, dimensions, blocks, heads, hidden, dropout, norm)
    with net.block("target_tokens"):
        x = embedded(net, target, units, dimensions, dropout)
    for number in range(1, blocks + 1):
        with net.block(f"decoder{number}"):
            x = decoder_block(net, x, heads, hidden, dropout, norm, memory)
    if norm == "pre":
        x = normalized(net, x, "decoder_norm")
    kind, config = head(units, activation)
    net.add(kind, x, **config)
    return net.spec()


TRANSFORMER = Architecture(
    name="transformer",
    title="Transformer",
    summary="Encoder and decoder with two Inputs: reads one text, writes another token by token (Vaswani, 2017).",
    build=build,
    suits="tokens",
    input_shape=(32,),
    units=10_000,
    family="Attention",
    params=(VOCABULARY, DIMENSIONS, BLOCKS, HEADS, HIDDEN, DROPOUT, NORM),
    gives="steps",
    small={"input_shape": (5,), "units": 7, "vocabulary": 11, "dimensions": 8, "blocks": 1, "heads": 2, "hidden": 12},
)
