"""What must survive, with real training in real processes that are really killed."""

import os
import signal
import time
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor

import pandas as pd
import pytest

from pipelines.examples import EXAMPLES
from pipelines.launch import liveness
from pipelines.launch.again import resume
from pipelines.launch.keeper import ensure_supervisor
from pipelines.launch.submit import submit
from pipelines.launch.watching import KILLED
from pipelines.runs.facts import Run, Service
from pipelines.runs.store import RunStore
from pipelines.spec import RunSpec

pytestmark = pytest.mark.slow
PATIENCE_S = 90  # for what takes seconds, on a machine that may be busy with other things


@pytest.fixture(scope="module")
def store(tmp_path_factory: pytest.TempPathFactory) -> Iterator[RunStore]:
    """One home, and so one warm supervisor, for all of these."""
    store = RunStore(tmp_path_factory.mktemp("faults") / "home")
    yield store
    for service in store.services("supervisor"):
        liveness.kill(service.pid, service.pid_created)
    for run in store.find():
        liveness.kill(run.pid, run.pid_created)
    store.close()


def iris(epochs: int = 40, **changes) -> RunSpec:
    """Epochs of some 20 ms, no early stopping."""
    spec = EXAMPLES["iris-mlp"]
    return spec.replace(train=spec.train.replace(epochs=epochs, early_stopping=None), **changes)


def until(true: Callable[[], object], timeout_s: float = PATIENCE_S) -> None:
    end = time.monotonic() + timeout_s
    while not true():
        assert time.monotonic() < end, "it did not happen in time"
        time.sleep(0.01)


def until_epoch(store: RunStore, uid: str, epoch: int, attempt: int = 1) -> Run:
    def there() -> bool:
        run = store.get(uid)
        assert run.active, (run.status, run.error)
        return run.status == "running" and run.attempt == attempt and run.progress.epoch >= epoch

    until(there)
    return store.get(uid)


def ended(store: RunStore, uid: str) -> Run:
    until(lambda: not store.get(uid).active)
    return store.get(uid)


def supervisors(store: RunStore) -> list[Service]:
    return [s for s in store.services("supervisor") if liveness.alive(s.pid, s.pid_created)]


def next_supervisor(store: RunStore) -> None:
    """Start one where the last was killed: its lock goes with its last thread, a moment after it seems dead."""
    until(lambda: not supervisors(store))
    end = time.monotonic() + PATIENCE_S
    while not supervisors(store):
        assert time.monotonic() < end
        ensure_supervisor(store.home)
        time.sleep(0.5)


def curve(store: RunStore, uid: str) -> pd.DataFrame:
    """The history without times, checked to hold every epoch of every series exactly once."""
    history = store.history([uid])
    fitted = history[history["split"] != "test"]
    assert not history.duplicated(["split", "name", "epoch"]).any()
    for _, series in fitted.groupby(["split", "name"]):
        assert series["epoch"].tolist() == list(range(len(series)))
    return history[["split", "name", "epoch", "step", "value"]]


def test_a_worker_killed_in_mid_epoch_goes_on_by_itself_as_if_nothing_had_been(store) -> None:
    calm, killed = submit(store, iris(60)).uid, submit(store, iris(60)).uid
    os.kill(until_epoch(store, killed, 5).pid, signal.SIGKILL)
    began = time.monotonic()
    until(lambda: store.get(killed).attempt == 2, timeout_s=10)
    assert time.monotonic() - began < 10
    assert ended(store, killed).status == "finished"
    assert ended(store, calm).status == "finished"
    assert store.get(killed).progress.resumed_from >= 4  # the checkpoint follows the log
    assert len(curve(store, killed).query("split == 'val' and name == 'loss'")) == 60
    pd.testing.assert_frame_equal(curve(store, killed), curve(store, calm), check_exact=True)


def test_a_run_that_dies_twice_is_lost_and_says_why(store) -> None:
    uid = submit(store, iris(5000)).uid
    first = until_epoch(store, uid, 2)
    os.kill(first.pid, signal.SIGKILL)
    again = until_epoch(store, uid, first.progress.epoch + 2, attempt=2)
    os.kill(again.pid, signal.SIGKILL)
    run = ended(store, uid)
    assert (run.status, run.cause) == ("lost", "died")
    assert "for the second time" in run.error and "SIGKILL" in run.error
    assert curve(store, uid)["epoch"].max() >= again.progress.epoch - 1


def test_a_killed_supervisor_harms_no_run_and_the_next_one_adopts_it(store) -> None:
    uid = submit(store, iris(5000)).uid
    run = until_epoch(store, uid, 2)
    (old,) = supervisors(store)
    os.kill(old.pid, signal.SIGKILL)
    until(lambda: not supervisors(store))
    until_epoch(store, uid, run.progress.epoch + 5)
    next_supervisor(store)
    store.request(uid, "stop")
    run = ended(store, uid)
    assert (run.status, run.attempt, run.error) == ("stopped", 1, None)
    curve(store, uid)


def test_a_worker_killed_while_no_supervisor_lives_is_resumed_by_the_next(store) -> None:
    uid = submit(store, iris(5000)).uid
    run = until_epoch(store, uid, 2)
    (old,) = supervisors(store)
    for pid in (old.pid, run.pid):
        os.kill(pid, signal.SIGKILL)
    next_supervisor(store)
    until_epoch(store, uid, run.progress.epoch + 2, attempt=2)
    store.request(uid, "kill")
    run = ended(store, uid)
    assert (run.status, run.error) == ("stopped", KILLED)
    curve(store, uid)


def test_there_are_never_two_supervisors(store) -> None:
    with ThreadPoolExecutor(8) as pool:
        lived = list(pool.map(ensure_supervisor, [store.home] * 16))
    assert lived.count(False) <= 1
    until(lambda: len(supervisors(store)) == 1)
    assert len(supervisors(store)) == 1


def test_a_stopped_run_keeps_its_model_and_can_be_resumed(store) -> None:
    uid = submit(store, iris(150)).uid
    until_epoch(store, uid, 3)
    store.request(uid, "stop")
    run = ended(store, uid)
    assert (run.status, run.error) == ("stopped", None)
    assert "model.keras" in {artifact.path for artifact in store.artifacts(uid)}
    resume(store, uid)
    assert ended(store, uid).status == "finished"
    assert len(curve(store, uid).query("split == 'val' and name == 'loss'")) == 150


def test_a_loss_that_becomes_nan_is_a_failure_that_names_the_epoch(store) -> None:
    spec = iris()
    sgd = spec.train.optimizer.replace(kind="SGD", config={"learning_rate": 1e30})
    uid = submit(store, spec.replace(train=spec.train.replace(optimizer=sgd))).uid
    run = ended(store, uid)
    assert run.status == "failed"
    assert "epoch 1" in run.error and "learning rate" in run.error


def test_a_forkserver_that_is_killed_is_started_again(store) -> None:
    uid = submit(store, iris(5000)).uid
    run = until_epoch(store, uid, 2)
    forkserver = liveness.psutil.Process(run.pid).parent()
    assert "forkserver" in " ".join(forkserver.cmdline())
    forkserver.kill()
    assert ended(store, submit(store, iris(2)).uid).status == "finished"
    store.request(uid, "stop")
    assert ended(store, uid).status == "stopped"
