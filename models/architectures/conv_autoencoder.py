"""Convolutional autoencoder: strided convolutions to a code, transposed ones back (Masci et al., 2011)."""

from collections.abc import Sequence

from models.architectures.architecture import Architecture
from models.architectures.image_autoencoder import KERNEL, PARAMS, image_output
from models.architectures.images import sides_of
from models.sketch import Sketch
from models.spec import ModelSpec


def build(
    input_shape: Sequence[int], units: int, activation: str, filters: int = 16, levels: int = 2, code: int = 4
) -> ModelSpec:
    """Convolutions that halve the image, a code of a few channels, and transposed convolutions that double it again.

    Transposed convolutions: Zeiler, Krishnan, Taylor and Fergus, 2010 ("Deconvolutional networks").

    Args:
        input_shape: (height, width, channels); of any size, and the output has the same.
        units: not read: the output has as many channels as the input.
        filters: of the first convolution; twice as many in each of the next.
        levels: how often the image is halved.
        code: channels of the smallest image, which is the code; it is linear.
    """
    sizes = [sides_of(input_shape, "The convolutional autoencoder")]
    net = Sketch("conv-autoencoder")
    x = net.input(input_shape)
    for level in range(levels):
        width = filters * 2**level
        x = net.add("Conv2D", x, name=f"encoder{level + 1}", filters=width, strides=2, activation="relu", **KERNEL)
        sizes.append((-(-sizes[-1][0] // 2), -(-sizes[-1][1] // 2)))
    x = net.add("Conv2D", x, name="code", filters=code, **KERNEL)
    for level in reversed(range(levels)):
        # Two sizes are halved to the same one; this says which of them comes back. Keras's own is the even one.
        odd = [side % 2 for side in sizes[level]]
        given = {"output_padding": [1 - rest for rest in odd]} if any(odd) else {}
        config = {"filters": filters * 2**level, "strides": 2, "activation": "relu", **given, **KERNEL}
        x = net.add("Conv2DTranspose", x, name=f"decoder{level + 1}", **config)
    image_output(net, x, input_shape[-1], activation)
    return net.spec()


CONV_AUTOENCODER = Architecture(
    name="conv-autoencoder",
    title="Convolutional autoencoder",
    summary="Squeezes images into a small code and unfolds them again by transposed convolutions.",
    build=build,
    suits="image",
    input_shape=(28, 28, 1),
    units=784,
    params=PARAMS,
    gives="input",
    family="Autoencoders",
    activation="sigmoid",
    small={"input_shape": (7, 6, 1), "filters": 2, "code": 1},
)
