"""Honest resume: a run that was killed goes on as if nothing had been, to the bit."""

import os

import pytest

from pipelines.data.spec import AugmentSpec, CorruptSpec, DataSpec
from pipelines.runs.facts import MetricPoint
from pipelines.spec import EarlyStoppingSpec
from tests.pipelines.training.conftest import cnn_spec, curve, mlp_spec
from tests.pipelines.training.dying_worker import killed

pytestmark = pytest.mark.slow


def requeued(store, uid) -> None:
    store.requeue(uid, "killed")
    assert store.claim(uid, "here", "cpu")


HARMED = DataSpec(
    augment=(AugmentSpec(kind="RandomTranslation", config={"height_factor": 0.1, "width_factor": 0.1}),),
    corrupt=CorruptSpec(noise=0.1, mask=0.1, wrong_labels=0.1, train_rows=0.5),
)


def test_killed_in_the_middle_of_an_epoch_it_resumes_to_the_bit(store, trained) -> None:
    from pipelines.training.worker import train

    spec = mlp_spec(epochs=3, steps_per_execution=8).replace(data=HARMED)  # 20 updates an epoch: 3 executions
    whole = trained(spec)
    uid = store.create(spec).uid
    killed(store, uid, "batch", 5)
    assert store.claim(uid, "here", "cpu")
    train(store.home, uid)
    run = store.get(uid)
    assert run.status == "finished" and run.progress.resumed_from == 1
    assert curve(store, uid).equals(curve(store, whole.uid))


def forget_newest_checkpoint(backup) -> None:
    max(backup.glob("epoch-*.npz")).unlink()


def damage_newest_checkpoint(backup) -> None:
    newest = max(backup.glob("epoch-*.npz"))
    newest.write_bytes(newest.read_bytes()[:-200])


def forget_all_checkpoints(backup) -> None:
    for path in backup.iterdir():
        path.unlink()


@pytest.mark.parametrize("harm", [forget_newest_checkpoint, damage_newest_checkpoint, forget_all_checkpoints])
def test_metrics_later_than_the_checkpoint_are_measured_anew(store, trained, harm) -> None:
    from pipelines.training.worker import train

    run = trained(mlp_spec())
    before = curve(store, run.uid)
    harm(store.run_dir(run.uid) / "backup")
    requeued(store, run.uid)
    train(store.home, run.uid)
    assert store.get(run.uid).status == "finished"
    assert curve(store, run.uid).equals(before)


def test_an_extended_run_equals_one_that_was_long_from_the_start(store, trained) -> None:
    from pipelines.training.worker import train

    long = curve(store, trained(mlp_spec(epochs=4)).uid)
    run = trained(mlp_spec(epochs=2))
    store.extend(run.uid, mlp_spec(epochs=4))
    store.claim(run.uid, "here", "cpu")
    train(store.home, run.uid)
    assert curve(store, run.uid).equals(long)


def test_a_run_that_met_a_full_disk_goes_on_once_there_is_room(store, claimed, trained) -> None:
    from pipelines.training.worker import train

    whole = curve(store, trained(mlp_spec()).uid)
    uid = claimed(mlp_spec())
    backup = store.run_dir(uid) / "backup"
    backup.mkdir()
    (backup / "epoch-000002.tmp").symlink_to("/dev/full")
    train(store.home, uid)
    assert (store.get(uid).status, store.get(uid).error.split(".")[0]) == ("failed", "The disk is full")
    requeued(store, uid)
    train(store.home, uid)
    assert store.get(uid).status == "finished"
    assert curve(store, uid).equals(whole)


def test_killed_after_early_stopping_it_trains_no_further(store, trained) -> None:
    from pipelines.training.worker import train

    stopping = EarlyStoppingSpec(monitor="accuracy", patience=1, min_delta=0.5)
    run = trained(mlp_spec(epochs=30, early_stopping=stopping))
    before = curve(store, run.uid)
    assert run.stopped_epoch is not None
    requeued(store, run.uid)
    train(store.home, run.uid)
    again = store.get(run.uid)
    assert curve(store, run.uid).equals(before)
    assert (again.status, again.stopped_epoch, again.best_epoch) == ("finished", run.stopped_epoch, run.best_epoch)


def test_an_extended_run_that_early_stopping_had_ended_trains_on(store, trained) -> None:
    from pipelines.training.worker import train

    stopping = EarlyStoppingSpec(monitor="accuracy", patience=1, min_delta=0.5)
    run = trained(mlp_spec(epochs=30, early_stopping=stopping))
    assert run.stopped_epoch is not None
    wanted = run.progress.epoch + 1
    store.extend(run.uid, mlp_spec(epochs=wanted, early_stopping=stopping))
    store.claim(run.uid, "here", "cpu")
    train(store.home, run.uid)
    assert store.get(run.uid).progress.epoch == wanted


def test_a_run_that_was_stopped_in_its_first_epoch_is_tested_once(store, claimed, trained) -> None:
    from pipelines.training.worker import train

    uid = claimed(mlp_spec())
    store.started(uid, os.getpid(), 0)
    store.log_epoch(uid, [MetricPoint("loss", "test", 0, 5, 2.0)])
    store.finish(uid, "stopped")
    store.extend(uid, mlp_spec())
    store.claim(uid, "here", "cpu")
    train(store.home, uid)
    assert curve(store, uid).equals(curve(store, trained(mlp_spec()).uid))


def test_a_checkpoint_of_another_network_is_refused_in_words(store, trained) -> None:
    from pipelines.training.worker import train

    run = trained(mlp_spec(epochs=1))
    store.extend(run.uid, cnn_spec(epochs=2))
    store.claim(run.uid, "here", "cpu")
    train(store.home, run.uid)
    assert "another network" in store.get(run.uid).error
