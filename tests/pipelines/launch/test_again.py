"""Going on with runs: what is asked, and what is refused. That they go on is tested with the faults."""

import pytest

from models.errors import NetloomError
from models.spec import ModelSpec
from pipelines.launch.again import clone, extend, fork, forkable, pause, resume, retry_smaller
from pipelines.runs.facts import BatchPoint, MetricPoint, Progress, RunNotFound
from pipelines.runs.store import RunStore
from pipelines.spec import RunSpec, ScheduleSpec, StartSpec, TrainSpec


@pytest.fixture
def store(watched_store: RunStore) -> RunStore:
    return watched_store


def run(store: RunStore, status: str, epoch: int = 20, **changes) -> str:
    uid = store.create(RunSpec(model=ModelSpec(), **changes)).uid
    store.claim(uid, "here", "cpu")
    store.beat(uid, Progress(epoch=epoch, epochs=20))
    if status != "running":
        store.finish(uid, status, error="It broke.")
    return uid


@pytest.mark.parametrize("status", ["paused", "stopped", "failed", "lost"])
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


def test_extend_leaves_a_schedule_that_was_to_end_with_the_run_where_it_was(store) -> None:
    train = TrainSpec(epochs=20, schedule=ScheduleSpec(kind="cosine", warmup=2))
    longer = RunSpec.model_validate_json(extend(store, run(store, "finished", train=train), 30).spec_json).train
    assert longer.epochs == 30 and longer.schedule.config == {"length": 18.0}


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


def spec_of(run) -> RunSpec:
    return RunSpec.model_validate_json(run.spec_json)


def keep(store: RunStore, uid: str, name: str, content: bytes = b"state") -> None:
    path = store.run_dir(uid) / name
    path.parent.mkdir(exist_ok=True)
    path.write_bytes(content)


@pytest.fixture
def parent(store) -> str:
    """A run that was stopped after 3 of 20 epochs of 10 steps, with the states after 0, 2 and 3."""
    uid = run(store, "running", epoch=3, name="parent")
    for epoch in range(3):
        store.log_epoch(uid, [MetricPoint("loss", "val", epoch, 10 * (epoch + 1), 1.0 / (epoch + 1))])
    store.log_batches(uid, [BatchPoint(step, 5, 1.0, 1.0, 1.0) for step in range(5, 31, 5)])
    store.finish(uid, "stopped")
    keep(store, uid, "snapshots/epoch-000000.npz", b"new weights")
    keep(store, uid, "snapshots/epoch-000002.npz", b"after two")
    keep(store, uid, "backup/epoch-000003.npz")
    keep(store, uid, "backup/epoch-000003_000004.npz")
    keep(store, uid, "backup/epoch-000004.tmp")
    return uid


def test_pause_asks_what_works_holds_what_waits_and_refuses_what_has_ended(store) -> None:
    works, waits = run(store, "running"), store.create(RunSpec(model=ModelSpec())).uid
    assert pause(store, works[:11]).request == "pause"
    assert pause(store, waits).held
    assert not resume(store, waits).held
    with pytest.raises(NetloomError, match="queued already"):
        resume(store, waits)
    assert pause(store, run(store, "paused", epoch=3)).status == "paused"
    for status in ("finished", "failed"):
        with pytest.raises(NetloomError, match="nothing to pause"):
            pause(store, run(store, status))


def test_a_fork_begins_with_the_state_and_the_curves_of_its_parent(store, parent) -> None:
    assert forkable(store, parent) == [0, 2, 3]
    wanted = spec_of(store.get(parent)).replace(name="child", seed=5)
    child = fork(store, parent, 2, wanted)
    assert (child.status, child.held, child.parent_uid, child.name) == ("queued", False, parent, "child")
    assert spec_of(child) == wanted.replace(start=StartSpec(run=parent, epoch=2))
    assert (store.run_dir(child.uid) / "start" / "epoch-000002.npz").read_bytes() == b"after two"
    assert store.history([child.uid])["step"].tolist() == [10, 20]
    assert store.batch_history(child.uid)["step"].tolist() == [5, 10, 15, 20]
    assert forkable(store, child.uid) == [2]
    store.delete([parent])
    assert (store.run_dir(child.uid) / "start" / "epoch-000002.npz").read_bytes() == b"after two"


def test_a_fork_keeps_what_its_parent_found_best_by_trying(store, parent) -> None:
    (store.run_dir(parent) / "choices.json").write_text('{"jit": true}')
    child = fork(store, parent, 2)
    assert (store.run_dir(child.uid) / "choices.json").read_text() == '{"jit": true}'


def test_a_longer_fork_leaves_its_parents_schedule_where_it_was(store) -> None:
    schedule = ScheduleSpec(kind="cosine", warmup=2)
    uid = run(store, "stopped", epoch=3, train=TrainSpec(epochs=20, schedule=schedule))
    keep(store, uid, "snapshots/epoch-000002.npz")
    spec = spec_of(store.get(uid))
    longer = spec.replace(train=spec.train.replace(epochs=30))
    assert spec_of(fork(store, uid, 2, longer)).train.schedule.config == {"length": 18.0}
    other = longer.replace(train=longer.train.replace(schedule=ScheduleSpec(kind="cosine")))
    assert spec_of(fork(store, uid, 2, other)).train.schedule.config == {}


def test_a_fork_before_training_has_no_history(store, parent) -> None:
    child = fork(store, parent, 0)
    assert store.history([child.uid]).empty
    assert spec_of(child).start == StartSpec(run=parent, epoch=0)


def test_a_fork_of_what_is_not_kept_or_not_longer_is_refused_and_leaves_nothing(store, parent) -> None:
    short = spec_of(store.get(parent)).replace(train={"epochs": 2})
    with pytest.raises(NetloomError, match=r"No state of run .* after epoch 1 is kept") as refused:
        fork(store, parent, 1)
    assert "after epoch 0, 2, 3" in str(refused.value.hint)
    with pytest.raises(NetloomError, match="nothing is left to train"):
        fork(store, parent, 2, short)
    with pytest.raises(NetloomError, match="0 epochs or more"):
        fork(store, parent, -1)
    with pytest.raises(RunNotFound):
        fork(store, "abcdefghijkl", 1)
    assert [known.uid for known in store.find()] == [parent]


def test_a_state_that_goes_while_it_is_forked_leaves_no_half_of_a_run(store, parent, monkeypatch) -> None:
    def link(state, _to):
        state.unlink()
        raise FileNotFoundError

    monkeypatch.setattr("os.link", link)
    with pytest.raises(NetloomError, match="was removed meanwhile"):
        fork(store, parent, 2)
    assert [known.uid for known in store.find()] == [parent]
    assert len(list((store.home / "runs").iterdir())) == 1


def test_a_fork_has_its_state_only_once_it_has_all_else(store, parent, monkeypatch) -> None:
    # Killed before, and released by hand, it is told to have no state, and never trains on with half a curve.
    states = []
    copy_history = store.copy_history

    def copy(source: str, child: str, epochs: int) -> None:
        states.extend(path.name for path in (store.run_dir(child) / "start").glob("*.npz"))
        copy_history(source, child, epochs)

    monkeypatch.setattr(store, "copy_history", copy)
    child = fork(store, parent, 2)
    assert states == []
    assert [path.name for path in (store.run_dir(child.uid) / "start").iterdir()] == ["epoch-000002.npz"]


def test_a_file_system_without_links_gets_a_copy(store, parent, monkeypatch) -> None:
    def link(*_):
        raise PermissionError

    monkeypatch.setattr("os.link", link)
    child = fork(store, parent, 2)
    assert (store.run_dir(child.uid) / "start" / "epoch-000002.npz").read_bytes() == b"after two"


def test_what_is_changed_leaves_the_study_and_the_seeds_that_it_was_of(store, parent) -> None:
    spec = spec_of(store.get(parent))
    one = clone(store, parent, spec.replace(tags={"mine": "kept"})).uid
    tags = {"study": "abc", "variant": "dropout", "seeds": "0011", "mine": "kept"}
    store._update(one, spec=spec.replace(tags=tags).model_dump_json())
    assert spec_of(clone(store, one)).tags == tags, "it stands in for the other one"
    assert spec_of(clone(store, one, spec.replace(tags=tags, seed=9))).tags == {"mine": "kept"}
    assert spec_of(retry_smaller(store, one)).tags == {"mine": "kept"}
    store._update(parent, spec=spec.replace(tags=tags).model_dump_json())
    assert spec_of(fork(store, parent, 2)).tags == {"mine": "kept"}


def test_a_clone_is_a_new_run_of_the_same_spec_or_a_changed_one(store, parent) -> None:
    spec = spec_of(store.get(parent))
    assert spec_of(clone(store, parent)) == spec
    changed = clone(store, parent, spec.replace(seed=9))
    assert (spec_of(changed).seed, changed.parent_uid, changed.status) == (9, parent, "queued")
    assert store.history([changed.uid]).empty


def test_a_clone_of_a_fork_begins_where_the_fork_did(store, parent) -> None:
    forked = fork(store, parent, 2)
    store.delete([parent])
    again = clone(store, forked.uid)
    assert spec_of(again).start == StartSpec(run=parent, epoch=2)
    assert store.history([again.uid])["step"].tolist() == [10, 20]
    assert (store.run_dir(again.uid) / "start" / "epoch-000002.npz").exists()


def test_retry_halves_the_batch_and_begins_anew(store) -> None:
    failed = run(store, "failed", name="large", train={"batch_size": 33})
    smaller = retry_smaller(store, failed)
    assert (smaller.name, smaller.parent_uid, spec_of(smaller).train.batch_size) == ("large, batch 16", failed, 16)
    whole = run(store, "failed", data={"source": {"kind": "bundled", "name": "digits"}}, train={"batch_size": "all"})
    assert spec_of(retry_smaller(store, whole)).train.batch_size > 500
    with pytest.raises(NetloomError, match="one row only"):
        retry_smaller(store, run(store, "failed", train={"batch_size": 1}))
