"""Resuming and extending: what is asked, and what is refused. That it goes on is tested with the faults."""

import pytest
from filelock import FileLock

from models.errors import NetloomError
from models.spec import ModelSpec
from pipelines.launch import lock
from pipelines.launch.again import extend, resume
from pipelines.runs.facts import Progress
from pipelines.runs.store import RunStore
from pipelines.spec import RunSpec


@pytest.fixture
def store(home):
    """A store whose home seems to have a supervisor, so that none is started."""
    store = RunStore(home)
    with FileLock(home / lock.NAME):
        yield store
    store.close()


def run(store: RunStore, status: str, epoch: int = 20) -> str:
    uid = store.create(RunSpec(model=ModelSpec())).uid
    store.claim(uid, "here", "cpu")
    store.beat(uid, Progress(epoch=epoch, epochs=20))
    if status != "running":
        store.finish(uid, status, error="It broke.")
    return uid


@pytest.mark.parametrize("status", ["stopped", "failed", "lost"])
def test_what_did_not_finish_can_be_resumed(store, status: str) -> None:
    again = resume(store, run(store, status, epoch=3))
    assert (again.status, again.error, again.attempt) == ("queued", None, 0)


def test_what_runs_or_has_finished_cannot_be_resumed(store) -> None:
    with pytest.raises(NetloomError, match="nothing left to resume"):
        resume(store, run(store, "finished"))
    with pytest.raises(NetloomError, match="running already"):
        resume(store, run(store, "running"))


def test_extend_sets_the_total_number_of_epochs(store) -> None:
    longer = extend(store, run(store, "finished"), 50)
    assert longer.status == "queued"
    assert RunSpec.model_validate_json(longer.spec_json).train.epochs == 50


def test_extend_of_a_run_that_early_stopping_ended_takes_any_number_but_the_old_one(store) -> None:
    uid = run(store, "running", epoch=8)
    store.finish(uid, "finished", stopped_epoch=7)
    with pytest.raises(NetloomError, match=r"Early stopping ended run .* after 8 of these 20 epochs"):
        extend(store, uid, 20)
    assert extend(store, uid, 12).status == "queued"


def test_extend_refuses_fewer_epochs_than_were_done_and_more_than_there_may_be(store) -> None:
    uid = run(store, "finished")
    with pytest.raises(NetloomError, match="has done 20 epochs already"):
        extend(store, uid, 20)
    with pytest.raises(NetloomError, match="epochs"):
        extend(store, uid, 10**9)
    with pytest.raises(NetloomError, match="running already"):
        extend(store, run(store, "running"), 50)
    assert store.get(uid).status == "finished"
