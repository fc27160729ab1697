"""Residuals of a regression: predicted against true, and the rows that are furthest off."""

from pathlib import Path

import numpy as np

from models.errors import NetloomError
from pipelines.inspection.facts import Residuals
from pipelines.inspection.predictions import predictions
from pipelines.inspection.trained import rows_of, trained
from pipelines.runs.facts import Split


def residuals(home: Path, run_uid: str, split: Split = "test", limit: int = 100) -> Residuals:
    """Predicted and true numbers of a split.

    Args:
        limit: rows to return with their features, furthest off first.

    Raises:
        NetloomError: the run has no trained network, or it is a classifier.
    """
    subject = trained(home, run_uid)
    facts = subject.data.facts
    if facts.task != "regression":
        raise NetloomError("A classifier has no residuals.", "Look at its confusion matrix.")
    x, y = rows_of(subject, split)
    predicted = predictions(subject, split)[:, 0]
    worst = np.argsort(-np.abs(predicted - y), kind="stable")[: max(0, limit)]
    return Residuals(split, facts.target_name, y, predicted, worst, x[worst], facts.feature_names)
