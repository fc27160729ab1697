"""Operations such as `x + y` and `x / 255`, which Keras saves like layers, as layers that do the same. No keras."""

from collections.abc import Mapping
from typing import Any

from models.catalogue import catalogue
from models.spec import snake_case

_MERGING = {"Add", "Subtract", "Multiply", "Maximum", "Minimum"}
_DIVISIONS = {"TrueDivide", "Divide"}


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
    if num_feeds == 1 and not arguments and snake_case(kind) in catalogue().activations:
        return "Activation", {"activation": snake_case(kind)}
    return f"{kind}Operation", {}


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
