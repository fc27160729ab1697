"""A small convolutional network for colour photographs of about 64 to 128 pixels."""

from collections.abc import Sequence

from models.architectures.architecture import Architecture, Layer, chain, convolution, head
from models.catalogue import Param
from models.spec import ModelSpec


def build(
    input_shape: Sequence[int], units: int, activation: str, filters: int = 16, blocks: int = 4, dropout: float = 0.2
) -> ModelSpec:
    """Blocks of convolution, batch normalization and pooling, each with twice the filters; their mean over the image.

    The mean instead of a Flatten keeps the network small and any image size possible. Lin, Chen and Yan, 2014.

    Args:
        input_shape: (height, width, channels).
        filters: of the first block.
        blocks: each halves the image.
        dropout: share of the last features that is dropped in training.
    """
    layers: list[Layer] = []
    for block in range(blocks):
        layers += [*convolution(filters * 2**block), ("MaxPooling2D", {"padding": "same"})]
    layers += [("GlobalAveragePooling2D", {}), ("Dropout", {"rate": dropout}), head(units, activation)]
    return chain("photo-cnn", input_shape, layers)


PHOTO_CNN = Architecture(
    name="photo-cnn",
    title="Small CNN for photographs",
    summary="Four blocks of convolution, normalization and pooling: for a few hundred colour photographs and up.",
    build=build,
    suits="image",
    family="Convolutional networks",
    input_shape=(96, 96, 3),
    units=2,
    params=(
        Param("filters", "int", default=16, min=1, max=1024, step=1, main=True, help="Filters of the first block."),
        Param("blocks", "int", default=4, min=1, max=8, step=1, main=True, help="Blocks; each halves the image."),
        Param("dropout", "float", default=0.2, min=0, max=0.9, step=0.05, help="Share of the features dropped."),
    ),
)
