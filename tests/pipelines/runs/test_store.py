"""The contract of RunStore. A backend only supplies the fixture `open_store`."""

import hashlib
import json
import math
import subprocess
import sys
import threading
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
import sqlalchemy as sa

from models.errors import NetloomError
from models.spec import ModelSpec
from pipelines.runs.facts import MetricPoint, Progress, RunNotFound, TakenOver
from pipelines.runs.store import RunStore
from pipelines.spec import RunSpec

ROOT = Path(__file__).resolve().parents[3]
Open = Callable[[], RunStore]


def spec(name: str = "run", **changes) -> RunSpec:
    return RunSpec(name=name, model=ModelSpec(), **changes)


def epoch(number: int, **values: float) -> list[MetricPoint]:
    """Points of one epoch of ten steps: train_loss=... and so on."""
    return [
        MetricPoint(series.partition("_")[2], series.partition("_")[0], number, 10 * (number + 1), value)
        for series, value in values.items()
    ]


class Ticks:
    """A clock that moves on by a second each time it is read."""

    def __init__(self) -> None:
        self.now = 1000.0

    def __call__(self) -> float:
        self.now += 1
        return self.now


class RunStoreContract:
    """What every backend promises."""

    @pytest.fixture
    def open_store(self) -> Iterator[Open]:
        """Opens stores of one database; closes them afterwards."""
        raise NotImplementedError

    @pytest.fixture
    def store(self, open_store: Open) -> RunStore:
        return open_store()

    # What was asked

    def test_a_created_run_waits_and_its_spec_is_on_disk(self, store) -> None:
        asked = spec("first", experiment="digits", tags={"variant": "dropout"}, seed=3)
        run = store.create(asked, priority=2)
        assert (run.status, run.experiment, run.name, run.tags) == ("queued", "digits", "first", {"variant": "dropout"})
        assert (run.priority, run.attempt, run.pid, run.started_at, run.request) == (2, 0, None, None, None)
        assert run.progress == Progress()
        assert RunSpec.model_validate_json(run.spec_json) == asked
        assert RunSpec.model_validate_json((store.run_dir(run.uid) / "spec.json").read_text()) == asked
        assert len(run.uid) == 12 and set(run.uid) <= set("abcdefghijklmnopqrstuvwxyz0123456789")
        assert store.get(run.uid) == run

    def test_create_all_makes_all_or_none(self, store) -> None:
        runs = store.create_all([spec("a"), spec("b")], parent_uid="parent")
        assert [run.name for run in runs] == ["a", "b"]
        assert {run.parent_uid for run in runs} == {"parent"}
        with pytest.raises(AttributeError):
            store.create_all([spec("c"), None])
        assert len(store.find()) == 2

    def test_runs_wait_in_the_order_of_priority_then_age(self, store) -> None:
        low, old, new = (store.create(spec(), priority=priority).uid for priority in (-1, 0, 0))
        high = store.create(spec(), priority=9).uid
        order = [high, old, new, low]
        assert [run.uid for run in store.queued()] == order
        assert [uid for uid, _, _ in store.pulse()] == order
        store.set_priority(low, 10)
        assert store.queued()[0].uid == low

    def test_a_request_ends_what_waits_marks_what_works_and_leaves_what_has_ended(self, store) -> None:
        waits, works, ended = (store.create(spec()).uid for _ in range(3))
        for uid in (works, ended):
            store.claim(uid, "here", "cpu")
        store.finish(ended, "finished")
        for uid in (waits, works, ended):
            store.request(uid, "stop")
        assert (store.get(waits).status, store.get(waits).request) == ("stopped", None)
        assert store.get(waits).ended_at is not None
        assert (store.get(works).status, store.get(works).request) == ("running", "stop")
        assert (store.get(ended).status, store.get(ended).request) == ("finished", None)
        assert store.pulse() == [(works, "running", "stop")]

    def test_extend_queues_an_ended_run_under_its_new_spec(self, store) -> None:
        uid = store.create(spec()).uid
        store.claim(uid, "here", "cpu")
        store.finish(uid, "failed", error="It broke.", stopped_epoch=4, best_epoch=2)
        longer = spec(train={"epochs": 99})
        run = store.extend(uid, longer)
        assert run.best_epoch is None  # it may find a better one
        assert (run.status, run.attempt, run.error, run.ended_at, run.stopped_epoch) == ("queued", 0, None, None, None)
        assert RunSpec.model_validate_json(run.spec_json) == longer
        assert RunSpec.model_validate_json((store.run_dir(uid) / "spec.json").read_text()) == longer
        with pytest.raises(NetloomError, match="queued already"):
            store.extend(uid, longer)

    def test_notes_are_replaced(self, store) -> None:
        uid = store.create(spec()).uid
        store.set_notes(uid, "Looks good; 100 % sure.")
        assert store.get(uid).notes == "Looks good; 100 % sure."

    # What happens

    def test_only_one_claims_a_run(self, open_store) -> None:
        uid = open_store().create(spec()).uid
        stores = [open_store() for _ in range(8)]
        start, won = threading.Barrier(8), []

        def claim(store: RunStore, number: int) -> None:
            start.wait()
            won.append(store.claim(uid, f"host-{number}", "cpu"))

        threads = [threading.Thread(target=claim, args=(store, number)) for number, store in enumerate(stores)]
        for thread in threads:
            thread.start()
        for thread in threads:
            thread.join()
        assert sorted(won) == [False] * 7 + [True]
        assert open_store().get(uid).attempt == 1

    def test_the_life_of_a_run(self, store) -> None:
        uid = store.create(spec()).uid
        assert store.claim(uid, "here", "gpu:1")
        run = store.get(uid)
        assert (run.status, run.host, run.device, run.attempt, run.pid) == ("running", "here", "gpu:1", 1, None)
        store.placed(uid, 42, 7.5)
        assert (store.get(uid).pid, store.get(uid).heartbeat_at) == (42, run.heartbeat_at)
        store.started(uid, 42, 7.5)
        assert store.get(uid).heartbeat_at > run.heartbeat_at
        assert store.beat(uid, Progress(epoch=1, epochs=4, step=2, steps=8, examples_per_s=3.5)) is None
        assert store.get(uid).progress.fraction == (1 + 2 / 8) / 4
        store.request(uid, "stop")
        assert store.beat(uid) == "stop"
        assert store.log_epoch(uid, epoch(0, train_loss=1.0)) == "stop"
        store.finish(uid, "stopped", best_epoch=0)
        run = store.get(uid)
        assert (run.status, run.request, run.best_epoch, run.error) == ("stopped", None, 0, None)
        assert run.ended_at > run.started_at > run.created_at

    def test_a_requeued_run_remembers_its_attempts_and_why(self, store) -> None:
        uid = store.create(spec()).uid
        store.claim(uid, "here", "cpu")
        store.started(uid, 1, 1.0)
        began = store.get(uid).started_at
        store.requeue(uid, "Its process died.")
        run = store.get(uid)
        assert (run.status, run.pid, run.error, run.attempt) == ("queued", None, "Its process died.", 1)
        store.claim(uid, "here", "cpu")
        store.started(uid, 2, 2.0)
        assert (store.get(uid).attempt, store.get(uid).error, store.get(uid).started_at) == (2, None, began)

    # Metrics

    def test_history_tells_what_was_logged(self, store) -> None:
        uid, other = store.create(spec()).uid, store.create(spec()).uid
        for number in range(3):
            store.log_epoch(uid, epoch(number, train_loss=1.0 / (number + 1), val_loss=2.0 / (number + 1)))
        store.log_epoch(other, epoch(0, train_loss=9.0))
        history = store.history([uid, "no such run"])
        assert list(history.columns) == ["run", "split", "name", "epoch", "step", "value", "time_s"]
        assert set(history["run"]) == {uid}
        val = history[history["split"] == "val"]
        assert val["epoch"].tolist() == [0, 1, 2] and val["step"].tolist() == [10, 20, 30]
        assert val["value"].tolist() == [2.0, 1.0, 2.0 / 3]
        assert (history["time_s"] > 0).all()
        assert store.history([uid], after_step=20)["epoch"].tolist() == [2, 2]
        assert len(store.history([uid, other])) == 7
        empty = store.history([])
        assert empty.empty and empty["value"].dtype == "float64"

    def test_logging_an_epoch_again_changes_nothing_but_its_values(self, store) -> None:
        uid = store.create(spec()).uid
        for number, loss in ((0, 3.0), (1, 2.0), (1, 1.0), (2, 5.0), (1, 4.0)):
            store.log_epoch(uid, epoch(number, train_loss=loss))
        assert store.history([uid])["value"].tolist() == [3.0, 4.0, 5.0]
        row = store.frame(uids=[uid]).iloc[0]
        assert (row["train loss"], row["best train loss min"], row["best train loss max"]) == (5.0, 3.0, 5.0)

    def test_a_run_stopped_while_it_waits_to_start_again_promises_no_start(self, store) -> None:
        uid = store.create(spec()).uid
        store.claim(uid, "here", "cpu")
        store.requeue(uid, "Its process died; it starts again by itself.")
        store.request(uid, "stop")
        assert (store.get(uid).status, store.get(uid).error) == ("stopped", None)

    def test_a_worker_that_was_taken_for_dead_writes_nothing_into_the_run_of_its_successor(self, store) -> None:
        uid = store.create(spec()).uid
        store.claim(uid, "here", "cpu")
        store.started(uid, 11, 1.0)
        store.log_epoch(uid, epoch(0, train_loss=3.0), pid=11)
        store.requeue(uid, "It was taken for dead.")
        store.claim(uid, "here", "cpu")
        store.started(uid, 12, 2.0)
        for write in (
            lambda: store.log_epoch(uid, epoch(1, train_loss=9.0), pid=11),
            lambda: store.beat(uid, pid=11),
            lambda: store.finish(uid, "failed", "from beyond", pid=11),
        ):
            with pytest.raises(TakenOver, match="trained by process 12"):
                write()
        store.log_epoch(uid, epoch(1, train_loss=2.0), pid=12)
        store.finish(uid, "finished", pid=12)
        assert store.history([uid])["value"].tolist() == [3.0, 2.0]
        assert (store.get(uid).status, store.get(uid).error) == ("finished", None)

    def test_truncate_forgets_later_points_and_the_test(self, store) -> None:
        uid = store.create(spec()).uid
        for number, loss in enumerate((3.0, 1.0, 2.0)):
            store.log_epoch(uid, epoch(number, train_loss=loss))
        store.log_epoch(uid, [MetricPoint("loss", "test", 2, 10, 0.5)])
        store.truncate(uid, after_step=10)
        assert store.history([uid])["value"].tolist() == [3.0]
        row = store.frame(uids=[uid]).iloc[0]
        assert (row["train loss"], row["best train loss min"]) == (3.0, 3.0)
        store.log_epoch(uid, epoch(1, train_loss=0.5))
        assert store.frame(uids=[uid]).iloc[0]["best train loss min"] == 0.5

    @pytest.mark.parametrize("value", [math.nan, math.inf, -math.inf])
    def test_what_is_no_number_is_stored_as_null_and_flagged(self, store, value: float) -> None:
        uid = store.create(spec()).uid
        store.log_epoch(uid, epoch(0, train_loss=1.0), Progress(examples_per_s=value))
        assert not store.get(uid).nonfinite
        store.log_epoch(uid, epoch(1, train_loss=value))
        assert store.get(uid).nonfinite
        assert store.get(uid).progress.examples_per_s == 0
        values = store.history([uid])["value"].tolist()
        assert values[0] == 1.0 and math.isnan(values[1])
        assert store.frame(uids=[uid]).iloc[0]["best train loss max"] == 1.0
        store.truncate(uid, after_step=20)
        assert store.get(uid).nonfinite
        store.truncate(uid, after_step=10)
        assert not store.get(uid).nonfinite

    def test_frame_has_a_row_for_each_run_and_columns_for_each_series(self, store) -> None:
        plain, logged = store.create(spec("plain")).uid, store.create(spec("logged", experiment="x")).uid
        store.log_epoch(logged, epoch(0, train_loss=2.0, val_accuracy=0.5))
        table = store.frame()
        assert table["uid"].tolist() == [logged, plain]
        assert table.loc[0, "val accuracy"] == 0.5 and math.isnan(table.loc[1, "val accuracy"])
        assert store.frame(experiment="x")["uid"].tolist() == [logged]
        assert store.frame(uids=[plain])["name"].tolist() == ["plain"]
        assert store.frame(uids=[]).empty

    # What is known

    def test_get_takes_a_unique_beginning(self, store) -> None:
        uid = store.create(spec()).uid
        assert store.get(uid[:6]).uid == uid
        for bad in ("", "no-such-run", uid + "x", "%", "_" * 12):
            with pytest.raises(RunNotFound):
                store.get(bad)

    def test_get_refuses_an_ambiguous_beginning(self, store) -> None:
        uids = [store.create(spec()).uid for _ in range(37)]  # of 36 first characters
        first = next(uid[0] for uid in uids if sum(other[0] == uid[0] for other in uids) > 1)
        with pytest.raises(RunNotFound, match="begin with"):
            store.get(first)

    def test_find_filters_and_orders(self, store) -> None:
        first = store.create(spec(experiment="a")).uid
        second = store.create(spec(experiment="b", tags={"k": "v"})).uid
        third = store.create(spec(experiment="b")).uid
        store.claim(third, "here", "cpu")
        assert [run.uid for run in store.find()] == [third, second, first]
        assert [run.uid for run in store.find(experiment="b")] == [third, second]
        assert [run.uid for run in store.find(statuses=["queued"], limit=1)] == [second]
        assert store.find(limit=2)[1].tags == {"k": "v"}
        assert [run.uid for run in store.find(uids=[first, "x"])] == [first]
        assert store.find(experiment="none") == []
        assert store.experiments() == ["a", "b"]

    def test_a_uid_never_leaves_the_home(self, store) -> None:
        for bad in ("../../etc", "a/b", "ABCDEFGHIJKL", "", "abcdefghijk\n"):
            with pytest.raises(RunNotFound):
                store.run_dir(bad)

    def test_writing_to_a_run_that_is_not_there_says_so(self, store) -> None:
        for write in (
            lambda: store.finish("abcdefghijkl", "failed"),
            lambda: store.log_epoch("abcdefghijkl", epoch(0, train_loss=1.0)),
            lambda: store.request("abcdefghijkl", "stop"),
            lambda: store.extend("abcdefghijkl", spec()),
        ):
            with pytest.raises(RunNotFound):
                write()

    def test_the_version_changes_with_every_commit_of_anybody(self, open_store) -> None:
        store, other = open_store(), open_store()
        seen = {store.version()}
        for write in (lambda: store.create(spec()), lambda: other.create(spec())):
            write()
            assert store.version() not in seen
            seen.add(store.version())

    # Files and processes

    def test_artifacts_are_measured(self, store) -> None:
        uid = store.create(spec()).uid
        folder = store.run_dir(uid)
        (folder / "model.keras").write_bytes(b"weights")
        (folder / "export").mkdir()
        (folder / "export" / "a").write_bytes(b"12")
        (folder / "export" / "b").write_bytes(b"345")
        first = store.add_artifact(uid, folder / "model.keras", "model")
        assert (first.path, first.bytes) == ("model.keras", 7)
        assert first.sha256 == hashlib.sha256(b"weights").hexdigest()
        assert store.add_artifact(uid, folder / "export", "export").bytes == 5
        (folder / "model.keras").write_bytes(b"other weights")
        store.add_artifact(uid, folder / "model.keras", "model")
        assert [artifact.path for artifact in store.artifacts(uid)] == ["export", "model.keras"]
        with pytest.raises(ValueError, match="subpath"):
            store.add_artifact(uid, folder.parent / "elsewhere", "model")

    def test_services_come_and_go(self, store) -> None:
        store.register_service("supervisor", 7, 1.5, {"ready": False})
        store.register_service("supervisor", 7, 1.5, {"ready": True})
        store.register_service("app", 8, 2.5)
        (service,) = store.services("supervisor")
        assert (service.pid, service.pid_created, service.info) == (7, 1.5, {"ready": True})
        store.unregister_service("supervisor", 7)
        assert store.services("supervisor") == []
        assert len(store.services("app")) == 1

    # Several at once

    def test_two_processes_write_at_once_and_nothing_is_lost(self, store) -> None:
        uids = [store.create(spec()).uid for _ in range(2)]
        writers = [subprocess.Popen([sys.executable, "-c", WRITER, uid, "150"], cwd=ROOT) for uid in uids]
        assert [writer.wait(60) for writer in writers] == [0, 0]
        for uid in uids:
            history = store.history([uid])
            assert history.groupby("split")["epoch"].apply(list).tolist() == [list(range(150))] * 2
            assert store.get(uid).progress.epoch == 150

    def test_a_writer_killed_at_any_moment_leaves_whole_epochs(self, store) -> None:
        uid = store.create(spec()).uid
        writer = subprocess.Popen([sys.executable, "-c", WRITER, uid, "100000"], cwd=ROOT)
        while store.get(uid).progress.epoch < 20:
            assert writer.poll() is None
        writer.kill()
        writer.wait()
        history = store.history([uid])
        epochs = store.get(uid).progress.epoch
        assert history.groupby("split")["epoch"].apply(list).tolist() == [list(range(epochs))] * 2
        assert store.frame(uids=[uid]).iloc[0]["train loss"] == 1 / epochs
        store.log_epoch(uid, epoch(epochs, train_loss=0.0))  # the lock went with the process

    def test_threads_share_a_store(self, store) -> None:
        uids = [store.create(spec()).uid for _ in range(4)]

        def write(uid: str) -> None:
            for number in range(25):
                store.log_epoch(uid, epoch(number, train_loss=1.0))
                store.get(uid)

        threads = [threading.Thread(target=write, args=(uid,)) for uid in uids]
        for thread in threads:
            thread.start()
        for thread in threads:
            thread.join()
        assert len(store.history(uids)) == 100


WRITER = """
import sys
from pipelines.runs.facts import MetricPoint, Progress
from pipelines.runs.home import home_dir
from pipelines.runs.store import RunStore
store, uid, epochs = RunStore(home_dir()), sys.argv[1], int(sys.argv[2])
for epoch in range(epochs):
    points = [MetricPoint("loss", split, epoch, epoch, 1 / (epoch + 1)) for split in ("train", "val")]
    store.log_epoch(uid, points, Progress(epoch=epoch + 1))
"""


class TestOnSqlite(RunStoreContract):
    @pytest.fixture
    def open_store(self, home: Path) -> Iterator[Open]:
        stores: list[RunStore] = []
        clock = Ticks()

        def open_one() -> RunStore:
            stores.append(RunStore(home, clock=clock))
            return stores[-1]

        yield open_one
        for store in stores:
            store.close()

    def test_readers_do_not_wait_for_a_writer(self, open_store) -> None:
        writer, reader = open_store(), open_store()
        uid = writer.create(spec()).uid
        with writer._db.write() as connection:
            connection.execute(sa.text("UPDATE runs SET notes = 'half way'"))
            assert reader.get(uid).notes == ""
        assert reader.get(uid).notes == "half way"

    def test_it_is_in_wal_mode_with_foreign_keys(self, store) -> None:
        with store._db.read() as connection:
            assert connection.exec_driver_sql("PRAGMA journal_mode").scalar() == "wal"
            assert connection.exec_driver_sql("PRAGMA foreign_keys").scalar() == 1
            assert connection.exec_driver_sql("PRAGMA synchronous").scalar() == 1

    def test_stored_json_holds_no_nan(self, store) -> None:
        uid = store.create(spec()).uid
        store.beat(uid, Progress(examples_per_s=math.nan))
        with store._db.read() as connection:
            text = connection.exec_driver_sql("SELECT progress FROM runs").scalar()
        json.loads(text, parse_constant=pytest.fail)
