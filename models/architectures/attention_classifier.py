"""attention-classifier: one layer of attention over word vectors, whose scores can be read. Vaswani et al., 2017."""

from collections.abc import Sequence

from models.architectures.architecture import Architecture, head
from models.blocks.transformer import DIMENSIONS, DROPOUT, HEADS, VOCABULARY, attended, embedded
from models.catalogue import Param
from models.sketch import Sketch
from models.spec import ModelSpec, Output


def build(
    input_shape: Sequence[int],
    units: int,
    activation: str,
    vocabulary: int = 10_000,
    dimensions: int = 32,
    heads: int = 2,
    dropout: float = 0.0,
    scores: bool = True,
) -> ModelSpec:
    """Word vectors with their places, multi-head attention of every word to every word, their mean, a Dense layer.

    Args:
        input_shape: (tokens,).
        vocabulary: token ids are below it.
        dimensions: of a word's vector; each head has its share of them.
        heads: of the attention.
        dropout: share of the embedding's values that is dropped.
        scores: give out how much each word looks at each other one, `(heads, tokens, tokens)`, as `attention:1`.
    """
    net = Sketch("attention-classifier")
    with net.block("tokens"):
        x = embedded(net, net.input(input_shape, dtype="int32"), vocabulary, dimensions, dropout)
    call = {"return_attention_scores": True} if scores else {}
    attention = attended(net, x, x, heads, max(dimensions // heads, 1), "attention", call)
    kind, config = head(units, activation)
    output = net.add(kind, net.add("GlobalAveragePooling1D", attention), **config)
    read = (Output(node=output), Output(node=f"{attention}:1", target="none"))
    return net.spec(read if scores else ())


ATTENTION_CLASSIFIER = Architecture(
    name="attention-classifier",
    title="Attention, its scores to be read",
    summary="Word vectors, one layer of multi-head attention, their mean: shows which words look at which.",
    build=build,
    suits="tokens",
    input_shape=(100,),
    units=2,
    family="Attention",
    params=(
        VOCABULARY,
        Param("dimensions", "int", default=32, min=1, max=4096, step=1, main=True, help=DIMENSIONS.help),
        Param("heads", "int", default=2, min=1, max=64, step=1, main=True, help=HEADS.help),
        Param("dropout", "float", default=0.0, min=0, max=1, step=0.05, help=DROPOUT.help),
        Param("scores", "bool", default=True, main=True, help="Give out the attention scores beside the prediction."),
    ),
    small={"input_shape": (6,), "units": 3, "vocabulary": 11, "dimensions": 8},
)
