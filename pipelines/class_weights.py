"""What an example of a class counts in the loss. No keras."""

from collections.abc import Mapping, Sequence
from typing import Literal

import numpy as np

ClassWeights = Literal["balanced"] | Mapping[str, float] | None


def class_weights(asked: ClassWeights, class_names: Sequence[str], y: np.ndarray) -> np.ndarray | None:
    """Weights by class id, float32 of shape `(classes,)`; None: every example counts the same.

    Args:
        asked: as `TrainSpec.class_weights`. `balanced`: rows / (classes * rows of the class), so that every class
            counts as much as every other, and a row 1 on average; a class without rows has 1.
        class_names: by class id.
        y: class ids of the training rows, shape `(rows,)`.

    >>> class_weights("balanced", ("cat", "dog"), np.array([0, 0, 0, 1]))
    array([0.6666667, 2.       ], dtype=float32)
    >>> class_weights({"dog": 3.0}, ("cat", "dog"), np.array([0, 1]))
    array([1., 3.], dtype=float32)
    """
    if not asked:
        return None
    if asked != "balanced":
        return np.array([asked.get(name, 1.0) for name in class_names], np.float32)
    rows = np.bincount(y.astype(np.int64).ravel(), minlength=len(class_names))
    return np.where(rows > 0, len(y) / (np.count_nonzero(rows) * np.maximum(rows, 1)), 1).astype(np.float32)
