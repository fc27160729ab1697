"""Which epoch of a run was the best, found as early stopping finds it."""

import math
from collections.abc import Sequence

import pandas as pd

from pipelines.comparison.measure import higher_is_better
from pipelines.runs.facts import Run
from pipelines.spec import RunSpec


def by_step(history: pd.DataFrame, steps: int) -> pd.DataFrame:
    """The history of a run; where it was evaluated within epochs, with epochs in fractions.

    With 40 updates an epoch, the point after 60 updates has epoch 0.5, between 0 (the first epoch's end) and 1.

    Args:
        history: points of one run, as RunStore.history gives them. What was forked may have had other batches, so each
            epoch is as long as it was.
        steps: updates in the epoch under way; 0: not known.
    """
    ends = history.groupby("epoch")["step"].max()
    starts = ends.shift(fill_value=0)
    lengths = ends - starts
    if len(lengths):
        lengths.iloc[-1] = max(steps, lengths.iloc[-1])
    epoch = history["epoch"]
    done = epoch - 1 + (history["step"] - epoch.map(starts)) / epoch.map(lengths)
    return history if (done == epoch).all() else history.assign(epoch=done)


def each_by_step(runs: Sequence[Run], history: pd.DataFrame) -> pd.DataFrame:
    """`by_step` of every one of these runs: histories of runs with one evaluation an epoch and with several, together.

    Args:
        runs: those whose points these are.
        history: as RunStore.history gives it.
    """
    steps = {run.uid: run.progress.steps for run in runs}
    parts = [by_step(points, steps.get(str(uid), 0)) for uid, points in history.groupby("run", sort=False)]
    return pd.concat(parts) if parts else history


def best_epoch(run: Run, spec: RunSpec, history: pd.DataFrame) -> float | None:
    """0-based epoch whose validation value is the best, or None before the first one.

    Without early stopping it is the epoch of the lowest validation loss.

    Args:
        run: what the store knows; an epoch that early stopping kept is taken as it is.
        spec: of that run.
        history: its points, as RunStore.history or `by_step` gives them.
    """
    if run.best_epoch is not None and not _within_epochs(history):
        return run.best_epoch
    stop = spec.train.early_stopping
    monitor, least = (stop.monitor, stop.min_delta) if stop else ("loss", 0.0)
    points = history[(history["split"] == "val") & (history["name"] == monitor)]
    sign = -1.0 if higher_is_better(monitor) else 1.0
    if run.best_epoch is not None:  # kept weights: which of that epoch's evaluations it was
        points = points[points["epoch"].map(math.ceil) == run.best_epoch]
    best: tuple[float, float] | None = None
    for epoch, value in zip(points["epoch"], points["value"] * sign, strict=True):
        if value == value and (best is None or value < best[0] - least):
            best = (float(value), epoch)
    return best[1] if best else None


def stopped_epoch(run: Run, history: pd.DataFrame) -> float | None:
    """0-based epoch at which early stopping ended a run, in fractions where its history is; None: it did not."""
    if run.stopped_epoch is None or not _within_epochs(history):
        return run.stopped_epoch
    return float(history["epoch"].max())


def waited_to(run: Run, spec: RunSpec, history: pd.DataFrame) -> float | None:
    """0-based epoch up to which early stopping has waited for something better, or None where it does not wait."""
    if spec.train.early_stopping is None:
        return None
    if run.stopped_epoch is not None:
        return stopped_epoch(run, history)
    if not run.active or history.empty:
        return None
    return history["epoch"].max()


def _within_epochs(history: pd.DataFrame) -> bool:
    """Whether `by_step` has put fractions in."""
    return pd.api.types.is_float_dtype(history["epoch"])
