"""Which epoch of a run was the best, found as early stopping finds it."""

import pandas as pd

from pipelines.comparison.measure import higher_is_better
from pipelines.runs.facts import Run
from pipelines.spec import RunSpec


def best_epoch(run: Run, spec: RunSpec, history: pd.DataFrame) -> int | None:
    """0-based epoch whose validation value is the best, or None before the first one.

    Without early stopping it is the epoch of the lowest validation loss.

    Args:
        run: what the store knows; an epoch that early stopping kept is taken as it is.
        spec: of that run.
        history: its points, as RunStore.history gives them.
    """
    if run.best_epoch is not None:
        return run.best_epoch
    stop = spec.train.early_stopping
    monitor, least = (stop.monitor, stop.min_delta) if stop else ("loss", 0.0)
    points = history[(history["split"] == "val") & (history["name"] == monitor)]
    sign = -1.0 if higher_is_better(monitor) else 1.0
    best: tuple[float, int] | None = None
    for epoch, value in zip(points["epoch"], points["value"] * sign, strict=True):
        if value == value and (best is None or value < best[0] - least):
            best = (float(value), int(epoch))
    return best[1] if best else None


def waited_to(run: Run, spec: RunSpec, history: pd.DataFrame) -> int | None:
    """0-based epoch up to which early stopping has waited for something better, or None where it does not wait."""
    if spec.train.early_stopping is None:
        return None
    if run.stopped_epoch is not None:
        return run.stopped_epoch
    if not run.active or history.empty:
        return None
    return int(history["epoch"].max())
