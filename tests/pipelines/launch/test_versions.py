"""Which code is the newer one."""

from pathlib import Path

from pipelines.launch.versions import outdated, read, version
from pipelines.runs.schema import HEAD
from pipelines.runs.store import RunStore


def test_this_code_has_a_version_that_survives_json() -> None:
    assert version()[0] == HEAD
    assert version()[1] >= Path(__file__).parents[3].joinpath("pipelines/launch/versions.py").stat().st_mtime_ns
    assert read(list(version())) == version()
    for nonsense in (None, [], ["0001"], [1, 2], "0001", {"a": 1}):
        assert read(nonsense) is None


def test_a_store_that_a_newer_netloom_has_changed_is_noticed(home: Path) -> None:
    store = RunStore(home)
    assert outdated(store) is None
    with store._db.write() as connection:
        connection.exec_driver_sql("UPDATE alembic_version SET version_num = '9999'")
    assert "its schema is 9999 now, this supervisor knows" in (outdated(store) or "")
    store.close()
