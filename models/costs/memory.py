"""Memory that training and prediction take, from what is known of the nodes. No keras."""

import math
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from models.facts import Summary
from models.spec import node_of

# Numbers that an optimizer remembers for each weight. Adafactor remembers rows and columns of a matrix alone, and Muon
# one number for matrices and Adam's two for the rest: theirs are what they come to at the most.
_SLOTS = {
    "Adadelta": 2, "Adafactor": 1, "Adagrad": 1, "Adam": 2, "AdamW": 2, "Adamax": 2, "Ftrl": 2, "Lamb": 2, "Lion": 1,
    "Muon": 2, "Nadam": 2, "RMSprop": 1, "SGD": 0, "ScheduleFreeAdamW": 2,
}  # fmt: skip
# They hand on the values that they are fed in another shape, without a copy.
_VIEWS = ("Flatten", "Reshape", "Identity")


@dataclass(frozen=True, slots=True)
class Memory:
    """Bytes that a network takes, apart from what TensorFlow needs for itself and for its workspaces.

    Attributes:
        weights: of all weights, trainable or not.
        gradients: one number for each trainable weight.
        optimizer: what it remembers of each trainable weight.
        activations: the outputs of all layers for a batch, kept for the way back; None where a length varies.
        peak: the most that outputs take at once in a prediction, each dropped when nothing reads it any more; None
            where a length varies.
    """

    weights: int
    gradients: int
    optimizer: int
    activations: int | None
    peak: int | None

    @property
    def training(self) -> int | None:
        """All that a training step needs."""
        if self.activations is None:
            return None
        return self.weights + self.gradients + self.optimizer + self.activations

    @property
    def inference(self) -> int | None:
        """All that a prediction needs."""
        return None if self.peak is None else self.weights + self.peak


def memory(summary: Summary, batch_size: int, optimizer_slots: int = 2) -> Memory:
    """What training and predicting with batches of `batch_size` examples takes.

    Args:
        summary: of the network.
        batch_size: examples at once.
        optimizer_slots: numbers that the optimizer remembers for each weight: see `slots`.
    """
    trainable = sum(
        math.ceil(node.weight_bytes * node.trainable / node.params) for node in summary.nodes if node.params
    )
    kept = [node.activation_bytes for node in summary.nodes if node.kind not in _VIEWS]
    known = None if None in kept else sum(size for size in kept if size is not None)
    return Memory(
        weights=sum(node.weight_bytes for node in summary.nodes),
        gradients=trainable,
        optimizer=trainable * optimizer_slots,
        activations=None if known is None else known * batch_size,
        peak=None if known is None else _peak(summary) * batch_size,
    )


def slots(kind: str, config: Mapping[str, Any]) -> int:
    """Numbers that the optimizer `kind` remembers for each trainable weight; two where the kind is not known.

    >>> slots("SGD", {}), slots("SGD", {"momentum": 0.9}), slots("Adam", {})
    (0, 1, 2)
    """
    number = _SLOTS.get(kind, 2)
    number += 1 if kind in ("SGD", "RMSprop") and config.get("momentum") else 0
    number += 1 if kind == "RMSprop" and config.get("centered") else 0
    number += 1 if kind in ("Adam", "AdamW") and config.get("amsgrad") else 0
    return number + (1 if config.get("use_ema") else 0)


def _peak(summary: Summary) -> int:
    """Bytes for one example: the most that is alive at once, in the order of the list."""
    last_read = {node_of(source): place for place, node in enumerate(summary.nodes) for source in node.inputs}
    leaving: dict[int, list[int]] = {}
    alive = most = 0
    for place, node in enumerate(summary.nodes):
        size = node.activation_bytes or 0
        alive += size
        most = max(most, alive)
        # What nothing reads is an output of the network, and stays.
        if node.name in last_read:
            leaving.setdefault(last_read[node.name], []).append(size)
        alive -= sum(leaving.pop(place, ()))
    return most
