"""Labels, any number a row: how each is found, and the rows with the most wrong ones."""

from pathlib import Path

import numpy as np

from models.errors import NetloomError
from pipelines.inspection.facts import Labels
from pipelines.inspection.predictions import predictions
from pipelines.inspection.raw import raw_frame
from pipelines.inspection.trained import rows_of, trained
from pipelines.runs.facts import Split


def labels(home: Path, run_uid: str, split: Split = "test", limit: int = 100, epoch: int | None = None) -> Labels:
    """True and predicted labels of a split. A label is given above a half, as Keras's binary accuracy counts.

    Args:
        limit: rows with a wrong label to return: the most wrong labels first, and of those the surest.
        epoch: of the snapshot to look at; None: the network as the run left it.

    Raises:
        NetloomError: the run has no trained network, or another task.
    """
    subject = trained(home, run_uid, epoch)
    facts = subject.data.facts
    if facts.task != "multilabel":
        raise NetloomError(f"A {facts.task} network gives no labels, any number a row.", "Look at its mistakes.")
    x, y = rows_of(subject, split)
    chances = predictions(subject, split)
    if chances.shape[1] != y.shape[1]:
        raise NetloomError(
            f"The network has {chances.shape[1]} outputs; one a label, {y.shape[1]}, was expected.",
            "Mend its last layer, and train again.",
        )
    true, predicted = y > 0.5, chances > 0.5
    wrong = (true != predicted).sum(axis=1)
    sureness = np.abs(chances - 0.5).sum(axis=1, where=true != predicted)
    order = np.lexsort((-sureness, -wrong))
    rows = order[: min(max(0, limit), int((wrong > 0).sum()))]
    raw = raw_frame(subject, split, rows)
    return Labels(split, facts.class_names, true, predicted, rows, chances[rows], x[rows], raw)
