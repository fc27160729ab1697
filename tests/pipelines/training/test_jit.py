"""XLA: off, on, or what is quicker on the run's own network; a trial leaves no trace."""

import json
from pathlib import Path

import numpy as np
import pytest

from models.spec import ModelSpec, Node
from pipelines.data.facts import facts
from pipelines.runs.states import CHOICES
from pipelines.spec import OptimizerSpec, RunSpec, TrainSpec
from tests.pipelines.training.conftest import DIGITS, cnn_spec

pytestmark = pytest.mark.slow

NODES = (
    Node(name="input", kind="Input", config={"shape": list(DIGITS)}),
    Node(name="flatten", kind="Flatten"),
    Node(name="dropout", kind="Dropout", config={"rate": 0.3}),
    Node(name="output", kind="Dense", config={"units": 10, "activation": "softmax"}),
)
MOMENTUM = OptimizerSpec(kind="SGD", config={"momentum": 0.9})


def spec_of(**train: object) -> RunSpec:
    return RunSpec(model=ModelSpec(nodes=NODES), train=TrainSpec(optimizer=MOMENTUM, **train))


def compiled(spec: RunSpec):
    import keras

    from pipelines.training.compiling import compiled_model

    keras.utils.set_random_seed(3)
    return compiled_model(spec, facts(spec.data))


def state(model) -> list[np.ndarray]:
    return [np.array(variable) for variable in [*model.variables, *model.optimizer.variables]]


def batches():
    import tensorflow as tf

    x, y = np.linspace(0, 1, 64 * 64, dtype="float32").reshape(64, 8, 8, 1), np.arange(64) % 10
    return tf.data.Dataset.from_tensor_slices((x, y)).batch(16)


def fitted(model, pace):
    return model.fit(batches(), steps_per_epoch=pace.executions(4), shuffle=False, verbose=0).history["loss"]


def test_a_trial_chooses_and_is_kept_and_changes_no_number(tmp_path: Path) -> None:
    from pipelines.training.jit import paced
    from pipelines.training.pace import Pace

    spec = spec_of(jit="auto")
    model = compiled(spec)
    before = state(model)
    assert model.jit_compile is False
    pace = paced(model, spec.train, 3, batches, tmp_path)
    assert all(np.array_equal(now, then) for now, then in zip(state(model), before, strict=True))
    kept = json.loads((tmp_path / CHOICES).read_text())
    assert kept == {"jit": model.jit_compile}
    losses = fitted(model, pace)
    assert int(model.optimizer.iterations) == 4

    direct = compiled(spec_of(jit="on" if kept["jit"] else "off"))
    assert direct.jit_compile is kept["jit"]
    assert fitted(direct, Pace(direct, 3)) == losses

    (tmp_path / CHOICES).write_text(json.dumps({"jit": not kept["jit"]}))
    other = compiled(spec)
    pace = paced(other, spec.train, 3, lambda: pytest.fail("it was tried before"), tmp_path)
    assert other.jit_compile is not kept["jit"]
    assert fitted(other, pace) == pytest.approx(losses, rel=0.1)  # XLA drops other units out


def test_what_xla_cannot_compile_is_left_as_it_is(tmp_path: Path) -> None:
    from pipelines.training.jit import paced

    spec = cnn_spec(jit="auto")  # Keras says it of RandomTranslation
    model = compiled(spec)
    paced(model, spec.train, 4, lambda: pytest.fail("there is nothing to try"), tmp_path)
    assert model.jit_compile is False and json.loads((tmp_path / CHOICES).read_text()) == {"jit": False}
