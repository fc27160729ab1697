"""Segmentation: the class of every pixel against the true one, and the images with the most wrong pixels."""

from pathlib import Path
from typing import Literal

import numpy as np

from models.errors import NetloomError
from pipelines.data.preparation.preparation import in_parts
from pipelines.inspection.classes import class_names
from pipelines.inspection.facts import Segmentation
from pipelines.inspection.trained import Trained, rows_of, trained
from pipelines.runs.facts import Split

_PART_BYTES = 4 * 2**20  # of the images; what the network makes of them is several times as large


def segmentation(
    home: Path,
    run_uid: str,
    split: Split = "test",
    order: Literal["worst", "first"] = "worst",
    limit: int = 6,
    epoch: int | None = None,
) -> Segmentation:
    """True and predicted classes of the pixels of a split.

    Args:
        order: which images to return: those with the most wrong pixels, or the first ones.
        limit: how many.
        epoch: of the snapshot to look at; None: the network as the run left it.

    Raises:
        NetloomError: the run has no trained network, or another task.
    """
    subject = trained(home, run_uid, epoch)
    facts = subject.data.facts
    if facts.task != "segmentation":
        raise NetloomError(f"A {facts.task} network gives no class to each pixel.", "Look at its mistakes.")
    x, y = rows_of(subject, split)
    matrix, accuracy, start = np.zeros((1, 1), np.int64), np.empty(len(x), np.float32), 0
    for part in in_parts(x, _PART_BYTES):
        true = np.asarray(y[start : start + len(part)])
        predicted, units = _classes(subject, part)
        classes = max(units, facts.num_classes)
        if len(matrix) < classes:
            matrix = np.zeros((classes, classes), np.int64)
        counted = (true < classes) & (true != facts.ignore_class)
        pairs = true[counted].astype(np.int64) * classes + predicted[counted]
        matrix += np.bincount(pairs, minlength=classes * classes).reshape(classes, classes)
        pixels = counted.sum(axis=(1, 2))
        right = (counted & (true == predicted)).sum(axis=(1, 2))
        accuracy[start : start + len(part)] = np.where(pixels, right / np.maximum(1, pixels), np.nan)
        start += len(part)
    worst_first = np.argsort(accuracy, kind="stable")  # NaN, of which nothing can be said, comes last
    rows = (worst_first if order == "worst" else np.arange(len(x)))[: max(0, limit)]
    true = np.asarray(y[rows], np.uint8)
    predicted = _classes(subject, x[rows])[0].astype(np.uint8)
    if facts.ignore_class is not None:
        predicted = np.where(true == facts.ignore_class, true, predicted)
    names = class_names(facts, len(matrix))
    return Segmentation(
        split, names, facts.ignore_class, matrix, accuracy, rows, np.asarray(x[rows]), true, predicted
    )  # fmt: skip


def _classes(subject: Trained, x: np.ndarray) -> tuple[np.ndarray, int]:
    """Class ids of shape `(rows, height, width)`, and how many classes the network tells apart."""
    outputs = subject.predict(x)
    if outputs.ndim != 4 or outputs.shape[1:3] != x.shape[1:3]:
        raise NetloomError(
            f"The network's output has the shape {('batch', *outputs.shape[1:])}; the probability of each class for "
            f"each of {x.shape[1]} × {x.shape[2]} pixels was expected.",
            "Mend its last layers, and train again.",
        )
    if outputs.shape[-1] == 1:
        return (outputs[..., 0] > 0.5).astype(np.int64), 2
    return outputs.argmax(axis=-1), outputs.shape[-1]
