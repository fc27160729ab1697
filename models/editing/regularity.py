"""What `models.editing.everywhere` has set in a network, read back: its penalty, its dropout, its normalisation."""

from dataclasses import dataclass
from typing import Any

from models.catalogue import catalogue
from models.spec import ModelSpec, Node

_PENALTIES = {"L1": "l1", "L2": "l2", "L1L2": "l1_l2", "l1": "l1", "l2": "l2", "l1_l2": "l1_l2"}
MIXED = "mixed"


@dataclass(frozen=True, slots=True)
class Regularity:
    """How a network is kept from learning its training rows by heart.

    Attributes:
        penalty: of the weights: `none`, `l1`, `l2`, `l1_l2`, or `mixed` where layers differ or have another one.
        strength: of that penalty; None for none and mixed.
        dropouts: the rates of the Dropout layers, in the order of the network.
        normalizations: how many BatchNormalization layers there are.
    """

    penalty: str
    strength: float | None
    dropouts: tuple[float, ...]
    normalizations: int


def regularity(spec: ModelSpec) -> Regularity:
    """What is set in `spec`; layers that share another one's weights are not counted."""
    nodes = [node for node in spec.nodes if not node.shares]
    kinds = {penalty for node in nodes for penalty in _penalties(node)}
    penalty, strength = kinds.pop() if len(kinds) == 1 else ("none", None) if not kinds else (MIXED, None)
    return Regularity(
        penalty=penalty,
        strength=strength,
        dropouts=tuple(_number(node.config.get("rate")) for node in nodes if "Dropout" in node.kind),
        normalizations=sum(node.kind == "BatchNormalization" for node in nodes),
    )


def _penalties(node: Node) -> set[tuple[str, float | None]]:
    """The penalties of a layer's kernels; empty where it has no kernel that could have one."""
    entry = catalogue().layers.get(node.kind)
    params = [] if entry is None else [p.name for p in entry.params if p.name.endswith("kernel_regularizer")
                                       or p.name in ("depthwise_regularizer", "pointwise_regularizer")]  # fmt: skip
    return {_told(node.config.get(name)) for name in params}


def _number(value: Any) -> float:
    return float(value) if isinstance(value, int | float) else 0.0


def _told(value: Any) -> tuple[str, float | None]:
    if value is None:
        return "none", None
    name, config = (value.get("class_name"), value.get("config") or {}) if isinstance(value, dict) else (value, {})
    penalty = _PENALTIES.get(str(name), MIXED)
    strengths = {config.get(part, 0.01) for part in penalty.split("_")}
    return (penalty, strengths.pop()) if penalty != MIXED and len(strengths) == 1 else (MIXED, None)
