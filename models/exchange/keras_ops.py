"""Operations such as `x + y` and `x / 255`, which Keras saves like layers, as layers that do the same. No keras."""

from collections.abc import Mapping
from typing import Any

from models.catalogue import catalogue
from models.exchange.keras_values import plain
from models.spec import snake_case

_MERGING = {"Add", "Subtract", "Multiply", "Maximum", "Minimum"}
_DIVISIONS = {"TrueDivide", "Divide"}
_WITH_SETTINGS = {"Softmax": "Softmax", "LeakyRelu": "LeakyReLU", "Elu": "ELU"}
_OF_ACTIVATIONS = {
    "approximate": False, "axis": -1, "alpha": 1.0, "negative_slope": 0.2, "threshold": 0.5, "b": 4
}  # fmt: skip
"""Settings of operations, as the activation of the same name has them: `keras.ops.gelu` is not the same as "gelu"."""


def is_operation(layer: Mapping[str, Any]) -> bool:
    """Whether this is an operation of `keras.ops`, not a layer: classes of both have the same names."""
    return str(layer.get("module")).startswith(("keras.src.ops", "keras.ops"))


def as_layer(layer: Mapping[str, Any], arguments: dict[str, Any], num_feeds: int) -> tuple[str, dict[str, Any]]:
    """The layer that does the same, and its config; a kind that no catalogue has where there is none.

    Args:
        layer: the operation.
        arguments: of its call, constants under their places; those that the layer has in its config are taken out.
        num_feeds: how many tensors it reads.
    """
    kind = str(layer.get("class_name"))
    if num_feeds == 2 and kind in _MERGING:
        return kind, {}
    left, right = _number(arguments.get("0")), _number(arguments.get("1", arguments.get("x2")))
    if num_feeds == 1 and (left is None) != (right is None):
        rescaling = _rescaling(kind, left, right)
        if rescaling is not None:
            for key in ("0", "1", "x2"):
                arguments.pop(key, None)
            return "Rescaling", rescaling
    settings = layer.get("config")
    settings = {key: plain(settings[key]) for key in settings if key != "name"} if isinstance(settings, Mapping) else {}
    if not arguments and (found := _shaping(kind, settings, num_feeds)):
        return found
    if num_feeds == 1 and not arguments and snake_case(kind) in catalogue().activations:
        if all(_OF_ACTIVATIONS.get(key) == value for key, value in settings.items()):
            return "Activation", {"activation": snake_case(kind)}
        if kind in _WITH_SETTINGS:
            return _WITH_SETTINGS[kind], settings
    return f"{kind}Operation", {}


def _shaping(kind: str, settings: Mapping[str, Any], num_feeds: int) -> tuple[str, dict[str, Any]] | None:
    """The layer that shapes or joins alike, where the batch stays as it is."""
    shape, axes, axis = (settings.get(key) for key in ("newshape", "axes", "axis"))
    if kind == "Reshape" and isinstance(shape, list) and len(shape) > 1 and shape[0] in (None, -1):
        # Two sizes that are not said: the batch is the first of them.
        return None if -1 in shape[1:] and shape[0] == -1 else ("Reshape", {"target_shape": shape[1:]})
    if kind == "Transpose" and isinstance(axes, list) and axes[:1] == [0] and len(axes) > 1:
        return "Permute", {"dims": axes[1:]}
    if kind == "Concatenate" and num_feeds > 1 and isinstance(axis, int) and axis != 0:
        return "Concatenate", {} if axis == -1 else {"axis": axis}
    return None


def _rescaling(kind: str, left: float | None, right: float | None) -> dict[str, Any] | None:
    """scale and offset of `left kind x`, or of `x kind right`."""
    number = right if left is None else left
    if number is None:
        return None
    if kind == "Multiply":
        return {"scale": number}
    if kind == "Add":
        return {"scale": 1.0, "offset": number}
    if kind == "Subtract":
        return {"scale": 1.0, "offset": -number} if left is None else {"scale": -1.0, "offset": number}
    if kind in _DIVISIONS and left is None and number:
        return {"scale": 1 / number}
    return None


def _number(value: Any) -> float | None:
    return float(value) if isinstance(value, int | float) and not isinstance(value, bool) else None
