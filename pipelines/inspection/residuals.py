"""Residuals of a regression: predicted against true, and the rows that are furthest off."""

from pathlib import Path

import numpy as np

from models.errors import NetloomError
from pipelines.inspection.facts import Residuals
from pipelines.inspection.predictions import predictions
from pipelines.inspection.raw import raw_frame
from pipelines.inspection.residual_names import target_names
from pipelines.inspection.trained import rows_of, trained
from pipelines.runs.facts import Split


def residuals(
    home: Path, run_uid: str, split: Split = "test", target: int = 0, limit: int = 100, epoch: int | None = None
) -> Residuals:
    """Predicted and true numbers of a split.

    Args:
        target: which number of a row, from 0, where several are predicted.
        limit: rows to return with their features, furthest off first.
        epoch: of the snapshot to look at; None: the network as the run left it.

    Raises:
        NetloomError: the run has no trained network, another task, or no such target.
    """
    subject = trained(home, run_uid, epoch)
    facts = subject.data.facts
    if facts.task != "regression":
        raise NetloomError(f"A {facts.task} network has no residuals.", "Look at its mistakes.")
    x, y = rows_of(subject, split)
    outputs, true = predictions(subject, split), y.reshape(len(y), -1)
    if outputs.shape != true.shape or not 0 <= target < true.shape[1]:
        raise NetloomError(
            f"The network predicts {outputs.shape[1]} numbers a row and the data has {true.shape[1]}. "
            f"Received: target={target}.",
            "Mend its last layer, and train again.",
        )
    names = target_names(facts.target_name, true.shape[1])
    true, predicted = true[:, target], outputs[:, target]
    worst = np.argsort(-np.abs(predicted - true), kind="stable")[: max(0, limit)]
    raw = raw_frame(subject, split, worst)
    return Residuals(
        split, names[target], true, predicted, worst, x[worst], facts.feature_names, names, raw
    )  # fmt: skip
