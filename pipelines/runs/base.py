"""What the parts of RunStore share: the database, the home, the clock, and whose run it is."""

import time
from collections.abc import Callable
from pathlib import Path

import sqlalchemy as sa

from pipelines.runs.database import PATIENCE_S, Database
from pipelines.runs.facts import RunNotFound, TakenOver
from pipelines.runs.home import run_dir
from pipelines.runs.schema import runs


class Base:
    """One database and one home; `pipelines.runs.store.RunStore` says what it promises."""

    def __init__(
        self,
        home: Path,
        url: str | None = None,
        clock: Callable[[], float] = time.time,
        patience_s: float = PATIENCE_S,
    ) -> None:
        self.home = Path(home)
        self.clock = clock
        self._db = Database(self.home, url, patience_s)

    def close(self) -> None:
        """Close the connections."""
        self._db.close()

    def version(self) -> int:
        """A number that is another one after every change by anybody, for those who poll. To be asked by one thread."""
        return self._db.version()

    def schema_version(self) -> str | None:
        """The version of the database's schema as it is now: a newer Netloom may have changed it meanwhile."""
        return self._db.schema_version()

    def run_dir(self, uid: str) -> Path:
        """The folder of a run."""
        return run_dir(self.home, uid)

    def _one(self, connection: sa.Connection, uid: str, pid: int | None = None) -> sa.Row:
        """id, status, pid and request of a run. Raises: RunNotFound; TakenOver where `pid` does not train it."""
        columns = (runs.c.id, runs.c.status, runs.c.pid, runs.c.request)
        row = connection.execute(sa.select(*columns).where(runs.c.uid == uid)).first()
        if row is None:
            raise RunNotFound(f"There is no run {uid!r}.", "`python -m pipelines list` shows every run.")
        if pid is not None and (row.status, row.pid) != ("running", pid):
            raise TakenOver(f"Run {uid} is {row.status} and trained by process {row.pid}, no longer by process {pid}.")
        return row

    def _update(self, uid: str, **values: object) -> None:
        with self._db.write() as connection:
            connection.execute(sa.update(runs).where(runs.c.id == self._one(connection, uid).id).values(**values))
