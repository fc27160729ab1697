"""Runs of networks with several outputs: what is logged, what is learned, what is kept and gone on from."""

import numpy as np
import pytest

from models.spec import ModelSpec, Node, Output
from pipelines.data.spec import CorruptSpec, DataSpec
from pipelines.spec import EarlyStoppingSpec, RunSpec, TrainSpec
from tests.pipelines.training.conftest import mlp_spec

pytestmark = pytest.mark.slow


def heads(*outputs, **run):
    """Digits through a hidden layer with three heads: two that classify, one that draws and gives the input back."""
    nodes = (
        Node(name="input", kind="Input", config={"shape": [8, 8, 1]}),
        Node(name="flatten", kind="Flatten"),
        Node(name="hidden", kind="Dense", config={"units": 16, "activation": "relu"}),
        Node(name="drop", kind="Dropout", config={"rate": 0.2}),
        Node(name="out", kind="Dense", config={"units": 10, "activation": "softmax"}),
        Node(name="aux", kind="Dense", config={"units": 10, "activation": "softmax"}, inputs=("hidden",)),
        Node(name="mean", kind="Dense", config={"units": 4}, inputs=("hidden",)),
        Node(name="spread", kind="Dense", config={"units": 4}, inputs=("hidden",)),
        Node(name="draw", kind="GaussianSampling", config={"kl_weight": 0.01}, inputs=("mean", "spread")),
        Node(name="back", kind="Dense", config={"units": 64, "activation": "sigmoid"}),
        Node(name="image", kind="Reshape", config={"target_shape": [8, 8, 1]}),
    )
    train = TrainSpec(**{"epochs": 2, "batch_size": 64, **run.pop("train", {})})
    return RunSpec(name="heads", model=ModelSpec(nodes=nodes, outputs=outputs), train=train, seed=3, **run)


THREE = (
    Output(node="out"),
    Output(node="aux", weight=0.3),
    Output(node="image", target="input", weight=2.0),
    Output(node="hidden", target="none"),
)


def points(store, run):
    rows = store.history([run.uid]).to_dict("records")
    return {(row["name"], row["split"], row["epoch"]): row["value"] for row in rows}


def test_the_sum_and_each_loss_are_logged_and_a_run_goes_on_to_the_bit(store, trained):
    import keras

    from pipelines.training.prepare import prepare
    from pipelines.training.worker import train

    run = trained(heads(*THREE))
    assert run.status == "finished", run.error
    found = points(store, run)
    assert {name for name, _, _ in found} == {"loss", "out_loss", "aux_loss", "image_loss", "accuracy"}

    model = keras.saving.load_model(store.run_dir(run.uid) / "model.keras", compile=False)
    data = prepare(heads(*THREE).data)
    out, aux, image, hidden = (np.asarray(given) for given in model(data.x["test"], training=False))
    assert hidden.shape == (len(out), 16)
    x, y = data.x["test"], data.y["test"]
    assert found["accuracy", "test", 1] == pytest.approx((out.argmax(axis=1) == y).mean(), abs=1e-6)
    parts = {name: found[f"{name}_loss", "test", 1] for name in ("out", "aux", "image")}
    assert parts["aux"] == pytest.approx(-np.log(aux[np.arange(len(y)), y]).mean(), rel=1e-4)
    assert parts["image"] == pytest.approx(np.square(image - x).mean(), rel=1e-4)
    hidden = keras.Model(model.inputs[0], [model.get_layer(name).output for name in ("mean", "spread")])(x)
    mean, spread = map(np.asarray, hidden)
    divergence = -0.5 * (1 + spread - mean**2 - np.exp(spread)).sum(axis=1).mean()
    total = parts["out"] + 0.3 * parts["aux"] + 2 * parts["image"] + 0.01 * divergence
    assert found["loss", "test", 1] == pytest.approx(total, rel=1e-3)

    short = trained(heads(*THREE, train={"epochs": 1}))
    store.extend(short.uid, heads(*THREE))
    store.claim(short.uid, "here", "cpu")
    train(store.home, short.uid)
    assert points(store, short) == found


def test_early_stopping_watches_the_loss_of_one_output(store, trained):
    early = EarlyStoppingSpec(monitor="aux_loss", patience=0, min_delta=10.0)
    run = trained(heads(*THREE, train={"epochs": 5, "early_stopping": early}))
    assert (run.status, run.error, run.stopped_epoch) == ("finished", None, 1)


def test_harmed_inputs_are_compared_with_the_clean_ones(store):
    from pipelines.outputs import targets
    from pipelines.training.feed import evaluation_batches, training_batches
    from pipelines.training.prepare import prepare

    spec = heads(*THREE, data=DataSpec(corrupt=CorruptSpec(noise=0.5)))
    clean = prepare(DataSpec()).x["train"]
    data = prepare(spec.data, targets(spec.model))
    x, y = next(iter(training_batches(data, 2000, 0, 0, 1)))
    assert set(y) == {"out", "aux", "image"}
    np.testing.assert_array_equal(y["out"], y["aux"])
    order = np.lexsort(y["image"].numpy().reshape(len(clean), -1).T), np.lexsort(clean.reshape(len(clean), -1).T)
    np.testing.assert_array_equal(y["image"].numpy()[order[0]], clean[order[1]])
    assert np.abs(x - y["image"]).mean() > 0.1
    (_, val), *_ = evaluation_batches(data, "val", 500)
    assert set(val) == {"out", "aux", "image"}


def test_a_loss_of_its_own_and_a_weight_count_for_a_single_output_too(store, trained):
    plain = points(store, trained(mlp_spec(epochs=1)))
    # The loss of the task, spoken of in another way, and counted half.
    loss = {"class_name": "SparseCategoricalCrossentropy", "config": {"axis": -1}}
    spec = mlp_spec(epochs=1)
    spec = spec.replace(model=spec.model.replace(outputs=(Output(node="output", loss=loss, weight=0.5),)))
    half = points(store, trained(spec))
    assert half.keys() == plain.keys()
    # What Adam does at a step is nearly the same whatever the loss is multiplied by.
    assert half["loss", "val", 0] == pytest.approx(plain["loss", "val", 0] / 2, rel=0.01)
