"""Opening, migrating and refusing databases."""

import json
import sqlite3
import subprocess
import sys
from pathlib import Path

import pytest
from alembic.autogenerate import compare_metadata
from alembic.migration import MigrationContext

from models.spec import ModelSpec
from pipelines.runs.database import Database
from pipelines.runs.facts import Run, StoreError
from pipelines.runs.schema import HEAD, metadata
from pipelines.runs.store import RunStore
from pipelines.spec import RunSpec

ROOT = Path(__file__).resolve().parents[3]
GOLDEN = Path(__file__).parent / "golden"
DUMPS = sorted(GOLDEN.glob("*.sql"))


def test_migrations_make_the_schema_that_the_code_writes_to(home: Path) -> None:
    database = Database(home)
    with database.read() as connection:
        assert compare_metadata(MigrationContext.configure(connection), metadata) == []
        assert connection.exec_driver_sql("SELECT version_num FROM alembic_version").scalar() == HEAD
        without_rowid = connection.exec_driver_sql("SELECT sql FROM sqlite_master WHERE name = 'metrics'").scalar()
    assert "WITHOUT ROWID" in without_rowid
    database.close()


def opened(home: Path, dump: Path) -> RunStore:
    connection = sqlite3.connect(home / "netloom.db")
    connection.executescript(dump.read_text(encoding="utf-8"))
    connection.close()
    return RunStore(home)


def told(store: RunStore) -> list[dict]:
    """What a store tells of its runs, as JSON."""
    return json.loads(json.dumps([told_of(store, run) for run in store.find()]))


def told_of(store: RunStore, run: Run) -> dict:
    history, batches = store.history([run.uid]), store.batch_history(run.uid)
    return {
        "run": [run.uid, run.name, run.experiment, run.status, run.error, run.best_epoch, run.nonfinite, run.tags],
        "queue": [run.priority, run.position, run.held],
        "more": [run.cause, run.memory_bytes, run.parent_uid, run.notes],
        "progress": [run.progress.fraction, run.progress.learning_rate, run.progress.memory_bytes],
        "history": history[["split", "name", "epoch", "step", "time_s"]].values.tolist(),
        "values": [None if value != value else value for value in history["value"]],
        "batches": [[None if value != value else value for value in row] for row in batches.values.tolist()],
        "artifacts": [artifact.path for artifact in store.artifacts(run.uid)],
    }


@pytest.mark.parametrize("dump", DUMPS, ids=lambda path: path.stem)
def test_a_database_of_an_older_schema_still_tells_the_same(home: Path, dump: Path) -> None:
    store = opened(home, dump)
    expected = json.loads(dump.with_suffix(".json").read_text(encoding="utf-8"))
    assert told(store) == expected["runs"]
    assert [run.uid for run in store.queued()] == expected["queued"]
    assert store.setting("slots.gpu") == expected["slots.gpu"]
    assert len(store.frame()) == len(expected["runs"])
    for run in store.find():
        RunSpec.model_validate_json(run.spec_json)
    store.close()


@pytest.mark.parametrize("dump", DUMPS, ids=lambda path: path.stem)
def test_a_database_of_an_older_schema_can_be_worked_on(home: Path, dump: Path) -> None:
    store = opened(home, dump)
    waiting = [run.uid for run in store.queued()]
    new = store.create(RunSpec(model=ModelSpec()))
    store.move(new.uid, before=waiting[0])
    assert [run.uid for run in store.queued()] == [new.uid, *waiting]
    ended = [run for run in store.find() if not run.active]
    assert store.extend(ended[0].uid, RunSpec(model=ModelSpec())).status == "queued"
    store.delete([run.uid for run in ended[1:]])
    store.copy_history(ended[0].uid, new.uid, epochs=1)
    assert len(store.find()) == len(waiting) + 2
    store.close()


def test_every_schema_has_its_golden_database() -> None:
    assert {dump.stem for dump in DUMPS} == {f"{number:04}" for number in range(1, int(HEAD) + 1)}


def test_a_later_schema_is_refused_and_left_as_it_is(home: Path) -> None:
    RunStore(home).close()
    connection = sqlite3.connect(home / "netloom.db")
    connection.execute("UPDATE alembic_version SET version_num = '9999'")
    connection.execute("DROP TABLE services")
    connection.commit()
    connection.close()
    before = (home / "netloom.db").read_bytes()
    with pytest.raises(StoreError, match=f"later Netloom: its schema is 9999, this one knows {HEAD}"):
        RunStore(home)
    assert (home / "netloom.db").read_bytes() == before


def test_a_file_that_is_no_database_is_refused(home: Path) -> None:
    (home / "netloom.db").write_text("This is not SQLite. " * 100)
    with pytest.raises(StoreError, match="cannot be opened"):
        RunStore(home)


def test_a_home_that_cannot_be_made_is_refused() -> None:
    with pytest.raises(StoreError, match="cannot be made"):
        RunStore(Path("/proc/netloom"))  # not even root may write there


def test_a_home_that_is_a_file_is_refused(home: Path) -> None:
    (home / "file").write_text("")
    with pytest.raises(StoreError, match="cannot be made"):
        RunStore(home / "file" / "below")


def test_several_processes_may_open_a_new_home_at_once(home: Path) -> None:
    code = "from pipelines.runs.home import home_dir; from pipelines.runs.store import RunStore; RunStore(home_dir())"
    openers = [subprocess.Popen([sys.executable, "-c", code], cwd=ROOT) for _ in range(3)]
    assert [opener.wait(60) for opener in openers] == [0, 0, 0]


def test_a_full_disk_is_told_in_a_sentence_and_half_of_nothing_is_written(home) -> None:
    database = Database(home)
    with database.write() as connection:  # the pool hands the same connection out again
        connection.exec_driver_sql(f"PRAGMA max_page_count={connection.exec_driver_sql('PRAGMA page_count').scalar()}")
    with pytest.raises(StoreError, match="disk is full"), database.write() as connection:
        connection.exec_driver_sql("INSERT INTO experiments (name) VALUES ('small')")
        connection.exec_driver_sql("INSERT INTO experiments (name) VALUES (?)", ("x" * 1_000_000,))
    with database.read() as connection:
        assert connection.exec_driver_sql("SELECT count(*) FROM experiments").scalar() == 0
    database.close()
