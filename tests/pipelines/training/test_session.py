"""What a run tells while it trains and keeps as it goes: intervals, the loss of every batch, the rate, snapshots."""

import numpy as np
import pytest

from pipelines.spec import EarlyStoppingSpec, OptimizerSpec, ScheduleSpec, SnapshotSpec
from tests.pipelines.training.conftest import cnn_spec, curve, mlp_spec

pytestmark = pytest.mark.slow

STEPS = 40


def series(points, name: str, split: str):
    return points[(points["name"] == name) & (points["split"] == split)].set_index("step")["value"]


def rows_in_batches(batch_size: int = 32) -> np.ndarray:
    rows = np.full(STEPS, batch_size)
    rows[-1] = 1257 - batch_size * (STEPS - 1)
    return rows


@pytest.mark.parametrize("per_execution", [1, 16])
def test_the_loss_of_every_batch_adds_up_to_that_of_the_epoch(store, trained, per_execution) -> None:
    run = trained(mlp_spec(epochs=2, steps_per_execution=per_execution))
    losses = store.batch_history(run.uid)
    assert losses["step"].tolist() == list(range(1, 2 * STEPS + 1))
    assert (losses["steps"] == 1).all() and (losses["mean"] > 0).all()
    of_epochs = np.average(losses["mean"].to_numpy().reshape(2, STEPS), axis=1, weights=rows_in_batches())
    assert of_epochs.tolist() == pytest.approx(series(curve(store, run.uid), "loss", "train").tolist(), rel=1e-4)


def test_the_loss_of_a_batch_is_that_of_its_rows(store, trained) -> None:
    """With a rate of zero and without dropout the network stays as it is, so that each can be computed by itself."""
    import keras

    from pipelines.spec import RunSpec
    from pipelines.training.feed import shuffled_batches
    from pipelines.training.prepare import prepare

    spec = mlp_spec(epochs=1, optimizer=OptimizerSpec(kind="SGD", config={"learning_rate": 0.0}))
    nodes = [node.replace(config={"rate": 0.0}) if node.name == "dropout" else node for node in spec.model.nodes]
    spec = RunSpec.model_validate(spec.replace(model=spec.model.replace(nodes=tuple(nodes))).model_dump())
    run = trained(spec)
    data = prepare(spec.data)
    model = keras.models.load_model(store.run_dir(run.uid) / "model.keras", compile=False)
    batches = shuffled_batches(data.x["train"], data.y["train"], 32, spec.seed, 0, 1)
    loss = keras.losses.SparseCategoricalCrossentropy()
    expected = [float(loss(y, model(x, training=False))) for x, y in batches]
    assert store.batch_history(run.uid)["mean"].tolist() == pytest.approx(expected, rel=1e-3)


def test_an_epoch_is_looked_at_every_n_steps(store, trained) -> None:
    stopping = EarlyStoppingSpec(patience=100, every_steps=15)
    run = trained(mlp_spec(epochs=2, early_stopping=stopping))
    points = curve(store, run.uid)
    validation = series(points, "loss", "val")
    assert validation.index.tolist() == [15, 30, 40, 55, 70, 80]
    assert points[points["split"] == "val"].drop_duplicates("step")["epoch"].tolist() == [0, 0, 0, 1, 1, 1]
    # The training loss of an interval is of that interval alone.
    losses = store.batch_history(run.uid).set_index("step")["mean"]
    training = series(points, "loss", "train")
    assert training[30] == pytest.approx(losses.loc[16:30].mean(), rel=1e-4)
    assert training[55] == pytest.approx(losses.loc[41:55].mean(), rel=1e-4)
    test = points[points["split"] == "test"]
    assert set(test["step"]) == {validation.idxmin()} and set(test["epoch"]) == {run.best_epoch}
    assert run.best_epoch == (0 if validation.idxmin() <= STEPS else 1)
    log = (store.run_dir(run.uid) / "log.txt").read_text()
    assert "epoch 2/2 step 55  " in log and "epoch 1/2 step 15  " in log


def test_training_by_intervals_is_the_same_training(store, trained) -> None:
    """How often it is looked at changes no weight."""
    whole = series(curve(store, trained(cnn_spec(epochs=2)).uid), "loss", "val")
    by_steps = cnn_spec(epochs=2, early_stopping=EarlyStoppingSpec(patience=100, every_steps=7, restore_best=False))
    other = series(curve(store, trained(by_steps).uid), "loss", "val")
    assert [other[STEPS], other[2 * STEPS]] == whole.tolist()


def test_early_stopping_may_end_a_run_within_its_first_epoch(store, trained) -> None:
    stopping = EarlyStoppingSpec(monitor="accuracy", patience=2, min_delta=0.9, every_steps=5)
    run = trained(mlp_spec(epochs=3, early_stopping=stopping))
    assert (run.status, run.stopped_epoch, run.best_epoch) == ("finished", 0, 0)
    points = curve(store, run.uid)
    assert series(points, "loss", "val").index.tolist() == [5, 10, 15]
    assert set(points[points["split"] == "test"]["step"]) == {5}
    assert (run.progress.epoch, run.progress.step) == (0, 15)


def test_progress_tells_the_rate_and_what_is_used(store, trained) -> None:
    optimizer = OptimizerSpec(kind="SGD", config={"learning_rate": 0.125})
    constant = trained(mlp_spec(epochs=1, optimizer=optimizer)).progress
    assert constant.learning_rate == 0.125 and constant.gpu_percent is None
    run = trained(mlp_spec(epochs=2, optimizer=optimizer, schedule=ScheduleSpec(kind="polynomial")))
    logged = series(curve(store, run.uid), "learning_rate", "train")
    # Of the last update of each epoch, in a straight line to zero after 80.
    assert run.progress.learning_rate == logged[80]
    assert logged.to_dict() == pytest.approx({40: 0.125 * 41 / 80, 80: 0.125 / 80}, rel=1e-5)
    assert "learning_rate" not in set(curve(store, trained(mlp_spec(epochs=1)).uid)["name"])


def snapshots(store, uid: str) -> list[str]:
    return sorted(path.name for path in (store.run_dir(uid) / "snapshots").glob("*"))


def test_snapshots_are_the_states_after_their_epochs(store, trained) -> None:
    from pipelines.training.checkpoint import read

    run = trained(mlp_spec(epochs=5, snapshots=SnapshotSpec(every=1, most=3)))
    assert snapshots(store, run.uid) == ["epoch-000000.npz", "epoch-000002.npz", "epoch-000004.npz"]
    first, last = (read(store.run_dir(run.uid) / "snapshots" / f"epoch-00000{epoch}.npz") for epoch in (0, 4))
    assert (first.position.updates, last.position.updates) == (0, 160)
    assert not any(np.array_equal(a, b) for a, b in zip(first.variables[:1], last.variables[:1], strict=True))
    assert not (store.run_dir(trained(mlp_spec(epochs=1)).uid) / "snapshots").exists()


def test_a_snapshot_of_the_last_epoch_is_the_network_that_was_kept(store, trained) -> None:
    import keras

    from pipelines.training.checkpoint import read

    averaging = OptimizerSpec(config={"use_ema": True, "ema_momentum": 0.9})
    run = trained(mlp_spec(epochs=2, optimizer=averaging, snapshots=SnapshotSpec()))
    model = keras.models.load_model(store.run_dir(run.uid) / "model.keras", compile=False)
    state = read(store.run_dir(run.uid) / "snapshots" / "epoch-000002.npz")
    for variable, value in zip(model.variables, state.variables, strict=False):
        assert np.array_equal(variable, value) or variable.name == "seed_generator_state"  # Keras saves none of these
    trainable = [np.array(variable) for variable in model.trainable_variables]
    assert not any(np.array_equal(a, b) for a, b in zip(trainable, state.training_weights, strict=True))
    # What was measured last was measured with these weights.
    from pipelines.training.prepare import prepare

    data = prepare(mlp_spec().data)
    model.compile(loss="sparse_categorical_crossentropy")
    measured = series(curve(store, run.uid), "loss", "val").iloc[-1]
    assert model.evaluate(data.x["val"], data.y["val"], verbose=0) == pytest.approx(measured, rel=1e-5)


def test_a_run_says_what_memory_it_took_and_why_it_failed(store, trained) -> None:
    done = trained(mlp_spec(epochs=1))
    assert done.memory_bytes > 100 * 2**20 and done.cause is None
    diverged = trained(mlp_spec(optimizer=OptimizerSpec(kind="SGD", config={"learning_rate": 1e30})))
    assert (diverged.status, diverged.cause) == ("failed", "diverged")
