"""Deleting runs for good."""

import os
import shutil

import pytest

from models.errors import NetloomError
from pipelines.runs.facts import BatchPoint, MetricPoint, RunNotFound, StoreError


def end(store, uid: str, status: str = "finished") -> str:
    store.claim(uid, "here", "cpu")
    store.finish(uid, status)
    return uid


def num_rows(store, table: str) -> int:
    with store._db.read() as connection:
        return connection.exec_driver_sql(f"SELECT count(*) FROM {table}").scalar()  # noqa: S608


def test_a_deleted_run_leaves_nothing_behind(store, queue) -> None:
    gone, stays = end(store, queue(experiment="a", tags={"k": "v"})), end(store, queue(experiment="b"), "paused")
    (store.run_dir(gone) / "backup").mkdir()
    (store.run_dir(gone) / "backup" / "epoch-000001.npz").write_bytes(b"x" * 1000)
    store.add_artifact(gone, store.run_dir(gone) / "backup", "backup")
    store.log_epoch(gone, [MetricPoint("loss", "train", 0, 1, 1.0)])
    store.log_batches(gone, [BatchPoint(1, 1, 1.0, 1.0, 1.0)])
    size = store.bytes_of([gone])
    assert size == 1000 + (store.run_dir(gone) / "spec.json").stat().st_size
    assert store.delete([gone, gone]) == size
    assert [run.uid for run in store.find()] == [stays]
    assert store.experiments() == ["b"]
    assert not store.run_dir(gone).exists() and store.run_dir(stays).exists()
    assert list((store.home / "trash").iterdir()) == []
    for table in ("metrics", "metric_summary", "batch_points", "artifacts", "run_tags"):
        assert num_rows(store, table) == 0
    with pytest.raises(RunNotFound):
        store.delete([gone])


@pytest.mark.parametrize("status", ["queued", "running"])
def test_what_waits_or_works_is_not_deleted_nor_is_anything_with_it(store, queue, status: str) -> None:
    ended, active = end(store, queue()), queue()
    if status == "running":
        store.claim(active, "here", "cpu")
    with pytest.raises(NetloomError, match=f"is {status}, so it cannot be deleted"):
        store.delete([ended, active])
    assert len(store.find()) == 2 and store.run_dir(ended).exists()


def test_what_a_fork_shares_with_its_parent_is_freed_with_the_last_of_both(store, queue) -> None:
    parent, child = end(store, queue()), end(store, queue())
    (store.run_dir(parent) / "state").write_bytes(b"x" * 5000)
    os.link(store.run_dir(parent) / "state", store.run_dir(child) / "state")
    assert store.delete([parent]) < 5000
    assert (store.run_dir(child) / "state").read_bytes() == b"x" * 5000
    assert store.delete([child]) > 5000


def test_a_file_of_two_names_is_freed_with_both_and_counted_once(store, queue) -> None:
    """As the last checkpoint is, which is a snapshot too."""
    parent, child = end(store, queue()), end(store, queue())
    for folder in map(store.run_dir, (parent, child)):
        (folder / "state").write_bytes(b"x" * 5000)
        os.link(folder / "state", folder / "snapshot")
    shared = store.run_dir(parent) / "state"
    os.link(shared, store.run_dir(child) / "start")
    alone, both = store.bytes_of([child]), store.bytes_of([parent, child])
    assert 5000 < alone < 10_000 and both - alone > 5000
    assert store.delete([parent, child]) == both


def test_a_folder_that_cannot_be_moved_keeps_its_run(store, queue, monkeypatch) -> None:
    first, second = end(store, queue()), end(store, queue())
    move = shutil.move

    def refuse(folder, to):
        if folder.name == second and to.parent.name == "trash":
            raise PermissionError(1, "not permitted")
        return move(folder, to)

    monkeypatch.setattr(shutil, "move", refuse)
    with pytest.raises(StoreError, match="cannot be moved"):
        store.delete([first, second])
    assert len(store.find()) == 2
    assert store.run_dir(first).exists() and store.run_dir(second).exists()


def test_the_trash_of_a_delete_that_was_killed_goes_back_or_goes_away(store, queue) -> None:
    known = end(store, queue())
    trash = store.home / "trash"
    trash.mkdir()
    store.run_dir(known).rename(trash / known)  # killed before the commit
    (trash / "aaaaaaaaaaaa").mkdir()  # killed after it
    (trash / "aaaaaaaaaaaa" / "model.keras").write_bytes(b"12345")
    assert store.empty_trash() == 5
    assert store.run_dir(known).exists() and list(trash.iterdir()) == []
    assert store.empty_trash() == 0
