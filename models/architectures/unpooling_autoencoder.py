"""Autoencoder with max unpooling: what was largest goes back to where it was (Zeiler and Fergus, 2014)."""

from collections.abc import Sequence
from typing import Any

from models.architectures.architecture import Architecture
from models.architectures.image_autoencoder import KERNEL, PARAMS, image_output
from models.architectures.images import sides_of
from models.sketch import Sketch
from models.spec import ModelSpec


def build(
    input_shape: Sequence[int], units: int, activation: str, filters: int = 16, levels: int = 2, code: int = 4
) -> ModelSpec:
    """Convolutions and poolings that remember where each maximum was; unpoolings that put it back there.

    The places go past the code, from each pooling to its unpooling: Badrinarayanan, Kendall and Cipolla, 2017
    (SegNet), figure 3.

    Args:
        input_shape: (height, width, channels), at least 2 to the power of `levels` a side; the output has the same.
        units: not read: the output has as many channels as the input.
        filters: of the first convolution; twice as many in each of the next.
        levels: poolings, each halving the image.
        code: channels of the smallest image, which is the code; it is linear.

    Raises:
        NetloomError: smaller images.
    """
    size = sides_of(input_shape, "The unpooling autoencoder", 2**levels)
    net = Sketch("unpooling-autoencoder")
    x = net.input(input_shape)
    pools = []
    for level in range(1, levels + 1):
        width = filters * 2 ** (level - 1)
        x = net.add("Conv2D", x, name=f"encoder{level}", filters=width, activation="relu", **KERNEL)
        x = net.add("MaxPoolingWithIndices2D", x, name=f"pool{level}")
        pools.append((x, width, size))
        size = size[0] // 2, size[1] // 2
    x = net.add("Conv2D", x, name="code", filters=code, **KERNEL)
    for level, (pool, width, size) in reversed(list(enumerate(pools, 1))):
        x = net.add("Conv2D", x, name=f"decoder{level}", filters=width, activation="relu", **KERNEL)
        given: dict[str, Any] = {"output_size": list(size)} if any(side % 2 for side in size) else {}
        x = net.add("MaxUnpooling2D", x, f"{pool}:1", name=f"unpool{level}", **given)
    image_output(net, x, input_shape[-1], activation)
    return net.spec()


UNPOOLING_AUTOENCODER = Architecture(
    name="unpooling-autoencoder",
    title="Unpooling autoencoder",
    summary="Pools with a memory of where each maximum was, and puts it back there: sharp edges from a small code.",
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
