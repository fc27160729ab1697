"""Every kind of augmentation, as data: what it is called, its arguments, how to begin. No keras."""

import dataclasses
from collections.abc import Mapping
from dataclasses import dataclass, field
from types import MappingProxyType
from typing import Any

from models.catalogue import Entry, Param, catalogue
from pipelines.data.spec import AugmentKind, AugmentSpec

_SET_HERE = ("seed", "value_range")  # seeds come from the run, the range from the training images


@dataclass(frozen=True, slots=True)
class Augmentation:
    """One kind of random change.

    Attributes:
        kind: its Keras layer.
        title: as people know it.
        help: one line.
        start: a config to begin with: visible, and mild.
        needs_range: it asks what black and white are.
        moves_pixels: masks of a segmentation are moved with the image.
        mixes_classes: targets become shares of classes.
        entry: its arguments, as a form wants them.
    """

    kind: AugmentKind
    title: str
    help: str
    start: Mapping[str, Any]
    needs_range: bool = False
    moves_pixels: bool = False
    mixes_classes: bool = False
    entry: Entry = field(init=False)

    def __post_init__(self) -> None:
        found = _mixing_entry(self) if self.mixes_classes else catalogue().layers[self.kind]
        changes = _COMMON | _CHANGES.get(self.kind, {})
        params = tuple(
            dataclasses.replace(param, **changes.get(param.name, {}))
            for param in found.params
            if param.name not in _SET_HERE
        )
        object.__setattr__(self, "entry", dataclasses.replace(found, params=params))


_COMMON: dict[str, dict[str, Any]] = {
    "fill_mode": {"help": "What is put where an image has no more pixels."},
    "fill_value": {"help": 'That value where the fill mode is "constant", in the images\' own range.'},
    "interpolation": {"help": "How pixels between pixels are found; masks take the nearest."},
}
_CHANGES: dict[str, dict[str, dict[str, Any]]] = {
    "RandomFlip": {"mode": {"help": "Left and right, up and down, or each by itself."}},
    "RandomShear": {
        "x_factor": {"help": "Largest slant sideways, as a fraction of the height."},
        "y_factor": {"help": "Largest slant up and down, as a fraction of the width."},
    },
    "RandomElasticTransform": {
        "factor": {"help": "Largest share of the images that are distorted.", "step": 0.05},
        "scale": {"min": 0, "max": 1, "step": 0.05, "help": "Strength at most.", "main": True},
    },
    "GaussianNoise": {
        "stddev": {"max": 1, "step": 0.01, "help": "Standard deviation, as a share of the images' range."}
    },
    "RandomErasing": {
        "factor": {"help": "Largest share of the images in which a rectangle is covered.", "step": 0.05},
        "fill_value": {"help": "What it is covered with, in the images' own range; null: noise."},
    },
}
# Below 0.05, both gamma numbers that a share is made of can be too small for float32, and then share alike.
_MIXING = {
    "MixUp": Param("alpha", "float", default=0.2, min=0.05, max=10, step=0.05, main=True),
    "CutMix": Param("factor", "float", default=1.0, min=0.05, max=1, step=0.05, main=True),
}


def _mixing_entry(kind: Augmentation) -> Entry:
    # The catalogue leaves these out: a node of a network cannot change the targets.
    param = dataclasses.replace(_MIXING[kind.kind], help="Of the beta distribution of shares: near 0, little is mixed.")
    url = f"https://keras.io/api/layers/preprocessing_layers/image_preprocessing/{kind.kind.lower()}/"
    return Entry(kind.kind, "Augmentation", kind.help, kind.help, url, params=(param,), class_name=kind.kind)


_ALL = (
    Augmentation("RandomFlip", "Flip", "Mirrors half of the images.", {"mode": "horizontal"}, moves_pixels=True),
    Augmentation(
        "RandomTranslation",
        "Translation",
        "Shifts images by up to a share of their height and width.",
        {"height_factor": 0.1, "width_factor": 0.1},
        moves_pixels=True,
    ),
    Augmentation(
        "RandomRotation",
        "Rotation",
        "Turns images by up to a share of a full circle: 0.05 is 18 degrees either way.",
        {"factor": 0.05},
        moves_pixels=True,
    ),
    Augmentation(
        "RandomZoom",
        "Zoom",
        "Zooms in and out by up to a share of the size.",
        {"height_factor": 0.1},
        moves_pixels=True,
    ),
    Augmentation(
        "RandomShear",
        "Shear",
        "Slants images by up to a share of their size.",
        {"x_factor": 0.1, "y_factor": 0.1},
        moves_pixels=True,
    ),
    Augmentation(
        "RandomBrightness",
        "Brightness",
        "Makes images darker or lighter by up to a share of their range.",
        {"factor": 0.2},
        needs_range=True,
    ),
    Augmentation(
        "RandomContrast",
        "Contrast",
        "Lowers or raises the contrast by up to a share of it.",
        {"factor": 0.3},
        needs_range=True,
    ),
    Augmentation(
        "RandomHue",
        "Hue",
        "Turns the colours by up to a share of half the colour circle: 0.1 is 18 degrees either way.",
        {"factor": 0.1},
        needs_range=True,
    ),
    Augmentation(
        "RandomElasticTransform",
        "Elastic distortion",
        "Distorts images as if they were printed on rubber (Simard et al. 2003).",
        {"scale": 0.7},
        needs_range=True,
        moves_pixels=True,
    ),
    Augmentation("GaussianNoise", "Noise", "Adds noise to every pixel.", {"stddev": 0.05}, needs_range=True),
    Augmentation(
        "RandomErasing",
        "Erasing",
        "Covers a rectangle with noise or with one value (Zhong et al. 2020).",
        {"scale": [0.02, 0.2]},
        needs_range=True,
    ),
    Augmentation(
        "MixUp",
        "MixUp",
        "Two images shine through each other, and their classes are mixed alike (Zhang et al. 2018).",
        {"alpha": 0.2},
        mixes_classes=True,
    ),
    Augmentation(
        "CutMix",
        "CutMix",
        "A rectangle of another image is pasted in, and the classes are mixed by area (Yun et al. 2019).",
        {"factor": 1.0},
        mixes_classes=True,
    ),
)
KINDS: Mapping[AugmentKind, Augmentation] = MappingProxyType({one.kind: one for one in _ALL})
"""Every kind, in the order of a list to choose from."""


def keras_config(step: AugmentSpec) -> dict[str, Any]:
    """The arguments of a step as its Keras layer must be given them."""
    config: dict[str, Any] = dict(step.config)
    if step.kind in ("RandomContrast", "CutMix"):
        # Of one number, Keras 3.15 makes contrasts of 1 and more only, and alphas down to 0, where beta fails.
        config["factor"] = [config.get("factor", 1.0)] * 2
    return config
