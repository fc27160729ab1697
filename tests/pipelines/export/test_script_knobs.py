"""Every knob of training in the generated script: what it does to the curve, it does to the run's."""

import csv
import importlib.util
import sys
import zipfile
from pathlib import Path

import pytest
from pydantic import JsonValue

from models.spec import ModelSpec, Node
from pipelines.data.loading import load
from pipelines.data.spec import CorruptSpec, DataSpec
from pipelines.examples import EXAMPLES
from pipelines.export.script_code import script
from pipelines.runs.store import RunStore
from pipelines.spec import EarlyStoppingSpec, OptimizerSpec, RunSpec, ScheduleSpec, TrainSpec
from tests.pipelines.export.test_several_outputs import OURS

DIGITS = EXAMPLES["digits-mlp"]
SMALL = ModelSpec(
    nodes=(
        Node(name="input", kind="Input", config={"shape": [8, 8, 1]}),
        Node(name="flatten", kind="Flatten"),
        Node(name="dense", kind="Dense", config={"units": 16, "activation": "relu"}),
        Node(name="dropout", kind="Dropout", config={"rate": 0.3}),
        Node(name="output", kind="Dense", config={"units": 10, "activation": "softmax"}),
    )
)


def spec(**train: object) -> RunSpec:
    return RunSpec(name="knobs", data=DIGITS.data, model=SMALL, train=TrainSpec(**{"epochs": 3, **train}), seed=3)


def adam(**config: JsonValue) -> OptimizerSpec:
    return OptimizerSpec(kind="Adam", config={"learning_rate": 0.01, **config})


BY_STEPS = EarlyStoppingSpec(every_steps=15, patience=2, min_delta=0.05)
KNOBS = {
    "gradients, averages, labels and classes": spec(
        optimizer=adam(clipnorm=1.0, gradient_accumulation_steps=2, use_ema=True, weight_decay=0.01),
        schedule=ScheduleSpec(kind="one_cycle", warmup=1),
        label_smoothing=0.1,
        class_weights={"3": 2.5, "5": 0.0},
        early_stopping=EarlyStoppingSpec(patience=0, restore_best=False),
    ),
    "evaluated and lowered within epochs": spec(
        optimizer=adam(use_ema=True, ema_momentum=0.9),
        schedule=ScheduleSpec(kind="plateau", warmup=0.5, config={"patience": 0, "min_delta": 0.3, "least": 0.2}),
        class_weights="balanced",
        early_stopping=BY_STEPS,
    ),
    "the whole set in bfloat16, lowered once an epoch": spec(
        batch_size="all",
        precision="mixed_bfloat16",
        schedule=ScheduleSpec(kind="plateau", config={"patience": 0, "min_delta": 5.0}),
    ),
    "several outputs": RunSpec(
        model=OURS,
        data=DIGITS.data,
        train=TrainSpec(epochs=1, label_smoothing=0.1, class_weights={"3": 4.0}, schedule=ScheduleSpec(kind="step")),
    ),
}


def losses_of_the_run(home: Path, spec: RunSpec) -> tuple[list[float], float]:
    """On the validation rows at each evaluation, and on the test rows."""
    from pipelines.training.worker import train

    store = RunStore(home)
    try:
        uid = store.create(spec).uid
        assert store.claim(uid, "here", "cpu")
        train(home, uid)
        assert store.get(uid).status == "finished", store.get(uid).error
        history = store.history([uid]).query("name == 'loss'").sort_values("step")
        by_split = {split: list(points["value"]) for split, points in history.groupby("split")}
        return by_split["val"], by_split["test"][0]
    finally:
        store.close()


@pytest.mark.slow
@pytest.mark.parametrize("name", KNOBS)
def test_a_script_has_the_curve_of_the_run(
    home: Path,
    tmp_path: Path,
    name: str,
    monkeypatch: pytest.MonkeyPatch,
    capsys: pytest.CaptureFixture[str],
) -> None:
    from pipelines.training.feed import evaluation_batch_size

    spec = KNOBS[name]
    val, test = losses_of_the_run(home, spec)
    splits = load(spec.data)
    rows = spec.train.rows_in_batch(len(splits.x["train"]))
    made = script(spec, splits, evaluation_batch_size(splits.facts.input_shape, rows))
    path = tmp_path / "train.py"
    path.write_text(made.code)
    found = importlib.util.spec_from_file_location("train", path)
    assert found is not None and found.loader is not None
    module = importlib.util.module_from_spec(found)
    found.loader.exec_module(module)
    monkeypatch.chdir(tmp_path)
    monkeypatch.setattr(sys, "argv", ["train.py"])
    module.main()
    with (tmp_path / "history.csv").open(newline="") as stream:
        assert [float(row["val_loss"]) for row in csv.DictReader(stream)] == val
    said = capsys.readouterr().out.rpartition("test: ")[2]
    assert f"loss {test:.4f}" in said
    with zipfile.ZipFile(tmp_path / "model.keras") as saved:
        config = saved.read("config.json").decode()
    # Whoever loads it has neither this project's classes nor the script's, but for layers.
    assert spec.model == OURS or not ("netloom>" in config or '"module": "train"' in config)


def code(spec: RunSpec) -> str:
    return script(spec, load(spec.data), 1024).code


@pytest.mark.slow
def test_evaluations_within_an_epoch_are_not_told_as_epochs() -> None:
    from pipelines.export.script import told

    assert told(spec(early_stopping=BY_STEPS).train, 9) == "9 evaluations in at most 3 epochs"
    assert told(spec(early_stopping=BY_STEPS).train, 1) == "1 evaluation in at most 3 epochs"
    assert told(spec(early_stopping=EarlyStoppingSpec()).train, 2) == "2 of at most 3 epochs"


def test_what_changes_no_curve_on_a_cpu_is_said_too() -> None:
    assert "enable_op_determinism()" in code(spec(deterministic=True))
    assert 'os.environ["KERAS_BACKEND"] = "jax"' in code(spec(backend="jax"))
    assert "jit_compile=True" in code(spec(backend="jax"))
    assert "jit_compile=True" in code(spec(jit="on"))
    assert 'jit_compile="auto"' in code(spec(jit="auto")) and "jit_compile=False" in code(spec())


def test_batches_that_change_at_random_are_weighed_too() -> None:
    data = DataSpec(corrupt=CorruptSpec(noise=0.1))
    train = TrainSpec(class_weights={"3": 4.0}, early_stopping=BY_STEPS)
    weighed = code(RunSpec(model=OURS, data=data, train=train))
    assert (
        "counted(tf.gather(y, row))" in weighed and "return each, tf.reshape(tf.ones_like(each), [-1, 1, 1])" in weighed
    )
    assert "class_weight=CLASS_WEIGHT" in code(spec(class_weights="balanced"))
