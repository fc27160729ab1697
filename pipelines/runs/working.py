"""What happens to a run, as the supervisor and the worker tell it.

A worker gives its pid, so that one that was taken for dead and lives after all writes nothing into the curve of its
successor: it gets TakenOver.
"""

import json
import math
from collections.abc import Sequence
from dataclasses import asdict

import sqlalchemy as sa

from pipelines.runs import batches
from pipelines.runs import metrics as metric_tables
from pipelines.runs.base import Base
from pipelines.runs.facts import BatchPoint, Cause, MetricPoint, Progress, Request, Status
from pipelines.runs.schema import runs


class Working(Base):
    """The life of a run, from its claim to its end, and all that it logs."""

    def claim(self, uid: str, host: str, device: str) -> bool:
        """Take a queued run for `device` on `host`. False: somebody else took it, or it was cancelled or held."""
        with self._db.write() as connection:
            values = {"status": "running", "host": host, "device": device, "heartbeat_at": self.clock(), "pid": None,
                      "pid_created": None, "attempt": runs.c.attempt + 1, "error": None, "cause": None}  # fmt: skip
            where = (runs.c.uid == uid) & (runs.c.status == "queued") & ~runs.c.held
            return connection.execute(sa.update(runs).where(where).values(values)).rowcount == 1

    def placed(self, uid: str, pid: int, pid_created: float) -> None:
        """Note the process that was started for a claimed run, before it has shown any sign of life (`started`)."""
        self._update(uid, pid=pid, pid_created=pid_created)

    def started(self, uid: str, pid: int, pid_created: float) -> None:
        """The process that trains a claimed run says that it is alive. pid_created is psutil's create_time."""
        now = self.clock()
        first = sa.func.coalesce(runs.c.started_at, now)
        self._update(uid, pid=pid, pid_created=pid_created, heartbeat_at=now, started_at=first)

    def beat(self, uid: str, progress: Progress | None = None, pid: int | None = None) -> Request | None:
        """Say that the worker lives, and how far it is. Returns what a user has asked of it meanwhile."""
        with self._db.write() as connection:
            self._one(connection, uid, pid)
            return self._beat(connection, uid, progress)

    def finish(
        self,
        uid: str,
        status: Status,
        error: str | None = None,
        stopped_epoch: int | None = None,
        best_epoch: int | None = None,
        pid: int | None = None,
        cause: Cause | None = None,
        memory_bytes: int | None = None,
    ) -> None:
        """End a run.

        Args:
            uid: of the run.
            status: one of ENDED.
            error: a plain sentence and a hint; the traceback belongs into its log.
            stopped_epoch, best_epoch: 0-based, of early stopping.
            pid: of the worker that says so.
            cause: the kind of the error, as of Run.
            memory_bytes: that training was measured to take; None: what is known stays.
        """
        values = {"status": status, "error": error, "ended_at": self.clock(), "request": None,
                  "stopped_epoch": stopped_epoch, "best_epoch": best_epoch, "cause": cause}  # fmt: skip
        if memory_bytes is not None:
            values["memory_bytes"] = memory_bytes
        with self._db.write() as connection:
            connection.execute(sa.update(runs).where(runs.c.id == self._one(connection, uid, pid).id).values(values))

    def requeue(self, uid: str, reason: str) -> None:
        """Put a run whose worker died back into the queue, with the reason kept where people look for it."""
        self._update(uid, status="queued", pid=None, pid_created=None, error=reason)

    # Curves

    def log_epoch(
        self, uid: str, points: Sequence[MetricPoint], progress: Progress | None = None, pid: int | None = None
    ) -> Request | None:
        """Write an epoch's points, summaries and heartbeat in one transaction. Writing them again changes nothing."""
        with self._db.write() as connection:
            run_id = self._one(connection, uid, pid).id
            if metric_tables.write_points(connection, run_id, points, self.clock()):
                connection.execute(sa.update(runs).where(runs.c.id == run_id).values(nonfinite=True))
            return self._beat(connection, uid, progress)

    def log_batches(
        self, uid: str, points: Sequence[BatchPoint], replace: bool = False, pid: int | None = None
    ) -> None:
        """Write buckets of the per-batch curve. Writing them again changes nothing.

        Args:
            uid: of the run.
            points: as `BatchCurve.take` gives them.
            replace: they are the whole curve, and what was there is forgotten.
            pid: of the worker that says so.
        """
        with self._db.write() as connection:
            batches.write_points(connection, self._one(connection, uid, pid).id, points, replace)

    def truncate(self, uid: str, after_step: int) -> None:
        """Forget points later than `after_step`, and those of the test: a resumed run measures them anew."""
        with self._db.write() as connection:
            run_id = self._one(connection, uid).id
            batches.truncate(connection, run_id, after_step)
            nonfinite = metric_tables.truncate(connection, run_id, after_step)
            connection.execute(sa.update(runs).where(runs.c.id == run_id).values(nonfinite=nonfinite))

    def copy_history(self, from_uid: str, to_uid: str, epochs: int) -> None:
        """Give a forked run the curves of the run that it continues, as far as its first `epochs` epochs.

        They replace what it has. They count as logged when the fork was submitted: it took no time for them.
        """
        with self._db.write() as connection:
            from_id, to_id = self._one(connection, from_uid).id, self._one(connection, to_uid).id
            created_at = connection.execute(sa.select(runs.c.created_at).where(runs.c.id == to_id)).scalar_one()
            step, nonfinite = metric_tables.copy(connection, from_id, to_id, epochs, created_at)
            batches.copy(connection, from_id, to_id, step)
            connection.execute(sa.update(runs).where(runs.c.id == to_id).values(nonfinite=nonfinite))

    def _beat(self, connection: sa.Connection, uid: str, progress: Progress | None) -> Request | None:
        values: dict[str, object] = {"heartbeat_at": self.clock()}
        if progress is not None:
            values["progress"] = _progress_json(progress)
        connection.execute(sa.update(runs).where(runs.c.uid == uid).values(values))
        return connection.execute(sa.select(runs.c.request).where(runs.c.uid == uid)).scalar()


def _progress_json(progress: Progress) -> str:
    """As JSON, which knows no NaN and no infinity."""
    values = asdict(progress)
    for name, value in values.items():
        if isinstance(value, float) and not math.isfinite(value):
            values[name] = 0.0 if name == "examples_per_s" else None
    return json.dumps(values)
