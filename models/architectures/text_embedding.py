"""A network that averages learned word vectors: the plainest one that reads texts as token ids."""

from collections.abc import Sequence

from models.architectures.architecture import Architecture, chain, head
from models.catalogue import Param
from models.spec import ModelSpec


def build(
    input_shape: Sequence[int],
    units: int,
    activation: str,
    vocabulary: int = 10_000,
    dimensions: int = 32,
    width: int = 32,
) -> ModelSpec:
    """An embedding, the mean of its vectors over the text, one hidden Dense layer. After Joulin et al., 2017.

    Padding counts as a word like any other: a text without words would have no mean else.

    Args:
        input_shape: (tokens,).
        vocabulary: token ids are below it.
        dimensions: of a word's vector.
        width: units of the hidden Dense layer.
    """
    return chain(
        "text-embedding",
        input_shape,
        [
            ("Embedding", {"input_dim": vocabulary, "output_dim": dimensions}),
            ("GlobalAveragePooling1D", {}),
            ("Dense", {"units": width, "activation": "relu"}),
            head(units, activation),
        ],
        dtype="int32",
    )


TEXT_EMBEDDING = Architecture(
    name="text-embedding",
    title="Word vectors, averaged",
    summary="A vector for each word, their mean, one hidden layer: learns short texts in seconds on a CPU.",
    build=build,
    suits="tokens",
    family="Texts and sequences",
    input_shape=(100,),
    units=2,
    params=(
        Param("vocabulary", "int", default=10_000, min=2, max=1_000_000, step=1, help="How many token ids there are."),
        Param("dimensions", "int", default=32, min=1, max=4096, step=1, main=True, help="Length of a word's vector."),
        Param("width", "int", default=32, min=1, max=65536, step=1, main=True, help="Units of the hidden Dense layer."),
    ),
)
