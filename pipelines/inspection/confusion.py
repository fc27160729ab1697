"""Confusion matrix and misclassified examples."""

from pathlib import Path

import numpy as np

from models.errors import NetloomError
from pipelines.inspection.classes import class_names, class_probabilities, predicted_classes
from pipelines.inspection.facts import Confusion
from pipelines.inspection.predictions import predictions
from pipelines.inspection.raw import raw_frame
from pipelines.inspection.registry import CLASSES
from pipelines.inspection.trained import rows_of, trained
from pipelines.runs.facts import Split


def confusion(home: Path, run_uid: str, split: Split = "test", limit: int = 100, epoch: int | None = None) -> Confusion:
    """Which classes a classifier takes for which others, and the examples it is most wrongly sure of.

    Args:
        split: the rows to predict. On `train` a network looks better than it is.
        limit: misclassified examples to return, most confident first.
        epoch: of the snapshot to look at; None: the network as the run left it.

    Raises:
        NetloomError: the run has no trained network, or another task than one class a row.
    """
    subject = trained(home, run_uid, epoch)
    facts = subject.data.facts
    if facts.task not in CLASSES:
        raise NetloomError(f"A {facts.task} network has no classes to confuse.", "Look at its mistakes.")
    x, y = rows_of(subject, split)
    outputs = predictions(subject, split)
    labels = class_names(facts, outputs.shape[1])
    predicted, probabilities = predicted_classes(outputs), class_probabilities(outputs)
    matrix = np.zeros((len(labels), len(labels)), dtype=np.int64)
    np.add.at(matrix, (y, predicted), 1)
    wrong = np.flatnonzero(predicted != y)
    sure = probabilities[wrong, predicted[wrong]]
    rows = wrong[np.argsort(-sure, kind="stable")[: max(0, limit)]]
    return Confusion(
        split=split,
        labels=labels,
        matrix=matrix,
        num_wrong=len(wrong),
        rows=rows,
        x=x[rows],
        true=y[rows],
        predicted=predicted[rows],
        probability=probabilities[rows, predicted[rows]],
        true_probability=probabilities[rows, y[rows]],
        raw=raw_frame(subject, split, rows),
    )
