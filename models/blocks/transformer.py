"""The transformer's blocks: token embedding with places, encoder block, decoder block. Vaswani et al., 2017."""

import math
from collections.abc import Callable
from typing import Literal

from models.blocks.block import Block
from models.blocks.channels import channels
from models.catalogue import Param
from models.sketch import Sketch

Norm = Literal["post", "pre"]

_DEFAULT_WIDTH = 64
_EPSILON = 1e-6


def embedded(
    net: Sketch, x: str, vocabulary: int = 10_000, dimensions: int = _DEFAULT_WIDTH, dropout: float = 0.1
) -> str:
    """Token ids as vectors, times the square root of their length, plus the waves of their places: 3.4 and 3.5.

    Args:
        x: gives rows of token ids below `vocabulary`; the output has `dimensions` features a token.
    """
    x = net.add("Embedding", x, name="embedding", input_dim=vocabulary, output_dim=dimensions)
    x = net.add("Rescaling", x, name="scaling", scale=round(math.sqrt(dimensions), 6))
    return _dropped(net, net.add("PositionalEncoding", x, name="places"), dropout, "dropout")


def encoder_block(
    net: Sketch, x: str, heads: int = 4, hidden: int = 128, dropout: float = 0.1, norm: Norm = "post"
) -> str:
    """Each step looks at all steps, then passes through two Dense layers; both are added to what they read: figure 1.

    Args:
        x: a sequence; its number of features is kept, and shared out among the heads.
        heads: of the attention. hidden: units of the first Dense layer.
        dropout: share of the values dropped before each sum.
        norm: layer normalization behind each sum, as in the paper, or in front of attention and Dense layers, which
            trains without warm-up (Xiong et al., 2020).
    """
    size = _head_size(net, x, heads)
    x = _added(net, x, lambda y: attended(net, y, y, heads, size, "attention"), dropout, norm, "attention")
    return _fed_forward(net, x, hidden, dropout, norm)


def decoder_block(
    net: Sketch,
    x: str,
    heads: int = 4,
    hidden: int = 128,
    dropout: float = 0.1,
    norm: Norm = "post",
    memory: str | None = None,
) -> str:
    """Each step looks at itself and the steps before it, then at all of `memory`, then two Dense layers: figure 1.

    Args:
        memory: name of the node whose sequence is looked at, an encoder's output; None: that part is left out, which
            makes the block of a language model.
        heads, hidden, dropout, norm: as in `encoder_block`.
    """
    size = _head_size(net, x, heads)
    causal = {"use_causal_mask": True}
    x = _added(net, x, lambda y: attended(net, y, y, heads, size, "attention", causal), dropout, norm, "attention")
    if memory:
        x = _added(net, x, lambda y: attended(net, y, memory, heads, size, "cross"), dropout, norm, "cross")
    return _fed_forward(net, x, hidden, dropout, norm)


def attended(
    net: Sketch, query: str, value: str, heads: int, size: int, name: str, call: dict[str, bool] | None = None
) -> str:
    """Multi-head attention of `query` to `value`; each head has `size` features: section 3.2.2."""
    return net.add("MultiHeadAttention", query, value, name=name, call=call, num_heads=heads, key_dim=size)


def normalized(net: Sketch, x: str, name: str = "norm") -> str:
    """Layer normalization. Ba, Kiros and Hinton, 2016."""
    return net.add("LayerNormalization", x, name=name, epsilon=_EPSILON)


def _fed_forward(net: Sketch, x: str, hidden: int, dropout: float, norm: Norm) -> str:
    width = channels(net, x) or _DEFAULT_WIDTH

    def two_layers(y: str) -> str:
        y = net.add("Dense", y, name="dense1", units=hidden, activation="relu")
        return net.add("Dense", y, name="dense2", units=width)

    return _added(net, x, two_layers, dropout, norm, "dense")


def _added(net: Sketch, x: str, layers: Callable[[str], str], dropout: float, norm: Norm, name: str) -> str:
    """`layers` with dropout, added to what they read, and a layer normalization."""
    y = layers(normalized(net, x, f"{name}_norm") if norm == "pre" else x)
    x = net.add("Add", x, _dropped(net, y, dropout, f"{name}_dropout"), name=f"{name}_add")
    return normalized(net, x, f"{name}_norm") if norm == "post" else x


def _dropped(net: Sketch, x: str, rate: float, name: str) -> str:
    return net.add("Dropout", x, name=name, rate=rate) if rate else x


def _head_size(net: Sketch, x: str, heads: int) -> int:
    return max((channels(net, x) or _DEFAULT_WIDTH) // heads, 1)


HEADS = Param("heads", "int", default=4, min=1, max=64, step=1, main=True, help="How many ways of looking.")
HIDDEN = Param(
    "hidden", "int", default=128, min=1, max=65536, step=1, main=True, help="Units between two Dense layers."
)
DROPOUT = Param("dropout", "float", default=0.1, min=0, max=1, step=0.05, main=True, help="Share of values dropped.")
NORM = Param(
    "norm",
    "choice",
    default="post",
    choices=("post", "pre"),
    main=True,
    help="Layer normalization behind each sum, as in the paper, or in front, which trains without warm-up.",
)
VOCABULARY = Param(
    "vocabulary", "int", default=10_000, min=2, max=1_000_000, step=1, help="How many token ids there are."
)
DIMENSIONS = Param(
    "dimensions", "int", default=_DEFAULT_WIDTH, min=1, max=4096, step=1, main=True, help="Length of a token's vector."
)

EMBEDDING = Block(
    name="embedding-with-places",
    title="Embedding with positional encoding",
    summary="Token ids become vectors that tell their place in the text (Vaswani et al., 2017).",
    build=embedded,
    params=(VOCABULARY, DIMENSIONS, DROPOUT),
    takes=1,
    label="tokens",
)

ENCODER_BLOCK = Block(
    name="transformer-encoder-block",
    title="Transformer encoder block",
    summary="Self-attention and two Dense layers, each added to what it reads (Vaswani et al., 2017).",
    build=encoder_block,
    params=(HEADS, HIDDEN, DROPOUT, NORM),
    takes=2,
    label="encoder",
)

DECODER_BLOCK = Block(
    name="transformer-decoder-block",
    title="Transformer decoder block",
    summary="Attention to earlier steps, to an encoder's output, and two Dense layers (Vaswani et al., 2017).",
    build=decoder_block,
    params=(
        HEADS,
        HIDDEN,
        DROPOUT,
        NORM,
        Param("memory", "node", nullable=True, main=True, help="The encoder's output; none: a language model's block."),
    ),
    takes=2,
    label="decoder",
)
