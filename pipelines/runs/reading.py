"""What is known of runs: one, some, those that wait, and tables of them."""

import json
from collections.abc import Iterable

import pandas as pd
import sqlalchemy as sa

from pipelines.runs.base import Base
from pipelines.runs.facts import Progress, Request, Run, RunNotFound, Status
from pipelines.runs.frames import run_frame
from pipelines.runs.schema import experiments, run_tags, runs

_RUN_COLUMNS = [column for column in runs.c if column.name not in ("experiment_id", "spec", "progress")]
_PULSE = sa.text(
    "SELECT uid, status, request FROM runs WHERE status = 'running' OR (status = 'queued' AND NOT held) "
    "ORDER BY priority DESC, position, id"
)


class Reading(Base):
    """Reads, and never waits for a writer."""

    def get(self, uid: str) -> Run:
        """The run with this uid, or whose uid alone begins so. Raises: RunNotFound."""
        found = self.find(prefix=uid) if uid else []
        exact = [run for run in found if run.uid == uid]
        if len(exact or found) != 1:
            many = f"{len(found)} runs begin with {uid!r}." if found else f"There is no run {uid!r}."
            raise RunNotFound(many, "`python -m pipelines list` shows every run.")
        return (exact or found)[0]

    def find(
        self,
        experiment: str | None = None,
        statuses: Iterable[Status] | None = None,
        uids: Iterable[str] | None = None,
        prefix: str | None = None,
        limit: int | None = None,
    ) -> list[Run]:
        """Runs, newest first (`queued` gives those that wait, in their order)."""
        query = sa.select(*_RUN_COLUMNS, runs.c.spec, runs.c.progress, experiments.c.name.label("experiment")).join(
            experiments
        )
        if experiment is not None:
            query = query.where(experiments.c.name == experiment)
        if statuses is not None:
            query = query.where(runs.c.status.in_(list(statuses)))
        if uids is not None:
            query = query.where(runs.c.uid.in_(list(uids)))
        if prefix is not None:
            query = query.where(sa.func.substr(runs.c.uid, 1, len(prefix)) == prefix)
        query = query.order_by(runs.c.created_at.desc(), runs.c.id.desc()).limit(limit)
        with self._db.read() as connection:
            rows = connection.execute(query).mappings().all()
            tags = _tags(connection, None if limit is None and not (uids or prefix) else [row["id"] for row in rows])
        return [_to_run(row, tags.get(row["id"], {})) for row in rows]

    def queued(self) -> list[Run]:
        """Waiting runs in the order in which they will start; those that are held stand where they will be released."""
        return sorted(self.find(statuses=["queued"]), key=lambda run: (-run.priority, run.position, run.id))

    def pulse(self) -> list[tuple[str, Status, Request | None]]:
        """uid, status and request of every run that works or may start, in the order of the queue; cheap to ask often.

        Held runs are left out.
        """
        with self._db.read() as connection:
            return [(uid, status, request) for uid, status, request in connection.execute(_PULSE)]

    def experiments(self) -> list[str]:
        """Names of the experiments, in the order of the alphabet."""
        with self._db.read() as connection:
            return list(connection.execute(sa.select(experiments.c.name).order_by(experiments.c.name)).scalars())

    def frame(self, experiment: str | None = None, uids: Iterable[str] | None = None) -> pd.DataFrame:
        """One row a run, newest first, made for tables.

        Returns:
            Columns uid, name, experiment, status, created_at, started_at, ended_at, device, error, and for each
            series `<split> <metric>` (its last value), `best <split> <metric> min` and `best <split> <metric> max`.
        """
        with self._db.read() as connection:
            return run_frame(connection, experiment, None if uids is None else list(uids))


def _tags(connection: sa.Connection, run_ids: list[int] | None) -> dict[int, dict[str, str]]:
    query = sa.select(run_tags.c.run_id, run_tags.c.key, run_tags.c.value)
    if run_ids is not None:
        query = query.where(run_tags.c.run_id.in_(run_ids))
    tags: dict[int, dict[str, str]] = {}
    for run_id, key, value in connection.execute(query):
        tags.setdefault(run_id, {})[key] = value
    return tags


def _to_run(row: sa.RowMapping, tags: dict[str, str]) -> Run:
    values = {column.name: row[column.name] for column in _RUN_COLUMNS}
    progress = Progress(**json.loads(row["progress"])) if row["progress"] else Progress()
    return Run(experiment=row["experiment"], spec_json=row["spec"], progress=progress, tags=tags, **values)
