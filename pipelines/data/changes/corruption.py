"""Harm done on purpose to what is learned from: fewer training rows, wrong labels. Val and test are never touched.

Each is drawn from its seed alone, and grows with its share: the rows kept at 10 % are among those kept at 20 %, and
the labels wrong at 10 % are wrong in the same way at 20 %, so that a curve over shares tells of the share.
"""

import numpy as np

from pipelines.data.spec import CorruptSpec, Task


def num_kept(num_rows: int, share: float) -> int:
    """How many of the training rows stay: the share, rounded, and one at least.

    >>> num_kept(1257, 0.1)
    126
    """
    return max(1, round(num_rows * share))


def kept_rows(rows: np.ndarray, share: float, seed: int, labels: np.ndarray | None = None) -> np.ndarray:
    """The share of the training rows that stays, in their order; each class keeps its share to within one row.

    Args:
        rows: row numbers of the training split, int64.
        share: in (0, 1].
        seed: equal seeds give equal rows.
        labels: a class id for each of `rows`; None: there are no classes.
    """
    if share == 1:
        return rows
    shuffled = np.random.default_rng(seed).permutation(len(rows))
    classes = np.zeros(len(rows), np.int64) if labels is None else np.unique(labels, return_inverse=True)[1][shuffled]
    # Each row's place among those of its class, evenly spaced in (0, 1): any first part has every class in proportion.
    counts = np.bincount(classes)
    by_class = np.argsort(classes, kind="stable")
    place = np.empty(len(rows))
    place[by_class] = np.arange(len(rows)) - np.repeat(np.cumsum(counts) - counts, counts)
    place = (place + 0.5) / counts[classes]
    first = shuffled[np.argsort(place, kind="stable")[: num_kept(len(rows), share)]]
    return rows[np.sort(first)]


def wrong_labels(
    y: np.ndarray, task: Task, num_classes: int, corrupt: CorruptSpec
) -> tuple[np.ndarray, np.ndarray]:  # fmt: skip
    """A copy of the training labels in which `round(corrupt.wrong_labels * rows)` are wrong.

    A class becomes one of the others, each as likely as another; of several labels (multilabel) one, drawn anew for
    each row, becomes its opposite. Other tasks have no labels to get wrong: theirs are returned as they are.

    Args:
        y: of the training rows: int64 class ids of shape `(rows,)`, or float32 0/1 of shape `(rows, labels)`.
        task: what is asked of the network.
        num_classes: classes, or labels.
        corrupt: the share, and the seed.

    Returns:
        The labels, and the positions in y of the wrong ones, ascending int64.
    """
    num_wrong = round(corrupt.wrong_labels * len(y)) if task in ("binary", "multiclass", "multilabel") else 0
    if not num_wrong:
        return y, np.empty(0, np.int64)
    random = np.random.default_rng((corrupt.seed, 1))  # another stream than that of the rows that are kept
    order = random.permutation(len(y))
    chosen = np.sort(order[:num_wrong])
    wrong = y.copy()
    if task == "multilabel":
        label = random.integers(num_classes, size=len(y))[chosen]
        wrong[chosen, label] = 1 - wrong[chosen, label]
    else:
        wrong[chosen] = (y[chosen] + random.integers(1, num_classes, size=len(y))[chosen]) % num_classes
    return wrong, chosen.astype(np.int64)
