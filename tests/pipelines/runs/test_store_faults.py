"""A database that others hold, folders that may not be written to: what happened is told, and nothing is lost."""

import sqlite3
import subprocess
import sys
import tempfile
import threading
from collections.abc import Iterator
from pathlib import Path

import pytest

from models.spec import ModelSpec
from pipelines.runs.facts import MetricPoint, StoreError
from pipelines.runs.store import RunStore
from pipelines.spec import RunSpec

ROOT = Path(__file__).resolve().parents[3]
NOBODY = 65534


@pytest.fixture
def other(store, home: Path) -> Iterator[sqlite3.Connection]:
    """Another program's connection, which holds the write lock."""
    connection = sqlite3.connect(home / "netloom.db", isolation_level=None, check_same_thread=False)
    connection.execute("BEGIN IMMEDIATE")
    yield connection
    connection.close()


def test_a_locked_database_is_told_in_a_sentence_and_can_be_read(store, queue, home, other) -> None:
    other.rollback()
    uid = queue()
    other.execute("BEGIN IMMEDIATE")
    hasty = RunStore(home, patience_s=0.05)
    for write in (
        lambda: hasty.create(RunSpec(model=ModelSpec())),
        lambda: hasty.log_epoch(uid, [MetricPoint("loss", "train", 0, 1, 1.0)]),
        lambda: hasty.set_setting("slots.cpu", 1),
        lambda: hasty.delete([uid]),
    ):
        with pytest.raises(StoreError, match="database is locked"):
            write()
    assert [run.uid for run in hasty.find()] == [uid]
    assert hasty.history([uid]).empty
    assert [folder.name for folder in (home / "runs").iterdir()] == [uid]
    other.rollback()
    hasty.log_epoch(uid, [MetricPoint("loss", "train", 0, 1, 1.0)])
    assert len(hasty.history([uid])) == 1
    hasty.close()


def test_whoever_is_patient_waits_for_the_lock_and_loses_nothing(store, home, other) -> None:
    other.rollback()
    uids = [store.create(RunSpec(model=ModelSpec())).uid for _ in range(3)]
    other.execute("BEGIN IMMEDIATE")
    patient = RunStore(home, patience_s=600)

    def write(uid: str) -> None:
        for step in range(5):
            patient.log_epoch(uid, [MetricPoint("loss", "train", step, step, 1.0)])

    writers = [threading.Thread(target=write, args=(uid,)) for uid in uids]
    for writer in writers:
        writer.start()
    writers[0].join(0.3)
    assert all(writer.is_alive() for writer in writers)
    other.rollback()
    for writer in writers:
        writer.join()
    assert len(patient.history(uids)) == 15
    patient.close()


@pytest.mark.slow
@pytest.mark.parametrize("existed", [True, False])
def test_a_home_on_a_read_only_folder_is_refused_with_what_to_do(existed: bool) -> None:
    with tempfile.TemporaryDirectory() as folder:  # pytest's own folders let nobody else in
        home = Path(folder) / "home"
        home.mkdir()
        if existed:
            RunStore(home).close()
        before = sorted(path.relative_to(home) for path in home.rglob("*"))
        for path in [*home.rglob("*"), home]:
            path.chmod(0o555 if path.is_dir() else 0o444)
        Path(folder).chmod(0o755)
        told = subprocess.run(
            [sys.executable, "-c", OPEN, str(home)], cwd=ROOT, capture_output=True, text=True, check=False, timeout=60
        )
        assert told.returncode == 0, told.stderr
        assert "cannot be opened" in told.stdout and "Check that its folder can be written to" in told.stdout
        assert str(home) in told.stdout
        assert sorted(path.relative_to(home) for path in home.rglob("*")) == before
        home.chmod(0o755)


OPEN = f"""
import os, sys, tempfile
from pathlib import Path
from pipelines.runs.facts import StoreError
from pipelines.runs.store import RunStore
with tempfile.TemporaryDirectory() as folder:
    RunStore(Path(folder)).close()  # imports what it needs
if os.getuid() == 0:  # whom no mode bit stops
    os.setgid({NOBODY})
    os.setuid({NOBODY})
try:
    RunStore(Path(sys.argv[1]))
except StoreError as error:
    print(error)
"""
