"""A small convolutional network for the 8 by 8 handwritten digits."""

from collections.abc import Sequence

from models.architectures.architecture import Architecture, chain, head
from models.catalogue import Param
from models.spec import ModelSpec


def build(input_shape: Sequence[int], units: int, activation: str, filters: int = 16, width: int = 64) -> ModelSpec:
    """Two 3 by 3 convolutions that keep the size, one pooling, one hidden Dense layer.

    Args:
        input_shape: (height, width, channels); at least 2 by 2.
        filters: of the first convolution; the second has twice as many.
        width: units of the hidden Dense layer.
    """
    convolution = {"kernel_size": 3, "padding": "same", "activation": "relu"}
    return chain(
        "digits-cnn",
        input_shape,
        [
            ("Conv2D", {"filters": filters, **convolution}),
            ("Conv2D", {"filters": 2 * filters, **convolution}),
            ("MaxPooling2D", {}),
            ("Flatten", {}),
            ("Dense", {"units": width, "activation": "relu"}),
            head(units, activation),
        ],
    )


DIGITS_CNN = Architecture(
    name="digits-cnn",
    title="Small CNN for digits",
    summary="Two small convolutions and one pooling: learns 8 by 8 digits in seconds on a CPU.",
    build=build,
    suits="image",
    family="Convolutional networks",
    input_shape=(8, 8, 1),
    units=10,
    params=(
        Param(
            "filters", "int", default=16, min=1, max=4096, step=1, main=True, help="Filters of the first convolution."
        ),
        Param("width", "int", default=64, min=1, max=65536, step=1, main=True, help="Units of the hidden Dense layer."),
    ),
)
