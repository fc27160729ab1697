"""What augmentation can work on, what it may spoil, and what the page is shown of it. No keras.

A change that cannot work at all is a problem; one that may turn an image into another class is a warning.
"""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any

import numpy as np

from models.arguments import config_problems
from models.errors import NetloomError
from models.facts import Problem
from pipelines.data.changes.augmentation_kinds import KINDS, Augmentation
from pipelines.data.facts import MIXING, DataFacts
from pipelines.data.spec import AugmentKind, AugmentSpec, DataSpec

__all__ = ["KINDS", "Augmentation", "Examples", "check", "problems", "value_range", "warnings"]

_ROWS_AT_ONCE = 256
_CHARACTER_SETS = ("digits", "mnist")
_CHARACTER_TARGETS = ("digit", "letter", "character")


@dataclass(frozen=True, slots=True, eq=False)
class Examples:
    """Training images before and after augmentation.

    Attributes:
        before: shape `(images, height, width, channels)`, in the data's own dtype.
        after: float32 of shape `(images, draws, height, width, channels)`, in the same range.
        value_range: black and white.
        labels: the class or the number of each image; empty texts where there is none.
        labels_after: of each draw; they differ where classes are mixed, as in `80 % cat, 20 % dog`.
        masks: class ids of shape `(images, height, width)`; None but for segmentation.
        masks_after: shape `(images, draws, height, width)`.
    """

    before: np.ndarray
    after: np.ndarray
    value_range: tuple[float, float]
    labels: tuple[str, ...]
    labels_after: tuple[tuple[str, ...], ...]
    masks: np.ndarray | None = None
    masks_after: np.ndarray | None = None


def value_range(images: np.ndarray) -> tuple[float, float]:
    """Black and white of training images: what brightness, contrast, hue, noise and erasing are measured by.

    Args:
        images: shape `(rows, ...)`. uint8 with a value above 127 means 0 to 255, which the first rows tell as a rule;
            anything else is as wide as its values.
    """
    low, high = np.inf, -np.inf
    for start in range(0, len(images), _ROWS_AT_ONCE):
        rows = images[start : start + _ROWS_AT_ONCE]
        low, high = min(low, float(rows.min())), max(high, float(rows.max()))
        if images.dtype == np.uint8 and high > 127:
            return 0.0, 255.0
    if images.dtype == np.uint8:
        low = 0.0
    return (low, high) if high > low else (low, low + 1)


def check(spec: DataSpec, known: DataFacts) -> None:
    """Refuse augmentation that cannot work. Raises: NetloomError, the first of `problems`."""
    for problem in problems(spec, known):
        raise NetloomError(f"Augmentation: {problem.message}", problem.hint)


def problems(spec: DataSpec, known: DataFacts) -> tuple[Problem, ...]:
    """What keeps the augmentation of `spec` from working; `node` is the kind that it belongs to."""
    if not spec.augment:
        return ()
    if known.kind != "image" or len(known.encoded_shape) != 3:
        message = f"Only images can be augmented. Received: {known.title}, a set of the kind {known.kind}."
        return (Problem(None, None, message, "Take it out; noise on the inputs does for every kind of data."),)
    found = [problem for step in spec.augment for problem in _problems_of(step, known)]
    mixing = [step.kind for step in spec.augment if step.kind in MIXING]
    if len(mixing) > 1:
        message = f"Classes can be mixed once. Received: {' and '.join(mixing)}."
        found.append(Problem(mixing[1], None, message, "Keep one of them."))
    return tuple(found)


def _problems_of(step: AugmentSpec, known: DataFacts) -> list[Problem]:
    kind, config = KINDS[step.kind], step.config
    found = config_problems(kind.entry, config, step.kind)
    if kind.mixes_classes and known.task not in ("binary", "multiclass"):
        message = f"{kind.title} mixes classes, of which every image has one. Received: a {known.task} task."
        found.append(Problem(step.kind, None, message, f"Take {kind.title} out."))
    if step.kind == "RandomHue" and known.encoded_shape[-1] != 3:
        message = f"Hue is of images with 3 colours. Received: channels={known.encoded_shape[-1]}."
        found.append(Problem(step.kind, None, message, "Take it out, or bring the images to RGB."))
    if "scale" in config and step.kind == "RandomErasing" and not _are_shares(config["scale"]):
        message = f"scale must be two shares from 0 to 1, the smaller one first. Received: scale={config['scale']!r}."
        found.append(Problem(step.kind, "scale", message, "For example [0.02, 0.2]."))
    if step.kind == "RandomZoom" and -1 in (config.get("height_factor"), config.get("width_factor")):
        found.append(Problem(step.kind, "height_factor", "A zoom must be above -1. Received: -1.", "For example 0.2."))
    return found


def _are_shares(value: Any) -> bool:
    if not isinstance(value, list | tuple) or len(value) != 2:
        return False
    numbers = all(isinstance(item, int | float) and not isinstance(item, bool) for item in value)
    return numbers and 0 <= value[0] <= value[1] <= 1


def warnings(spec: DataSpec, known: DataFacts) -> tuple[str, ...]:
    """Changes that may turn an image into one of another class, a sentence each: worth a look at the preview."""
    if problems(spec, known):
        return ()
    found: list[str] = []
    for step in spec.augment:
        config = {param.name: param.default for param in KINDS[step.kind].entry.params} | dict(step.config)
        if known.task == "segmentation":
            found += _of_masks(config, known)
        elif known.task != "reconstruction" and step.kind in _WARNINGS:
            found += _WARNINGS[step.kind](config, shows_characters(known))
    return tuple(dict.fromkeys(found))


def shows_characters(known: DataFacts) -> bool:
    """Whether the classes look like digits or letters, which a change of place can turn into one another."""
    if known.name in _CHARACTER_SETS or any(word in known.target_name.lower() for word in _CHARACTER_TARGETS):
        return True
    return len(known.class_names) > 1 and all(len(name) == 1 and name.isalnum() for name in known.class_names)


def _of_masks(config: Mapping[str, Any], known: DataFacts) -> list[str]:
    if config.get("fill_mode") != "constant" or known.ignore_class is not None or not known.class_names:
        return []
    return [f"Borders that are filled with one value count as {known.class_names[0]} in the masks."]


def _of_flip(config: Mapping[str, Any], characters: bool) -> list[str]:
    sideways, upside_down = config["mode"] != "vertical", config["mode"] != "horizontal"
    if not characters:
        return ["Upside down, most things are never seen: flip vertically where up and down are alike."] * upside_down
    return [
        *["A mirrored digit or letter is another one or none: a b turns into a d."] * sideways,
        *["Upside down, a digit or letter can become another: a 6 turns into a 9, an M into a W."] * upside_down,
    ]


def _of_rotation(config: Mapping[str, Any], characters: bool) -> list[str]:
    degrees = round(360 * config["factor"])
    if degrees <= 45 or not characters:
        return []
    return [f"Turned by up to {degrees} degrees, a digit or letter can become another: a rotated 6 becomes a 9."]


def _of_translation(config: Mapping[str, Any], characters: bool) -> list[str]:
    share = max(abs(config["height_factor"]), abs(config["width_factor"]))
    if share <= (0.2 if characters else 0.35):
        return []
    return [f"Shifted by up to {share:.0%}, what tells the class may leave the image."]


def _of_zoom(config: Mapping[str, Any], characters: bool) -> list[str]:
    share = max(abs(config["height_factor"]), abs(config["width_factor"] or 0))
    if share <= (0.25 if characters else 0.4):
        return []
    return [f"Zoomed by up to {share:.0%}, what tells the class may leave the image or become too small."]


def _of_hue(config: Mapping[str, Any], characters: bool) -> list[str]:
    if characters:
        return []
    return ["Other colours can mean another class, as with traffic lights or ripe fruit."] * (config["factor"] > 0.05)


def _of_light(config: Mapping[str, Any], characters: bool) -> list[str]:
    return [f"A factor of {config['factor']:g} can leave nothing to see in an image."] * (config["factor"] >= 0.7)


def _of_noise(config: Mapping[str, Any], characters: bool) -> list[str]:
    return [f"Noise of {config['stddev']:g} of the range can drown the image."] * (config["stddev"] > 0.3)


def _of_erasing(config: Mapping[str, Any], characters: bool) -> list[str]:
    share = config["scale"][1]
    return [f"Covering up to {share:.0%} of an image can hide what tells the class."] * (share > 0.5)


_WARNINGS: dict[AugmentKind, Callable[[Mapping[str, Any], bool], list[str]]] = {
    "RandomFlip": _of_flip,
    "RandomTranslation": _of_translation,
    "RandomRotation": _of_rotation,
    "RandomZoom": _of_zoom,
    "RandomBrightness": _of_light,
    "RandomContrast": _of_light,
    "RandomHue": _of_hue,
    "GaussianNoise": _of_noise,
    "RandomErasing": _of_erasing,
}
