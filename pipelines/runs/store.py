"""RunStore: the one interface to what was asked and what happened."""

import hashlib
import json
import math
import os
import secrets
import socket
import string
import time
from collections.abc import Callable, Iterable, Sequence
from dataclasses import asdict, fields
from pathlib import Path

import pandas as pd
import sqlalchemy as sa

from models.errors import NetloomError
from pipelines.runs import metrics as metric_tables
from pipelines.runs.database import Database
from pipelines.runs.facts import (
    ENDED,
    Artifact,
    MetricPoint,
    Progress,
    Request,
    Run,
    RunNotFound,
    Service,
    Status,
    TakenOver,
)
from pipelines.runs.frames import history_frame, run_frame
from pipelines.runs.home import run_dir
from pipelines.runs.schema import artifacts, experiments, run_tags, runs, services
from pipelines.spec import RunSpec

_ALPHABET = string.ascii_lowercase + string.digits
_RUN_COLUMNS = [column for column in runs.c if column.name not in ("experiment_id", "spec", "progress")]
_PULSE = sa.text(
    "SELECT uid, status, request FROM runs WHERE status IN ('queued', 'running') ORDER BY priority DESC, position, id"
)


class RunStore:
    """Runs, their metrics and artifacts, and the living processes of one installation.

    Contract: every writing method is one transaction, so it happened whole or not at all. Methods may be called from
    several threads and processes at once; a process must make its own RunStore (never share one over a fork).
    Arguments are never mutated and results are fresh copies. Every method that takes a uid raises RunNotFound for one
    that is not there; `get` alone also takes the unique beginning of one.

    Args:
        home: root folder of everything; made if missing.
        url: SQLAlchemy URL of the database; default netloom.db in the home.
        clock: seconds since 1970; passed in by tests.

    Raises:
        StoreError: the home or its database cannot be used.
    """

    def __init__(self, home: Path, url: str | None = None, clock: Callable[[], float] = time.time) -> None:
        self.home = Path(home)
        self.clock = clock
        self._db = Database(self.home, url)

    def close(self) -> None:
        """Close the connections."""
        self._db.close()

    # What was asked

    def create(self, spec: RunSpec, parent_uid: str | None = None, priority: int = 0) -> Run:
        """Queue a run of `spec`, and write runs/<uid>/spec.json. Higher priorities start first, then older ones."""
        return self.create_all([spec], parent_uid, priority)[0]

    def create_all(self, specs: Sequence[RunSpec], parent_uid: str | None = None, priority: int = 0) -> list[Run]:
        """Queue several runs in one transaction: all or none."""
        uids = ["".join(secrets.choice(_ALPHABET) for _ in range(12)) for _ in specs]
        for uid, spec in zip(uids, specs, strict=True):
            folder = run_dir(self.home, uid)
            folder.mkdir(parents=True)
            (folder / "spec.json").write_text(spec.model_dump_json(indent=1))
        now = self.clock()
        with self._db.write() as connection:
            for uid, spec in zip(uids, specs, strict=True):
                experiment_id = _experiment_id(connection, spec.experiment)
                row = {"uid": uid, "experiment_id": experiment_id, "name": spec.name, "status": "queued",
                       "created_at": now, "position": now, "spec": spec.model_dump_json(),
                       "parent_uid": parent_uid, "priority": priority}  # fmt: skip
                run_id = connection.execute(sa.insert(runs).values(row).returning(runs.c.id)).scalar_one()
                if spec.tags:
                    tags = [{"run_id": run_id, "key": key, "value": value} for key, value in spec.tags.items()]
                    connection.execute(sa.insert(run_tags), tags)
        return [self.get(uid) for uid in uids]

    def request(self, uid: str, request: Request) -> None:
        """Ask a run to end: "stop" within its epoch, keeping the best weights; "kill" at once.

        A run that still waits ends here and now. On a run that has ended it does nothing.
        """
        with self._db.write() as connection:
            row = self._one(connection, uid)
            if row.status == "queued":
                # What was said of a death before would promise a start that is not to come.
                values = {"status": "stopped", "ended_at": self.clock(), "request": None, "error": None}
            elif row.status in ENDED:
                return
            else:
                values = {"request": request}
            connection.execute(sa.update(runs).where(runs.c.id == row.id).values(values))

    def set_priority(self, uid: str, priority: int) -> None:
        """Change when a waiting run starts: higher priorities go first."""
        self._update(uid, priority=priority)

    def set_notes(self, uid: str, notes: str) -> None:
        """Replace the notes of a run."""
        self._update(uid, notes=notes)

    def extend(self, uid: str, spec: RunSpec) -> Run:
        """Queue an ended run again under a spec, say with more epochs; it goes on from its last checkpoint.

        Raises:
            NetloomError: it waits or works already.
        """
        with self._db.write() as connection:
            row = self._one(connection, uid)
            if row.status not in ENDED:
                raise NetloomError(f"Run {uid} is {row.status} already.", "Wait until it has ended, or stop it first.")
            values = {"spec": spec.model_dump_json(), "status": "queued", "ended_at": None, "error": None,
                      "request": None, "attempt": 0, "stopped_epoch": None, "best_epoch": None}  # fmt: skip
            connection.execute(sa.update(runs).where(runs.c.id == row.id).values(values))
        (self.run_dir(uid) / "spec.json").write_text(spec.model_dump_json(indent=1))
        return self.get(uid)

    # What happens: called by the supervisor and the worker. A worker gives its pid, so that one that was taken for dead
    # and lives after all writes nothing into the curve of its successor: it gets TakenOver.

    def claim(self, uid: str, host: str, device: str) -> bool:
        """Take a queued run for `device` on `host`. False: somebody else took it, or it was cancelled."""
        with self._db.write() as connection:
            values = {"status": "running", "host": host, "device": device, "heartbeat_at": self.clock(), "pid": None,
                      "pid_created": None, "attempt": runs.c.attempt + 1, "error": None}  # fmt: skip
            where = (runs.c.uid == uid) & (runs.c.status == "queued")
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

    def log_epoch(
        self, uid: str, points: Sequence[MetricPoint], progress: Progress | None = None, pid: int | None = None
    ) -> Request | None:
        """Write an epoch's points, summaries and heartbeat in one transaction. Writing them again changes nothing."""
        with self._db.write() as connection:
            run_id = self._one(connection, uid, pid).id
            if metric_tables.write_points(connection, run_id, points, self.clock()):
                connection.execute(sa.update(runs).where(runs.c.id == run_id).values(nonfinite=True))
            return self._beat(connection, uid, progress)

    def truncate(self, uid: str, after_step: int) -> None:
        """Forget points later than `after_step`, and those of the test: a resumed run measures them anew."""
        with self._db.write() as connection:
            run_id = self._one(connection, uid).id
            nonfinite = metric_tables.truncate(connection, run_id, after_step)
            connection.execute(sa.update(runs).where(runs.c.id == run_id).values(nonfinite=nonfinite))

    def finish(
        self,
        uid: str,
        status: Status,
        error: str | None = None,
        stopped_epoch: int | None = None,
        best_epoch: int | None = None,
        pid: int | None = None,
    ) -> None:
        """End a run. error: a plain sentence and a hint; the traceback belongs into its log."""
        values = {"status": status, "error": error, "ended_at": self.clock(), "request": None,
                  "stopped_epoch": stopped_epoch, "best_epoch": best_epoch}  # fmt: skip
        with self._db.write() as connection:
            connection.execute(sa.update(runs).where(runs.c.id == self._one(connection, uid, pid).id).values(values))

    def requeue(self, uid: str, reason: str) -> None:
        """Put a run whose worker died back into the queue, with the reason kept where people look for it."""
        self._update(uid, status="queued", pid=None, pid_created=None, error=reason)

    # What is known

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
        """Waiting runs in the order in which they will start."""
        return sorted(self.find(statuses=["queued"]), key=lambda run: (-run.priority, run.position, run.id))

    def version(self) -> int:
        """A number that is another one after every change by anybody, for those who poll. To be asked by one thread."""
        return self._db.version()

    def pulse(self) -> list[tuple[str, Status, Request | None]]:
        """uid, status and request of every run that waits or works, in the order of the queue: cheap to ask often."""
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

    def history(self, uids: Iterable[str], after_step: int | None = None) -> pd.DataFrame:
        """Every logged point of some runs: columns run, split, name, epoch, step, value, time_s (since the submit).

        Args:
            uids: of the runs. Unknown ones add no rows.
            after_step: only points of later steps, for those who poll.
        """
        with self._db.read() as connection:
            return history_frame(connection, list(uids), after_step)

    # Files

    def run_dir(self, uid: str) -> Path:
        """The folder of a run."""
        return run_dir(self.home, uid)

    def add_artifact(self, uid: str, path: Path, kind: str) -> Artifact:
        """Record a file or folder inside the run's folder: its size and SHA-256 are read from disk here.

        Raises:
            ValueError: the path lies outside the run's folder.
        """
        path = Path(path)
        relative = path.resolve().relative_to(self.run_dir(uid).resolve()).as_posix()
        size, digest = _measure(path)
        values = {"path": relative, "kind": kind, "bytes": size, "sha256": digest}
        with self._db.write() as connection:
            run_id = self._one(connection, uid).id
            connection.execute(sa.delete(artifacts).where(artifacts.c.run_id == run_id, artifacts.c.path == relative))
            connection.execute(sa.insert(artifacts).values(run_id=run_id, **values))
        return Artifact(**values)

    def artifacts(self, uid: str) -> list[Artifact]:
        """What a run left, oldest first."""
        columns = [artifacts.c[field.name] for field in fields(Artifact)]
        query = sa.select(*columns).join(runs).where(runs.c.uid == uid).order_by(artifacts.c.id)
        with self._db.read() as connection:
            return [Artifact(*row) for row in connection.execute(query)]

    # Living processes

    def register_service(self, kind: str, pid: int, pid_created: float, info: dict[str, object] | None = None) -> None:
        """Say that a process of this machine lives (kind "app" or "supervisor"); again to change its info."""
        host = socket.gethostname()
        with self._db.write() as connection:
            _forget_service(connection, kind, host, pid)
            connection.execute(
                sa.insert(services).values(
                    kind=kind,
                    host=host,
                    pid=pid,
                    pid_created=pid_created,
                    started_at=self.clock(),
                    info=json.dumps(info or {}),
                )
            )

    def unregister_service(self, kind: str, pid: int) -> None:
        """Forget a process of this machine."""
        with self._db.write() as connection:
            _forget_service(connection, kind, socket.gethostname(), pid)

    def services(self, kind: str) -> list[Service]:
        """Processes that registered and did not unregister. A killed one stays listed: check that it lives."""
        columns = [services.c[field.name] for field in fields(Service)]
        with self._db.read() as connection:
            rows = connection.execute(sa.select(*columns).where(services.c.kind == kind).order_by(services.c.id))
            return [Service(**{**row, "info": json.loads(row["info"])}) for row in rows.mappings()]

    # Inside

    def _one(self, connection: sa.Connection, uid: str, pid: int | None = None) -> sa.Row:
        row = connection.execute(sa.select(runs.c.id, runs.c.status, runs.c.pid).where(runs.c.uid == uid)).first()
        if row is None:
            raise RunNotFound(f"There is no run {uid!r}.", "`python -m pipelines list` shows every run.")
        if pid is not None and (row.status, row.pid) != ("running", pid):
            raise TakenOver(f"Run {uid} is {row.status} and trained by process {row.pid}, no longer by process {pid}.")
        return row

    def _update(self, uid: str, **values: object) -> None:
        with self._db.write() as connection:
            connection.execute(sa.update(runs).where(runs.c.id == self._one(connection, uid).id).values(**values))

    def _beat(self, connection: sa.Connection, uid: str, progress: Progress | None) -> Request | None:
        values: dict[str, object] = {"heartbeat_at": self.clock()}
        if progress is not None:
            values["progress"] = _progress_json(progress)
        connection.execute(sa.update(runs).where(runs.c.uid == uid).values(values))
        return connection.execute(sa.select(runs.c.request).where(runs.c.uid == uid)).scalar()


def _experiment_id(connection: sa.Connection, name: str) -> int:
    connection.execute(sa.text("INSERT INTO experiments (name) VALUES (:name) ON CONFLICT DO NOTHING"), {"name": name})
    return connection.execute(sa.select(experiments.c.id).where(experiments.c.name == name)).scalar_one()


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


def _progress_json(progress: Progress) -> str:
    values = asdict(progress)
    if not math.isfinite(progress.examples_per_s):
        values["examples_per_s"] = 0.0
    return json.dumps(values)


def _forget_service(connection: sa.Connection, kind: str, host: str, pid: int) -> None:
    connection.execute(
        sa.delete(services).where(services.c.kind == kind, services.c.host == host, services.c.pid == pid)
    )


def _measure(path: Path) -> tuple[int, str]:
    """Bytes and SHA-256 of a file, or of a folder's files in the order of their names."""
    files = sorted(p for p in path.rglob("*") if p.is_file()) if path.is_dir() else [path]
    digest, size = hashlib.sha256(), 0
    for file in files:
        if path.is_dir():
            digest.update(os.fsencode(file.relative_to(path).as_posix()) + b"\0")
        with file.open("rb") as stream:
            while chunk := stream.read(1 << 20):
                digest.update(chunk)
                size += len(chunk)
    return size, digest.hexdigest()
