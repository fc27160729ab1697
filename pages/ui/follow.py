"""Histories that grow: read once, then only what is new, and read again where the past has changed."""

from collections.abc import Hashable, Sequence
from dataclasses import dataclass

import pandas as pd

from pipelines.runs.facts import Run
from pipelines.runs.store import RunStore

KEPT = 300  # runs whose histories one tab holds


@dataclass(slots=True)
class _Known:
    version: Hashable
    points: pd.DataFrame

    def after(self, step: int) -> pd.DataFrame:
        """Points of later steps."""
        return self.points[self.points["step"] > step].reset_index(drop=True)


class Follower:
    """What one tab knows of some runs' histories.

    A run that has ended is read once. Of an active one each poll reads the points from the last epoch known on: where
    that epoch is not as it was known, a resumed run has forgotten and rewritten points, and everything is read again.
    So it is when another process took the run over.
    """

    def __init__(self) -> None:
        self._known: dict[str, _Known] = {}

    def poll(self, store: RunStore, runs: Sequence[Run]) -> pd.DataFrame:
        """Every point of `runs` so far, as RunStore.history gives them (run after run, in the order of `runs`)."""
        unread = [
            run for run in runs if not self._is_current(run) or (run.status == "running" and not self._grow(store, run))
        ]
        if unread:
            histories = dict(tuple(store.history([run.uid for run in unread]).groupby("run", sort=False)))
            empty = store.history([])
            for run in unread:
                self._known[run.uid] = _Known(_version(run), histories.get(run.uid, empty))
        for run in runs:
            self._known[run.uid] = self._known.pop(run.uid)
        wanted = [self._known[run.uid].points for run in runs]
        for uid in list(self._known)[: -max(KEPT, len(runs))]:  # the ones wanted least recently
            del self._known[uid]
        filled = [points for points in wanted if len(points)]
        return pd.concat(filled, ignore_index=True) if filled else store.history([])

    def _is_current(self, run: Run) -> bool:
        known = self._known.get(run.uid)
        return known is not None and known.version == _version(run)

    def _grow(self, store: RunStore, run: Run) -> bool:
        """Append what is new. False where what was known is no more."""
        known = self._known[run.uid]
        steps = known.points["step"].unique()
        if not len(steps):
            known.points = store.history([run.uid])
            return True
        last = steps.max()
        anchor = int(steps[steps < last].max()) if len(steps) > 1 else -1
        read = store.history([run.uid], after_step=anchor)
        if not read[read["step"] <= last].reset_index(drop=True).equals(known.after(anchor)):
            return False
        new = read[read["step"] > last]
        if len(new):
            known.points = _append(known.points, new)
        return True


def _version(run: Run) -> Hashable:
    return (run.attempt, run.pid, run.ended_at)


def _append(points: pd.DataFrame, new: pd.DataFrame) -> pd.DataFrame:
    """One run's points with later ones put in, in the store's order: split, name, step."""
    joined = pd.concat([points, new], ignore_index=True)
    return joined.sort_values(["split", "name", "step"], kind="stable", ignore_index=True)
