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

    @property
    def last_step(self) -> int:
        return int(self.points["step"].max()) if len(self.points) else -1


class Follower:
    """What one tab knows of some runs' histories.

    A run that has ended is read once. Of an active one each poll reads the points of later steps only. A resumed run
    may forget points that this tab has seen, so everything is read again when another process took the run over, and
    when the store's latest values are not ours.
    """

    def __init__(self) -> None:
        self._known: dict[str, _Known] = {}

    def poll(self, store: RunStore, runs: Sequence[Run]) -> pd.DataFrame:
        """Every point of `runs` so far, as RunStore.history gives them (run after run, in the order of `runs`)."""
        unread = [run for run in runs if not self._is_current(run)]
        grown = {run.uid for run in runs if run.active and run not in unread and self._grow(store, run)}
        stale = self._stale(store, grown)
        unread += [run for run in runs if run.uid in stale]
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
        """Append what is new. True where there is something to check."""
        known = self._known[run.uid]
        new = store.history([run.uid], after_step=known.last_step)
        if len(new):
            known.points = _append(known.points, new)
        return bool(len(known.points))

    def _stale(self, store: RunStore, uids: set[str]) -> set[str]:
        """Those of which the store's latest values are not the latest that we know."""
        if not uids:
            return set()
        stale = set()
        for row in store.frame(uids=uids).to_dict("records"):
            points = self._known[row["uid"]].points
            latest = points.drop_duplicates(["split", "name"], keep="last")
            ours = {f"{split} {name}": value for split, name, value in latest[["split", "name", "value"]].to_numpy()}
            if any(key not in row or not _same(row[key], value) for key, value in ours.items()):
                stale.add(row["uid"])
        return stale


def _version(run: Run) -> Hashable:
    return (run.attempt, run.pid, run.ended_at)


def _same(a: float | None, b: float | None) -> bool:
    return a == b or (bool(pd.isna(a)) and bool(pd.isna(b)))


def _append(points: pd.DataFrame, new: pd.DataFrame) -> pd.DataFrame:
    """One run's points with later ones put in, in the store's order: split, name, step."""
    if points.empty:
        return new
    joined = pd.concat([points, new], ignore_index=True)
    return joined.sort_values(["split", "name", "step"], kind="stable", ignore_index=True)
