"""LeNet-5: the convolutional network that read handwritten digits (LeCun et al., 1998)."""

from collections.abc import Sequence

from models.architectures.architecture import Architecture, chain, head
from models.spec import ModelSpec

_KERNEL = 5
_ORIGINAL_SIZE = 32


def build(input_shape: Sequence[int], units: int, activation: str) -> ModelSpec:
    """LeNet-5 with tanh and average pooling; 61,706 parameters for 32 by 32 grey images and 10 classes.

    Three things differ from the paper, as in most teaching versions: every map of C3 sees all maps of S2, pooling
    learns nothing, and the head is Dense. C5, a convolution that covers its whole input, is written as Flatten and
    Dense, which is the same for the original size and works for others.

    The network was made for 32 by 32. The first convolution pads smaller images (`padding="same"`), so that 28 by 28
    MNIST digits give the same 61,706 parameters; images so small that the second kernel would not fit twice, such as
    8 by 8 digits, are padded there too.

    Args:
        input_shape: (height, width, channels), at least 4 by 4.
    """
    size = min(input_shape[:2])
    first = {"padding": "same"} if size < _ORIGINAL_SIZE else {}
    pooled = (size if first else size - _KERNEL + 1) // 2
    second = {"padding": "same"} if pooled < 2 * _KERNEL else {}
    return chain(
        "lenet-5",
        input_shape,
        [
            ("Conv2D", {"filters": 6, "kernel_size": _KERNEL, "activation": "tanh", **first}),
            ("AveragePooling2D", {"pool_size": 2}),
            ("Conv2D", {"filters": 16, "kernel_size": _KERNEL, "activation": "tanh", **second}),
            ("AveragePooling2D", {"pool_size": 2}),
            ("Flatten", {}),
            ("Dense", {"units": 120, "activation": "tanh"}),
            ("Dense", {"units": 84, "activation": "tanh"}),
            head(units, activation),
        ],
    )


LENET_5 = Architecture(
    name="lenet-5",
    title="LeNet-5",
    summary="The classic convolutional network for handwritten digits; made for 32 by 32, fits MNIST's 28 by 28.",
    build=build,
    suits="image",
    family="Convolutional networks",
    input_shape=(32, 32, 1),
    units=10,
)
