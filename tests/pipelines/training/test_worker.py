"""The life of a run: what it leaves, and what it says when it fails."""

import json
import threading
import time

import numpy as np
import pytest
import sqlalchemy as sa

from pipelines.data.facts import facts
from pipelines.data.loading import load
from pipelines.data.preparation.preparation import read
from pipelines.spec import EarlyStoppingSpec, OptimizerSpec
from pipelines.tasks import loss_and_metrics
from tests.pipelines.training.conftest import cnn_spec, curve, mlp_spec, table_spec

pytestmark = pytest.mark.slow


def scaled(store, run, split):
    from pipelines.spec import RunSpec

    spec = RunSpec.model_validate_json(run.spec_json)
    splits = load(spec.data)
    preparation = read(store.run_dir(run.uid), spec.data)
    return preparation.apply(splits.x[split]), splits.y[split]


def kept_model(store, run):
    import keras

    return keras.models.load_model(store.run_dir(run.uid) / "model.keras", safe_mode=True)


def test_a_run_leaves_whole_curves_one_test_and_a_model(store, trained) -> None:
    run = trained(cnn_spec())
    assert (run.status, run.error, run.nonfinite) == ("finished", None, False)
    assert (run.progress.epoch, run.progress.epochs, run.progress.steps) == (3, 3, 40)
    points = curve(store, run.uid)
    assert set(points["name"]) == {"loss", "accuracy"}
    for split in ("train", "val"):
        for name in ("loss", "accuracy"):
            series = points[(points["split"] == split) & (points["name"] == name)]
            assert series["epoch"].tolist() == [0, 1, 2]
            assert series["step"].tolist() == [40, 80, 120]
    test = points[points["split"] == "test"]
    assert sorted(test["name"]) == ["accuracy", "loss"]
    assert set(test["epoch"]) == {2} and set(test["step"]) == {120}
    x, y = scaled(store, run, "test")
    loss, accuracy = kept_model(store, run).evaluate(x, y, verbose=0)
    assert test["value"].tolist() == pytest.approx([accuracy, loss], rel=1e-5)
    assert {artifact.path for artifact in store.artifacts(run.uid)} == {"model.keras", "preparation.npz"}
    log = (store.run_dir(run.uid) / "log.txt").read_text()
    assert log.count("epoch ") == 3 and "Z epoch 3/3  accuracy" in log
    assert not list(store.run_dir(run.uid).rglob("*.tmp")) and not list(store.run_dir(run.uid).glob("unfinished*"))


def test_the_same_spec_gives_the_same_curve_to_the_bit(store, trained) -> None:
    first, second = (curve(store, trained(cnn_spec()).uid) for _ in range(2))
    assert first.equals(second)
    other = curve(store, trained(cnn_spec().replace(seed=8)).uid)
    assert not first.equals(other)


@pytest.mark.parametrize(
    ("name", "units", "activation", "features"),
    [("iris", 3, "softmax", 4), ("breast_cancer", 1, "sigmoid", 30), ("diabetes", 1, "linear", 10)],
)
def test_every_task_trains(store, trained, name, units, activation, features) -> None:
    spec = table_spec(name, units, activation, features)
    run = trained(spec)
    assert (run.status, run.error) == ("finished", None)
    _, metrics = loss_and_metrics(spec.train, facts(spec.data))
    assert set(curve(store, run.uid)["name"]) == {"loss", *metrics}


def test_stop_keeps_the_weights_of_the_last_whole_epoch(store, claimed) -> None:
    from pipelines.training.worker import train

    uid = claimed(mlp_spec(epochs=500, batch_size=4))

    def ask() -> None:
        while store.get(uid).progress.epoch < 2:
            time.sleep(0.02)
        store.request(uid, "stop")

    asking = threading.Thread(target=ask)
    asking.start()
    train(store.home, uid)
    asking.join()
    run = store.get(uid)
    assert (run.status, run.error, run.stopped_epoch) == ("stopped", None, None)
    points = curve(store, uid)
    last = points["epoch"].max()
    assert 1 <= last < 499
    x, y = scaled(store, run, "val")
    loss, accuracy = kept_model(store, run).evaluate(x, y, verbose=0)
    kept = points[(points["split"] == "val") & (points["epoch"] == last)]
    assert kept["value"].tolist() == pytest.approx([accuracy, loss], rel=1e-5)
    test = points[points["split"] == "test"]
    assert len(test) == 2 and set(test["epoch"]) == {last}


def test_stop_before_the_first_update_leaves_no_model_and_says_so(store, claimed) -> None:
    from pipelines.training.worker import train

    uid = claimed(mlp_spec())
    store.request(uid, "stop")
    train(store.home, uid)
    run = store.get(uid)
    assert run.status == "stopped" and "no trained model" in run.error
    assert store.artifacts(uid) == [] and curve(store, uid).empty


def test_a_loss_that_diverges_fails_with_its_epoch_and_cause(store, trained) -> None:
    run = trained(mlp_spec(optimizer=OptimizerSpec(kind="SGD", config={"learning_rate": 1e30})))
    assert run.status == "failed" and run.nonfinite
    assert "in epoch 1" in run.error and "learning rate 1e+30 is too high for SGD" in run.error
    points = curve(store, run.uid)
    assert points["name"].tolist() == ["loss"] and points["value"].isna().all()
    assert "Traceback" in (store.run_dir(run.uid) / "log.txt").read_text()


def test_weights_that_are_no_numbers_fail_though_the_loss_is_one(store, trained) -> None:
    run = trained(mlp_spec(optimizer=OptimizerSpec(kind="Adafactor", config={"learning_rate": 0.005})))
    assert (run.status, run.cause) == ("failed", "diverged")
    assert "Weights of dense/kernel are no numbers any more in epoch" in run.error
    assert "0 in every example" in run.error  # as the first pixel of the digits
    losses = curve(store, run.uid).query("name == 'loss'")["value"]
    assert len(losses) and losses.notna().all()
    assert list((store.run_dir(run.uid) / "backup").glob("*.npz")) == []  # nothing to resume with


def test_a_loss_that_grows_until_it_is_infinite_keeps_the_curve_up_to_there(store, trained) -> None:
    spec = table_spec(
        "diabetes", 1, "linear", 10, epochs=50, batch_size=400, optimizer=OptimizerSpec(kind="SGD", config={})
    )
    nodes = (spec.model.nodes[0], spec.model.nodes[2])  # nothing but a linear layer: no unit can die and save it
    run = trained(spec.replace(data=spec.data.replace(scaling="none"), model=spec.model.replace(nodes=nodes)))
    points = curve(store, run.uid)
    loss = points[(points["split"] == "train") & (points["name"] == "loss")]["value"]
    assert run.status == "failed" and run.nonfinite
    assert 1 < len(loss) < 50 and loss.iloc[:-1].notna().all() and np.isnan(loss.iloc[-1])
    assert f"in epoch {len(loss)}" in run.error and "inputs are not scaled" in run.error


def test_early_stopping_restores_the_best_epoch(store, trained) -> None:
    stopping = EarlyStoppingSpec(monitor="loss", patience=2, restore_best=True)
    spec = mlp_spec(epochs=60, early_stopping=stopping, optimizer=OptimizerSpec(config={"learning_rate": 0.05}))
    run = trained(spec)
    assert run.status == "finished"
    points = curve(store, run.uid)
    val = points[(points["split"] == "val") & (points["name"] == "loss")].set_index("epoch")["value"]
    assert run.best_epoch == val.idxmin()
    assert run.stopped_epoch == run.best_epoch + 2 == val.index.max() < 59
    x, y = scaled(store, run, "val")
    assert kept_model(store, run).evaluate(x, y, verbose=0)[0] == pytest.approx(val.min(), rel=1e-5)
    assert set(points[points["split"] == "test"]["epoch"]) == {run.best_epoch}


def test_an_unknown_key_in_the_stored_spec_fails_in_one_sentence(store, claimed) -> None:
    from pipelines.training.worker import train

    uid = claimed(mlp_spec())
    spec = json.loads(store.get(uid).spec_json) | {"epocs": 3}
    with sa.create_engine(f"sqlite:///{store.home / 'netloom.db'}").begin() as connection:
        connection.execute(sa.text("UPDATE runs SET spec = :spec"), {"spec": json.dumps(spec)})
    train(store.home, uid)
    run = store.get(uid)
    assert run.status == "failed"
    assert "epocs is not a known key" in run.error and "\n" not in run.error


def test_a_corrupt_spec_json_is_harmless_and_mended(store, claimed) -> None:
    from pipelines.training.worker import train

    uid = claimed(table_spec("iris", 3, "softmax", 4))
    copy = store.run_dir(uid) / "spec.json"
    whole = copy.read_text()
    copy.write_text('{"name": ')
    train(store.home, uid)
    assert store.get(uid).status == "finished"
    assert copy.read_text() == whole


@pytest.mark.parametrize(
    ("config", "words"),
    [
        ({"kind": "Dense", "config": {"units": 10**10}}, "Memory ran out"),
        ({"kind": "Densest"}, "Densest"),
        ({"kind": "Conv3D", "config": {"filters": 2, "kernel_size": 2}}, "Conv3D"),
    ],
)
def test_a_layer_that_cannot_be_made_fails_in_one_sentence(store, trained, config, words) -> None:
    from models.spec import Node

    spec = mlp_spec()
    nodes = list(spec.model.nodes)
    nodes[2] = Node(name="dense", **config)
    run = trained(spec.replace(model=spec.model.replace(nodes=tuple(nodes))))
    assert run.status == "failed" and words in run.error
    assert "\n" not in run.error and len(run.error) < 400


def test_a_gpu_that_is_not_there_is_named(store, home) -> None:
    from pipelines.training.worker import train

    uid = store.create(mlp_spec(device="gpu:99")).uid
    store.claim(uid, "here", "gpu:99")
    train(home, uid)
    run = store.get(uid)
    assert run.status == "failed" and "gpu:99" in run.error


def test_an_early_stopping_metric_that_is_not_measured_is_named(store, trained) -> None:
    run = trained(mlp_spec(early_stopping=EarlyStoppingSpec(monitor="auc")))
    assert run.status == "failed" and "'auc'" in run.error


def test_test_rows_are_not_those_that_trained() -> None:
    splits = load(mlp_spec().data)
    assert not np.intersect1d(splits.rows["test"], splits.rows["train"]).size
