"""Opening, migrating and refusing databases."""

import json
import sqlite3
import subprocess
import sys
from pathlib import Path

import pytest
from alembic.autogenerate import compare_metadata
from alembic.migration import MigrationContext

from pipelines.runs.database import Database
from pipelines.runs.facts import StoreError
from pipelines.runs.schema import HEAD, metadata
from pipelines.runs.store import RunStore

ROOT = Path(__file__).resolve().parents[3]
GOLDEN = Path(__file__).parent / "golden"


def test_migrations_make_the_schema_that_the_code_writes_to(home: Path) -> None:
    database = Database(home)
    with database.read() as connection:
        assert compare_metadata(MigrationContext.configure(connection), metadata) == []
        assert connection.exec_driver_sql("SELECT version_num FROM alembic_version").scalar() == HEAD
        without_rowid = connection.exec_driver_sql("SELECT sql FROM sqlite_master WHERE name = 'metrics'").scalar()
    assert "WITHOUT ROWID" in without_rowid
    database.close()


@pytest.mark.parametrize("dump", sorted(GOLDEN.glob("*.sql")), ids=lambda path: path.stem)
def test_a_database_of_an_older_schema_still_tells_the_same(home: Path, dump: Path) -> None:
    connection = sqlite3.connect(home / "netloom.db")
    connection.executescript(dump.read_text(encoding="utf-8"))
    connection.close()
    store = RunStore(home)
    told = [
        {
            "run": [run.uid, run.name, run.experiment, run.status, run.error, run.best_epoch, run.nonfinite, run.tags],
            "progress": run.progress.fraction,
            "history": store.history([run.uid])[["split", "name", "epoch", "step", "time_s"]].values.tolist(),
            "values": [None if value != value else value for value in store.history([run.uid])["value"]],
            "artifacts": [artifact.path for artifact in store.artifacts(run.uid)],
        }
        for run in store.find()
    ]
    assert told == json.loads(dump.with_suffix(".json").read_text(encoding="utf-8"))
    assert len(store.frame()) == len(told)
    store.close()


def test_every_schema_has_its_golden_database() -> None:
    assert {dump.stem for dump in GOLDEN.glob("*.sql")} == {f"{number:04}" for number in range(1, int(HEAD) + 1)}


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
