"""transformer-encoder: the transformer's encoder as a classifier of texts. Vaswani et al., 2017, figure 1, left."""

from collections.abc import Sequence

from models.architectures.architecture import Architecture, head
from models.blocks.transformer import (
    DIMENSIONS,
    DROPOUT,
    HEADS,
    HIDDEN,
    NORM,
    VOCABULARY,
    Norm,
    embedded,
    encoder_block,
    normalized,
)
from models.catalogue import Param
from models.sketch import Sketch
from models.spec import ModelSpec

BLOCKS = Param("blocks", "int", default=2, min=1, max=48, step=1, main=True, help="How many, one on the other.")


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
    """Token embedding with places, encoder blocks, the mean over the text, a Dense layer.

    The base model of the paper has `dimensions=512, blocks=6, heads=8, hidden=2048`.

    Args:
        input_shape: (tokens,).
        vocabulary: token ids are below it.
        dimensions: of a token's vector, shared out among the heads.
        blocks: how many encoder blocks.
        heads: of each attention. hidden: units of the first of the two Dense layers of a block.
        dropout: share of the values dropped behind the embedding and before each sum.
        norm: layer normalization behind each sum (`post`) or in front of what is added (`pre`; then one more at the
            end).
    """
    net = Sketch("transformer-encoder")
    x = encoded(
        net, net.input(input_shape, dtype="int32"), vocabulary, dimensions, blocks, heads, hidden, dropout, norm
    )
    kind, config = head(units, activation)
    net.add(kind, net.add("GlobalAveragePooling1D", x), **config)
    return net.spec()


def encoded(
    net: Sketch,
    tokens: str,
    vocabulary: int,
    dimensions: int,
    blocks: int,
    heads: int,
    hidden: int,
    dropout: float,
    norm: Norm,
) -> str:
    """The encoder: what `tokens` gives, as a sequence of `dimensions` features. Arguments as for `build`."""
    with net.block("tokens"):
        x = embedded(net, tokens, vocabulary, dimensions, dropout)
    for number in range(1, blocks + 1):
        with net.block(f"encoder{number}"):
            x = encoder_block(net, x, heads, hidden, dropout, norm)
    return normalized(net, x, "encoder_norm") if norm == "pre" else x


TRANSFORMER_ENCODER = Architecture(
    name="transformer-encoder",
    title="Transformer encoder",
    summary="Self-attention and Dense layers in blocks, then the mean over the text: a classifier (Vaswani, 2017).",
    build=build,
    suits="tokens",
    input_shape=(100,),
    units=2,
    family="Attention",
    params=(VOCABULARY, DIMENSIONS, BLOCKS, HEADS, HIDDEN, DROPOUT, NORM),
    small={"input_shape": (6,), "units": 3, "vocabulary": 11, "dimensions": 8, "heads": 2, "hidden": 12, "norm": "pre"},
)
