"""The plot of a schedule against what the optimizer is given, at every step; and schedules that train."""

import json
import os
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path

import numpy as np
import pytest

from pipelines.schedules import KINDS, rates
from pipelines.spec import OptimizerSpec, ScheduleSpec, TrainSpec
from tests.pipelines.training.conftest import mlp_spec

pytestmark = pytest.mark.slow

STEPS_PER_EPOCH = 7
OTHERS = [
    ("step", {"every": 1.5, "factor": 0.5}),
    ("exponential", {"every": 2, "factor": 0.3}),
    ("cosine", {"length": 3, "end": 0.2}),
    ("cosine_restarts", {"first": 1, "longer": 1, "lower": 0.5, "end": 0.1}),
    ("cosine_restarts", {"first": 0.6, "longer": 1.5}),
    ("piecewise", {"at": [1, 2, 4.5], "shares": [2, 0.5, 0]}),
    ("polynomial", {"length": 1.3, "power": 2, "end": 0.1, "cycle": True}),
    ("inverse_time", {"every": 0.5, "decay": 3}),
    ("triangular", {"cycle": 1.4, "low": 0, "shrink": 0.5}),
    ("one_cycle", {"length": 5, "rise": 0.5, "curve": "linear", "start": 0.1, "end": 0}),
    ("one_cycle", {"rise": 0}),
    ("one_cycle", {"rise": 1}),
]
OLD = [
    {"class_name": "CosineDecay", "config": {"initial_learning_rate": 0.01, "decay_steps": 20, "alpha": 0.1,
                                             "warmup_target": 0.3, "warmup_steps": 7}},
    {"class_name": "CosineDecay", "config": {"initial_learning_rate": 0.01, "decay_steps": 20}},
    {"class_name": "InverseTimeDecay", "config": {"initial_learning_rate": 1.0, "decay_steps": 3, "decay_rate": 0.5,
                                                  "staircase": True}},
    {"class_name": "PiecewiseConstantDecay", "config": {"boundaries": [3, 10], "values": [1.0, 0.5, 0.1]}},
]  # fmt: skip


@pytest.mark.parametrize("warmup", [0, 1.2])
@pytest.mark.parametrize(("kind", "config"), [*((kind, {}) for kind in KINDS), *OTHERS])
def test_the_plot_shows_what_keras_is_given_at_every_step(kind: str, config: dict, warmup: float) -> None:
    schedule = ScheduleSpec(kind=kind, config=config, warmup=warmup, warmup_from=0.1)
    _same(TrainSpec(epochs=6, schedule=schedule, optimizer=OptimizerSpec(config={"learning_rate": 0.25})))


@pytest.mark.parametrize("schedule", OLD)
def test_a_schedule_of_kerass_in_an_old_spec_is_plotted_too(schedule: dict) -> None:
    _same(TrainSpec(epochs=6, optimizer=OptimizerSpec(config={"learning_rate": schedule})))


def _same(train: TrainSpec) -> None:
    from pipelines.training.rates import learning_rate

    rate = learning_rate(train, STEPS_PER_EPOCH)
    steps = np.arange(train.epochs * STEPS_PER_EPOCH + 10)
    kept = [float(rate(step) if callable(rate) else rate) for step in steps]
    np.testing.assert_allclose(rates(train, STEPS_PER_EPOCH, steps), kept, rtol=2e-5, atol=1e-7)


@pytest.mark.parametrize("kind", ["triangular", "one_cycle", "plateau", "cosine"])
def test_an_own_schedule_is_written_and_read_back_by_keras(kind: str) -> None:
    import keras

    from pipelines.training.rates import learning_rate

    schedule = learning_rate(TrainSpec(schedule=ScheduleSpec(kind=kind, warmup=2)), STEPS_PER_EPOCH)
    text = json.dumps(keras.saving.serialize_keras_object(keras.optimizers.SGD(schedule)))
    read = keras.saving.deserialize_keras_object(json.loads(text))
    for step in (0, 3, 14, 40):
        assert float(read._learning_rate(step)) == float(schedule(step))


def test_gradients_that_are_added_up_leave_the_schedule_where_it_was() -> None:
    import keras

    from pipelines.training.compiling import optimizer
    from pipelines.training.rates import learning_rate

    spec = OptimizerSpec(kind="SGD", config={"learning_rate": 0.1, "gradient_accumulation_steps": 3})
    train = TrainSpec(epochs=4, optimizer=spec, schedule=ScheduleSpec(kind="polynomial"))
    made = optimizer(spec, learning_rate(train, 9))
    weight = keras.Variable([0.0])
    moved = []
    for _ in range(36):
        before = float(weight[0])
        made.apply([keras.ops.ones(1)], [weight])
        moved.append(before - float(weight[0]))
    expected = rates(train, 9, np.arange(36)) * (np.arange(36) % 3 == 2)
    np.testing.assert_allclose(moved, expected, rtol=1e-4, atol=1e-6)


def test_a_scheduled_rate_is_what_the_weights_are_moved_by(trained: Callable, store) -> None:
    """A rate that is zero from the first update on moves nothing."""
    nothing = {"class_name": "PiecewiseConstantDecay", "config": {"boundaries": [0], "values": [0.0, 0.0]}}
    still = OptimizerSpec(kind="SGD", config={"learning_rate": nothing})
    cosine = mlp_spec(epochs=2, optimizer=OptimizerSpec(kind="SGD", config={"learning_rate": 0.0}),
                      schedule=ScheduleSpec(kind="one_cycle", warmup=0.5))  # fmt: skip
    losses = []
    for spec in (mlp_spec(epochs=2, optimizer=still), cosine):
        run = trained(spec)
        assert run.status == "finished", run.error
        history = store.history([run.uid])
        losses.append(history[(history["name"] == "loss") & (history["split"] == "val")]["value"].tolist())
    assert losses[0] == losses[1]
    assert losses[0][0] == losses[0][1]


def test_a_kept_model_is_loaded_and_trained_on_where_only_keras_is(trained: Callable, store, tmp_path: Path) -> None:
    last_rates = {"one_cycle": 0.001 * 4e-6, "plateau": 0.001}
    files = []
    for kind in last_rates:
        run = trained(mlp_spec(epochs=1, schedule=ScheduleSpec(kind=kind, warmup=0.5)))
        assert run.status == "finished", run.error
        files.append(str(store.run_dir(run.uid) / "model.keras"))
    program = """
import sys, keras, numpy as np
for file in sys.argv[1:]:
    model = keras.saving.load_model(file)
    gathered = sum(float(np.abs(v.numpy()).sum()) for v in model.optimizer.variables if "velocity" in v.path)
    print(int(model.optimizer.iterations), float(model.optimizer.learning_rate), gathered > 0)
    model.optimizer.learning_rate = 0.01
    model.fit(np.zeros((4, 8, 8, 1)), np.zeros(4), verbose=0)
assert not [name for name in sys.modules if name.startswith(("models", "pipelines"))]
"""
    environment = {**os.environ, "PYTHONPATH": "", "PYTHONWARNINGS": "error::UserWarning"}
    ran = subprocess.run(
        [sys.executable, "-c", program, *files], cwd=tmp_path, env=environment, capture_output=True, text=True,
        timeout=300, check=False,
    )  # fmt: skip
    assert ran.returncode == 0, ran.stderr
    for line, last in zip(ran.stdout.splitlines(), last_rates.values(), strict=True):
        iterations, rate, gathered = line.split()
        assert int(iterations) == 40 and gathered == "True"
        assert float(rate) == pytest.approx(last, rel=1e-3, abs=1e-7)
