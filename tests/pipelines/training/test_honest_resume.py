"""A run that was paused, killed or forked is, to the bit, the run that was never interrupted: curves and weights."""

import numpy as np
import pytest

from pipelines.data.spec import AugmentSpec
from pipelines.launch import beginnings
from pipelines.runs.store import RunStore
from pipelines.spec import EarlyStoppingSpec, OptimizerSpec, RunSpec, ScheduleSpec, SnapshotSpec, StartSpec
from tests.pipelines.training.conftest import cnn_spec, curve, mlp_spec
from tests.pipelines.training.dying_worker import killed

pytestmark = pytest.mark.slow

# Everything that has a memory: dropout, averages, accumulated gradients, a plateau behind a warm-up, and evaluations
# within the epoch, so that a checkpoint lies in the middle of one.
MLP = mlp_spec(
    epochs=4,
    optimizer=OptimizerSpec(
        kind="Adam",
        config={"learning_rate": 0.02, "use_ema": True, "ema_momentum": 0.9, "gradient_accumulation_steps": 3},
    ),
    schedule=ScheduleSpec(kind="plateau", config={"patience": 1, "min_delta": 0.25, "factor": 0.6}, warmup=0.5),
    early_stopping=EarlyStoppingSpec(patience=2, every_steps=16, min_delta=0.1),
    snapshots=SnapshotSpec(),
)
# Augmentation in front of the network and in it, batch statistics, and a schedule.
CNN = cnn_spec(
    epochs=4,
    schedule=ScheduleSpec(kind="cosine", warmup=0.5),
    early_stopping=EarlyStoppingSpec(monitor="accuracy", patience=3),
    snapshots=SnapshotSpec(),
)
CNN = CNN.replace(data=CNN.data.replace(augment=(AugmentSpec(kind="RandomRotation", config={"factor": 0.05}),)))
SPECS = {"mlp": MLP, "cnn": CNN}


@pytest.fixture(scope="module")
def world(tmp_path_factory):
    """A home in which the runs of SPECS have been trained without any interruption: store, and their uids."""
    store = RunStore(tmp_path_factory.mktemp("home"))
    uids = {}
    for name, spec in SPECS.items():
        uids[name] = store.create(spec).uid
        train_on(store, uids[name])
        assert store.get(uids[name]).status == "finished"
    yield store, uids
    store.close()


def train_on(store: RunStore, uid: str) -> None:
    """One attempt, in this process."""
    from pipelines.training.worker import train

    assert store.claim(uid, "here", "cpu")
    train(store.home, uid)


def left(store: RunStore, uid: str) -> dict[str, np.ndarray]:
    """The state after the last interval, with the optimizer's and all that early stopping keeps."""
    newest = max((store.run_dir(uid) / "backup").glob("epoch-*.npz"))
    with np.load(newest) as arrays:
        return {name: arrays[name] for name in arrays.files if name != "facts"}


def kept(store: RunStore, uid: str) -> list[np.ndarray]:
    """The weights of the model that the run left."""
    import keras

    return keras.models.load_model(store.run_dir(uid) / "model.keras", compile=False).get_weights()


def assert_equal(store: RunStore, uid: str, whole: str) -> None:
    run, expected = store.get(uid), store.get(whole)
    assert (run.status, run.error) == ("finished", None)
    assert curve(store, uid).equals(curve(store, whole))
    assert (run.best_epoch, run.stopped_epoch) == (expected.best_epoch, expected.stopped_epoch)
    state, other = left(store, uid), left(store, whole)
    assert state.keys() == other.keys()
    for name, value in state.items():
        assert np.array_equal(value, other[name]), name
    for value, other in zip(kept(store, uid), kept(store, whole), strict=True):
        assert np.array_equal(value, other)


def test_there_is_much_to_remember(world) -> None:
    """What is compared below: averages, drops of the rate, evaluations within an epoch, and an end by patience."""
    store, uids = world
    rates = rates_of(store, uids["mlp"])
    assert len(set(rates)) > 4 and rates[1] > rates[-1]
    run = store.get(uids["mlp"])
    assert run.stopped_epoch == 2 and set(curve(store, uids["mlp"])["step"]) > {16, 32, 40, 56}
    assert any(name.startswith("training_") for name in left(store, uids["mlp"]))
    assert any(name.startswith("best_") for name in left(store, uids["mlp"]))


@pytest.fixture
def pause_after(monkeypatch):
    """Has a user ask for a pause while a run's interval number n ends, counted in this attempt."""

    def at(uid: str, interval: int) -> None:
        log, calls = RunStore.log_epoch, []

        def log_epoch(store, *args, **named):
            calls.append(args)
            if len(calls) == interval:
                store.request(uid, "pause")
            return log(store, *args, **named)

        monkeypatch.setattr(RunStore, "log_epoch", log_epoch)

    return at


@pytest.mark.parametrize(("name", "intervals"), [("mlp", (2, 1)), ("cnn", (1, 2))])
def test_paused_and_resumed(world, name, intervals, pause_after, monkeypatch) -> None:
    store, uids = world
    uid = store.create(SPECS[name]).uid
    for interval in intervals:
        pause_after(uid, interval)
        train_on(store, uid)
        monkeypatch.undo()
        run = store.get(uid)
        assert (run.status, run.error, run.ended_at is not None) == ("paused", None, True)
        assert not (store.run_dir(uid) / "model.keras").exists()
        assert "test" not in set(curve(store, uid)["split"])
        store.extend(uid, SPECS[name])
    train_on(store, uid)
    assert_equal(store, uid, uids[name])


MOMENTS = [("batch", 2), ("checkpoint", 3), ("points", 2)]


@pytest.mark.parametrize("name", SPECS)
def test_killed_again_and_again(world, name) -> None:
    store, uids = world
    uid = store.create(SPECS[name]).uid
    for call, times in MOMENTS:
        killed(store, uid, call, times)
    train_on(store, uid)
    assert_equal(store, uid, uids[name])


def forked(store: RunStore, spec: RunSpec, parent: str, epoch: int) -> str:
    (run,) = beginnings.create_all(store, [spec.replace(start=StartSpec(run=parent, epoch=epoch))], parent)
    train_on(store, run.uid)
    return run.uid


@pytest.mark.parametrize(("name", "epoch"), [("mlp", 0), ("mlp", 2), ("cnn", 1)])
def test_forked_without_a_change(world, name, epoch) -> None:
    store, uids = world
    uid = forked(store, SPECS[name], uids[name], epoch)
    assert store.get(uid).progress.resumed_from == epoch
    assert_equal(store, uid, uids[name])


def test_a_fork_that_was_paused_goes_on_from_its_own_state(world, pause_after, monkeypatch) -> None:
    store, uids = world
    (run,) = beginnings.create_all(store, [CNN.replace(start=StartSpec(run=uids["cnn"], epoch=1))], uids["cnn"])
    pause_after(run.uid, 1)
    train_on(store, run.uid)
    monkeypatch.undo()
    assert store.get(run.uid).progress.epoch == 2
    store.extend(run.uid, CNN.replace(start=StartSpec(run=uids["cnn"], epoch=1)))
    train_on(store, run.uid)
    assert_equal(store, run.uid, uids["cnn"])


def validation(store: RunStore, uid: str, name: str = "loss") -> dict[int, float]:
    points = curve(store, uid)
    points = points[(points["split"] == "val") & (points["name"] == name)]
    return dict(zip(points["step"], points["value"], strict=True))


def test_a_fork_with_other_batches_and_another_optimizer_begins_with_the_weights_and_the_curve(world) -> None:
    store, uids = world
    still = OptimizerSpec(kind="SGD", config={"learning_rate": 1e-30})
    train = CNN.train.replace(batch_size=100, optimizer=still, schedule=None, early_stopping=None, epochs=3)
    uid = forked(store, CNN.replace(train=train), uids["cnn"], 2)
    parent, child = validation(store, uids["cnn"], "accuracy"), validation(store, uid, "accuracy")
    steps = list(parent)
    rows = store.get(uid).progress.steps
    assert list(child) == [*steps[:2], steps[1] + rows] and rows < steps[0]
    assert [child[step] for step in steps[:2]] == [parent[step] for step in steps[:2]]
    # Nothing is learned any more; only batch normalisation's statistics go on.
    assert child[steps[1] + rows] == pytest.approx(parent[steps[1]], abs=0.1)
    assert "begins anew" in (store.run_dir(uid) / "log.txt").read_text()


def rates_of(store: RunStore, uid: str) -> list[float]:
    points = curve(store, uid)
    return points[points["name"] == "learning_rate"]["value"].tolist()


def test_a_fork_with_another_rate_keeps_the_momenta_and_takes_the_rate(world) -> None:
    store, uids = world
    faster = CNN.train.optimizer.replace(config={"learning_rate": 0.01})
    uid = forked(store, CNN.replace(train=CNN.train.replace(optimizer=faster)), uids["cnn"], 2)
    before, after = rates_of(store, uids["cnn"]), rates_of(store, uid)
    assert after[:2] == before[:2] and after[2:] == pytest.approx([10 * rate for rate in before[2:]], rel=1e-4)
    assert "goes on where it was" in (store.run_dir(uid) / "log.txt").read_text()


def test_a_fork_with_a_fresh_optimizer_has_its_schedule_where_the_epochs_are(world) -> None:
    store, uids = world
    fresh = OptimizerSpec(kind="RMSprop", config={"learning_rate": 0.001})
    uid = forked(store, CNN.replace(train=CNN.train.replace(optimizer=fresh)), uids["cnn"], 2)
    assert rates_of(store, uid) == pytest.approx(rates_of(store, uids["cnn"]), rel=1e-4)


def test_a_fork_of_another_network_is_refused_in_words(world) -> None:
    store, uids = world
    uid = forked(store, MLP, uids["cnn"], 1)
    run = store.get(uid)
    assert run.status == "failed" and "another network" in run.error and "\n" not in run.error


def test_a_fork_may_have_more_dropout_than_its_parent(world) -> None:
    store, uids = world
    nodes = list(MLP.model.nodes)
    nodes.insert(3, nodes[3].replace(name="more"))
    train = MLP.train.replace(early_stopping=None)
    uid = forked(store, MLP.replace(model=MLP.model.replace(nodes=tuple(nodes)), train=train), uids["mlp"], 1)
    assert (store.get(uid).status, store.get(uid).error) == ("finished", None)
