"""RunStore: the one interface to what was asked and what happened."""

from collections.abc import Iterable

import pandas as pd

from pipelines.runs.asking import Asking
from pipelines.runs.batches import read_points
from pipelines.runs.files import Files
from pipelines.runs.forecast import Forecast, forecast
from pipelines.runs.frames import history_frame
from pipelines.runs.installation import Installation
from pipelines.runs.working import Working
from pipelines.spec import RunSpec


class RunStore(Asking, Working, Files, Installation):
    """Runs, their metrics and artifacts, and the settings and living processes of one installation.

    Contract: every writing method is one transaction, so it happened whole or not at all. Methods may be called from
    several threads and processes at once; a process must make its own RunStore (never share one over a fork).
    Arguments are never mutated and results are fresh copies. Every method that takes a uid raises RunNotFound for one
    that is not there; `get` alone also takes the unique beginning of one. Where the database does not answer or the
    disk is full a method raises StoreError and has written nothing.

    Args:
        home: root folder of everything; made if missing.
        url: SQLAlchemy URL of the database; default netloom.db in the home.
        clock: seconds since 1970; passed in by tests.
        patience_s: how long a write waits for another process that holds the database, before it raises StoreError.
            Whoever has nobody waiting for it, and much to lose, is given more.

    Raises:
        StoreError: the home or its database cannot be used.
    """

    def history(self, uids: Iterable[str], after_step: int | None = None) -> pd.DataFrame:
        """Every logged point of some runs: columns run, split, name, epoch, step, value, time_s (since the submit).

        Args:
            uids: of the runs. Unknown ones add no rows.
            after_step: only points of later steps, for those who poll.
        """
        with self._db.read() as connection:
            return history_frame(connection, list(uids), after_step)

    def batch_history(self, uid: str, after_step: int | None = None) -> pd.DataFrame:
        """The per-batch curve of a run: columns step, steps, mean, low, high; by step (see BatchPoint).

        Buckets become fewer and longer while a run goes on: who polls by `after_step` reads all of it now and then.
        """
        with self._db.read() as connection:
            return read_points(connection, self._one(connection, uid).id, after_step)

    def forecast(self, spec: RunSpec) -> Forecast | None:
        """How long a run of this spec takes, as past runs of it took; None where there was none."""
        with self._db.read() as connection:
            return forecast(connection, spec)
