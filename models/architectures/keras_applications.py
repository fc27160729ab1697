"""Any backbone of keras.applications, with a head of one's own or as published, from scratch or trained on ImageNet."""

from collections.abc import Iterable, Sequence
from typing import Any, Literal

from models.architectures.architecture import Architecture, head
from models.architectures.images import sides_of
from models.catalogue import Param, catalogue
from models.errors import NetloomError
from models.sketch import Sketch
from models.spec import ModelSpec

BACKBONES = tuple(kind for kind, entry in catalogue().layers.items() if entry.module == "applications")
_CLASSES = 1000
# How keras.applications prepared the images, by what the names begin with; the others scale 0 to 255 inside.
_TRAINED_ON = {
    **dict.fromkeys(("MobileNet", "Inception", "Xception", "NASNet", "ResNet50V2", "ResNet101V2", "ResNet152V2"), "tf"),
    **dict.fromkeys(("VGG", "ResNet"), "caffe"),
    "DenseNet": "torch",
    "MobileNetV3": "inside",
}
_SMALLEST = {"Inception": 75, "Xception": 71}
_OTHERS_SMALLEST = 32


def build(
    input_shape: Sequence[int],
    units: int,
    activation: str,
    backbone: str = "MobileNetV2",
    weights: Literal["imagenet"] | None = None,
    frozen: bool = False,
    include_top: bool = False,
    pixels: Literal["0 to 1", "0 to 255"] = "0 to 1",
    dropout: float = 0.0,
) -> ModelSpec:
    """The backbone as one layer, the mean over the image, and one Dense layer.

    Backbones read red, green and blue; grey images are given to them three times. Where they have ImageNet weights, or
    scale pixels inside, what is in front of them brings the images into the range that they were trained on.

    Args:
        input_shape: (height, width, channels) with 1 or 3 channels, at least 32 by 32 (Xception 71, Inception 75).
        backbone: the name of a function of keras.applications.
        weights: those trained on ImageNet, downloaded once, or None: random ones.
        frozen: its weights stay as they are, and the head alone is trained; else all is trained (fine-tuned).
        include_top: as published, with its own head, for `units` classes.
        pixels: the range in which images are fed: what `rescale` of the data makes of them, or none.
        dropout: share of the features dropped in front of the Dense layer; 0: none.

    Raises:
        NetloomError: no such backbone; images too small or of other channels; ImageNet's head for other than its 1000
            classes.
    """
    if backbone not in BACKBONES:
        raise NetloomError(f"keras.applications has no {backbone}.", f"For example {', '.join(BACKBONES[-5:])}.")
    sides = sides_of(input_shape, backbone, _SMALLEST.get(_family(backbone, _SMALLEST), _OTHERS_SMALLEST))
    channels = input_shape[-1]
    if channels not in (1, 3):
        raise NetloomError(
            f"{backbone} reads images of 3 channels, or grey ones. Received: {channels} channels.",
            "Take a network that reads any, such as resnet-18.",
        )
    if include_top and weights and units != _CLASSES:
        raise NetloomError(
            f"ImageNet's head tells {_CLASSES} classes apart. Received: {units}.",
            "Replace the head (include_top off), or take random weights.",
        )
    net = Sketch("keras-applications")
    x = net.input(input_shape)
    x = net.add("Concatenate", x, x, x, name="rgb") if channels == 1 else x
    x = _prepared(net, x, _mode(backbone), weights is not None, 255.0 if pixels == "0 to 1" else 1.0)
    given: dict[str, Any] = {"weights": weights, "input_shape": [*sides, 3]} | ({"trainable": False} if frozen else {})
    if include_top:
        given |= {} if units == _CLASSES else {"classes": units}
        given |= {} if activation == "softmax" else {"classifier_activation": activation}
        net.add(backbone, x, name="backbone", **given)
        return net.spec()
    x = net.add(backbone, x, name="backbone", include_top=False, **given)
    x = net.add("GlobalAveragePooling2D", x, name="avg_pool")
    x = net.add("Dropout", x, name="dropout", rate=dropout) if dropout else x
    kind, config = head(units, activation)
    net.add(kind, x, name="predictions", **config)
    return net.spec()


def _prepared(net: Sketch, x: str, mode: str, trained: bool, scale: float) -> str:
    """What brings images into the backbone's range. Random weights have none, but what is scaled inside must fit."""
    if mode == "inside":
        return net.add("Rescaling", x, name="pixels", scale=scale) if scale != 1 else x
    given: dict[str, Any] = {} if mode == "caffe" else {"mode": mode}
    given |= {} if scale == 255 else {"scale": scale}
    return net.add("ImageNetPreprocessing", x, name="preprocessing", **given) if trained else x


def _mode(backbone: str) -> str:
    """How its images were prepared for ImageNet.

    >>> _mode("ResNet50"), _mode("ResNet50V2"), _mode("MobileNetV3Small"), _mode("MobileNetV2")
    ('caffe', 'tf', 'inside', 'tf')
    """
    return _TRAINED_ON.get(_family(backbone, _TRAINED_ON), "inside")


def _family(backbone: str, starts: Iterable[str]) -> str:
    """The longest of `starts` that the name begins with, or an empty text."""
    return max((start for start in starts if backbone.startswith(start)), key=len, default="")


KERAS_APPLICATIONS = Architecture(
    name="keras-applications",
    title="Backbone of keras.applications",
    summary="A published network, trained on ImageNet or from scratch, with a head for your classes.",
    build=build,
    suits="image",
    input_shape=(224, 224, 3),
    units=1000,
    params=(
        Param("backbone", "choice", default="MobileNetV2", choices=BACKBONES, main=True, help="Which network."),
        Param(
            "weights",
            "choice",
            nullable=True,
            choices=("imagenet",),
            main=True,
            help="imagenet: trained on a million photographs, downloaded once; none: random.",
        ),
        Param("frozen", "bool", default=False, main=True, help="Its weights stay as they are; the head alone learns."),
        Param("include_top", "bool", default=False, main=True, help="As published, with its own head."),
        Param(
            "pixels",
            "choice",
            default="0 to 1",
            choices=("0 to 1", "0 to 255"),
            help="The range of the images: rescaled on the Data page, or as they are.",
        ),
        Param("dropout", "float", default=0.0, min=0, max=0.9, step=0.05, help="Share of the features dropped."),
    ),
    family="Pretrained backbones",
    small={"input_shape": (32, 32, 3), "units": 3, "backbone": "VGG16", "frozen": True},
)
