"""What users ask: runs are queued, put in order, held, asked to end, and queued again."""

import secrets
import shutil
import string
from collections.abc import Sequence
from pathlib import Path

import sqlalchemy as sa

from models.errors import NetloomError
from pipelines.runs.facts import ENDED, Request, Run, StoreError
from pipelines.runs.forecast import spec_key
from pipelines.runs.home import run_dir
from pipelines.runs.reading import Reading
from pipelines.runs.schema import experiments, run_tags, runs
from pipelines.spec import RunSpec

_ALPHABET = string.ascii_lowercase + string.digits


class Asking(Reading):
    """The queue and its runs, as users change them."""

    def create(
        self,
        spec: RunSpec,
        parent_uid: str | None = None,
        priority: int = 0,
        held: bool = False,
        memory_bytes: int | None = None,
    ) -> Run:
        """Queue a run of `spec`, and write runs/<uid>/spec.json. Higher priorities start first, then older ones.

        Args:
            spec: what to do.
            parent_uid: of the run that it was made from.
            priority: of the run in the queue.
            held: it waits until it is released.
            memory_bytes: that it is estimated to take on its device.
        """
        return self.create_all([spec], parent_uid, priority, held, memory_bytes)[0]

    def create_all(
        self,
        specs: Sequence[RunSpec],
        parent_uid: str | None = None,
        priority: int = 0,
        held: bool = False,
        memory_bytes: int | None = None,
    ) -> list[Run]:
        """Queue several runs in one transaction: all or none. Arguments as of `create`."""
        uids = ["".join(secrets.choice(_ALPHABET) for _ in range(12)) for _ in specs]
        try:
            for uid, spec in zip(uids, specs, strict=True):
                _write_copy(run_dir(self.home, uid), spec)
            self._queue(uids, specs, parent_uid, priority, held, memory_bytes)
        except BaseException:
            for uid in uids:
                shutil.rmtree(run_dir(self.home, uid), ignore_errors=True)
            raise
        return [self.get(uid) for uid in uids]

    def _queue(
        self,
        uids: Sequence[str],
        specs: Sequence[RunSpec],
        parent_uid: str | None,
        priority: int,
        held: bool,
        memory_bytes: int | None,
    ) -> None:
        now = self.clock()
        with self._db.write() as connection:
            position = self._last(connection)
            for uid, spec in zip(uids, specs, strict=True):
                experiment_id = _experiment_id(connection, spec.experiment)
                row = {"uid": uid, "experiment_id": experiment_id, "name": spec.name, "status": "queued",
                       "created_at": now, "position": position, "spec": spec.model_dump_json(), "held": held,
                       "parent_uid": parent_uid, "priority": priority, "memory_bytes": memory_bytes,
                       "spec_key": spec_key(spec)}  # fmt: skip
                run_id = connection.execute(sa.insert(runs).values(row).returning(runs.c.id)).scalar_one()
                if spec.tags:
                    tags = [{"run_id": run_id, "key": key, "value": value} for key, value in spec.tags.items()]
                    connection.execute(sa.insert(run_tags), tags)

    def request(self, uid: str, request: Request) -> None:
        """Ask a run to end: "stop" within its epoch, keeping the best weights; "pause" after it; "kill" at once.

        A run that still waits ends here and now, and is held where it is asked to pause. On a run that has ended it
        does nothing, and nothing takes a "kill" back.
        """
        with self._db.write() as connection:
            row = self._one(connection, uid)
            if row.status == "queued" and request == "pause":
                values = {"held": True}
            elif row.status == "queued":
                # What was said of a death before would promise a start that is not to come.
                values = {"status": "stopped", "ended_at": self.clock(), "request": None, "error": None, "held": False}
            elif row.status in ENDED or row.request == "kill":
                return
            else:
                values = {"request": request}
            connection.execute(sa.update(runs).where(runs.c.id == row.id).values(values))

    def extend(self, uid: str, spec: RunSpec) -> Run:
        """Queue an ended run again under a spec, say with more epochs; it goes on from its last checkpoint.

        Raises:
            NetloomError: it waits or works already.
        """
        with self._db.write() as connection:
            row = self._one(connection, uid)
            if row.status not in ENDED:
                raise NetloomError(f"Run {uid} is {row.status} already.", "Wait until it has ended, or stop it first.")
            values = {"spec": spec.model_dump_json(), "spec_key": spec_key(spec), "status": "queued", "held": False,
                      "position": self._last(connection), "ended_at": None, "error": None, "cause": None,
                      "request": None, "attempt": 0, "stopped_epoch": None, "best_epoch": None}  # fmt: skip
            connection.execute(sa.update(runs).where(runs.c.id == row.id).values(values))
        _write_copy(self.run_dir(uid), spec)
        return self.get(uid)

    def set_notes(self, uid: str, notes: str) -> None:
        """Replace the notes of a run."""
        self._update(uid, notes=notes)

    # The order of those that wait

    def set_priority(self, uid: str, priority: int) -> None:
        """Change when a waiting run starts: higher priorities go first."""
        self._update(uid, priority=priority)

    def hold(self, uid: str, held: bool) -> None:
        """Keep a waiting run from starting (True), or release it (False).

        Raises:
            NetloomError: it does not wait any more.
        """
        with self._db.write() as connection:
            run_id = self._waiting(connection, uid)
            connection.execute(sa.update(runs).where(runs.c.id == run_id).values(held=held))

    def move(self, uid: str, before: str | None) -> None:
        """Have a waiting run start before another one that waits; it takes that one's priority.

        Args:
            uid: of the run.
            before: of the other; None: it starts last.

        Raises:
            NetloomError: one of them does not wait any more.
        """
        with self._db.write() as connection:
            self._move(connection, uid, before)

    def run_next(self, uid: str) -> None:
        """Have a waiting run start first of all, also where it was held.

        Raises:
            NetloomError: it does not wait any more.
        """
        with self._db.write() as connection:
            self._waiting(connection, uid)
            self._move(connection, uid, _order(connection)[0].uid)
            connection.execute(sa.update(runs).where(runs.c.uid == uid).values(held=False))

    def _move(self, connection: sa.Connection, uid: str, before: str | None) -> None:
        for other in filter(None, (uid, before)):
            self._waiting(connection, other)
        if uid == before:
            return
        order = _order(connection)
        moved = next(row for row in order if row.uid == uid)
        order.remove(moved)
        place = next((i for i, row in enumerate(order) if row.uid == before), len(order))
        if not order:
            return
        priority = order[min(place, len(order) - 1)].priority
        order.insert(place, moved)
        # Runs that were queued together have the same position, so there may be nothing between two of them: all of one
        # priority are numbered anew, and stay older than any that is queued from now on.
        peers = [row for row in order if row is moved or row.priority == priority]
        last = max(row.position for row in peers)
        connection.execute(
            sa.update(runs).where(runs.c.id == sa.bindparam("run_id")),
            [{"run_id": row.id, "priority": priority, "position": last - _GAP_S * (len(peers) - 1 - i)}
             for i, row in enumerate(peers)],
        )  # fmt: skip

    def _last(self, connection: sa.Connection) -> float:
        """The position behind all that wait: the time, but where the clock was set back."""
        last = connection.execute(sa.select(sa.func.max(runs.c.position)).where(runs.c.status == "queued")).scalar()
        return max(self.clock(), (last or 0.0) + _GAP_S)

    def _waiting(self, connection: sa.Connection, uid: str) -> int:
        row = self._one(connection, uid)
        if row.status != "queued":
            raise NetloomError(f"Run {uid} is {row.status}, so it does not wait in the queue any more.")
        return row.id


_GAP_S = 1e-3


def _order(connection: sa.Connection) -> list[sa.Row]:
    """id, uid, priority and position of every run that waits, in the order of the queue."""
    columns = (runs.c.id, runs.c.uid, runs.c.priority, runs.c.position)
    query = sa.select(*columns).where(runs.c.status == "queued")
    return list(connection.execute(query.order_by(runs.c.priority.desc(), runs.c.position, runs.c.id)))


def _write_copy(folder: Path, spec: RunSpec) -> None:
    """spec.json, for people; the spec in the database is the one that counts."""
    try:
        folder.mkdir(parents=True, exist_ok=True)
        (folder / "spec.json").write_text(spec.model_dump_json(indent=1), encoding="utf-8")
    except OSError as error:
        raise StoreError(
            f"The folder {folder} cannot be written: {(error.strerror or str(error)).lower()}.",
            "Check that its disk has room and that you may write to it.",
        ) from error


def _experiment_id(connection: sa.Connection, name: str) -> int:
    connection.execute(sa.text("INSERT INTO experiments (name) VALUES (:name) ON CONFLICT DO NOTHING"), {"name": name})
    return connection.execute(sa.select(experiments.c.id).where(experiments.c.name == name)).scalar_one()
