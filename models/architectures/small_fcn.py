"""A small fully convolutional network for segmentation: a class for every pixel."""

from collections.abc import Sequence

from models.architectures.architecture import Architecture, Layer, convolution
from models.architectures.images import sides_of
from models.catalogue import Param
from models.errors import NetloomError
from models.spec import ModelSpec, Node

_HALVINGS = 3


def build(input_shape: Sequence[int], units: int, activation: str, filters: int = 16) -> ModelSpec:
    """Three halvings, three doublings, and at each size a skip connection. After Ronneberger, Fischer and Brox, 2015.

    Args:
        input_shape: (height, width, channels), height and width divisible by 8.
        units: classes of a pixel.
        filters: of the first convolution; twice as many after each halving.

    Raises:
        NetloomError: not the shape of images, or a height or width that is not divisible by 8.
    """
    height, width = sides_of(input_shape, "small-fcn")
    if height % 2**_HALVINGS or width % 2**_HALVINGS:
        raise NetloomError(
            f"small-fcn halves its images three times, so their sides must be divisible by 8. "
            f"Received: {height} × {width}.",
            f"Choose {_nearest(height)} × {_nearest(width)} as the size of the images.",
        )
    start = Node(name="input", kind="Input", config={"shape": list(input_shape)})
    spec = ModelSpec(name="small-fcn", nodes=(start,))
    skipped = []
    for level in range(_HALVINGS):
        spec = _with(spec, convolution(filters * 2**level))
        skipped.append(spec.nodes[-1].name)
        spec = _with(spec, [("MaxPooling2D", {})])
    spec = _with(spec, convolution(filters * 2**_HALVINGS))
    for level in reversed(range(_HALVINGS)):
        spec = _with(spec, [("UpSampling2D", {"interpolation": "bilinear"})])
        join = Node(
            name=spec.fresh_name("Concatenate"), kind="Concatenate", inputs=(spec.nodes[-1].name, skipped[level])
        )
        spec = _with(spec.replace(nodes=(*spec.nodes, join)), convolution(filters * 2**level))
    last = {} if activation == "linear" else {"activation": activation}
    return _with(spec, [("Conv2D", {"filters": units, "kernel_size": 1, **last})])


def _with(spec: ModelSpec, layers: Sequence[Layer]) -> ModelSpec:
    for kind, config in layers:
        spec = spec.replace(nodes=(*spec.nodes, Node(name=spec.fresh_name(kind), kind=kind, config=config)))
    return spec


def _nearest(size: int) -> int:
    step = 2**_HALVINGS
    return max(step, round(size / step) * step)


SMALL_FCN = Architecture(
    name="small-fcn",
    title="Small network for segmentation",
    summary="Convolutions that shrink the image and grow it again, with skip connections: a class for every pixel.",
    build=build,
    suits="image",
    input_shape=(96, 96, 3),
    units=12,
    params=(
        Param(
            "filters", "int", default=16, min=1, max=1024, step=1, main=True, help="Filters of the first convolution."
        ),
    ),
    gives="pixels",
    family="Segmentation",
)
