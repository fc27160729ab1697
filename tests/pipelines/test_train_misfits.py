import importlib.util

import pytest
from pydantic import JsonValue

from models.spec import ModelSpec, Node
from pipelines.data.facts import facts
from pipelines.data.spec import CorruptSpec, DataSpec, ToySource
from pipelines.examples import EXAMPLES
from pipelines.fitting import problems, start_from
from pipelines.spec import EarlyStoppingSpec, OptimizerSpec, RunSpec, StartSpec, TrainSpec
from pipelines.train_misfits import train_problems, watched_names
from tests.pipelines.export.test_several_outputs import OURS

CNN = EXAMPLES["digits-cnn"]
MIXED = CNN.data.replace(augment=({"kind": "MixUp"},))
REBUILT = CNN.data.replace(task="reconstruction")


def found(spec: RunSpec, **changes: object) -> list[tuple[str | None, str]]:
    """Fields and messages of what is wrong with `spec` after a change of how it is trained."""
    changed = spec.replace(train=spec.train.replace(**changes))
    return [(problem.field, str(problem)) for problem in train_problems(changed, facts(spec.data))]


def only(spec: RunSpec, field: str, **changes: object) -> str:
    ((received, words),) = found(spec, **changes)
    assert received == field
    return words


def config(**settings: JsonValue) -> dict[str, object]:
    return {"optimizer": OptimizerSpec(kind="SGD", config=settings)}


def test_what_fits_is_no_problem():
    names = facts(CNN.data).class_names
    assert found(
        CNN,
        **config(clipnorm=1.0, gradient_accumulation_steps=4, use_ema=True, weight_decay=1e-4),
        label_smoothing=0.1,
        class_weights={names[0]: 2.0, names[3]: 0.0},
        batch_size=16,
        epochs=10,
        early_stopping=EarlyStoppingSpec(monitor="accuracy", every_steps=5),
        precision="mixed_bfloat16",
        jit="auto",
    ) == []  # fmt: skip
    assert problems(CNN.replace(train=CNN.train.replace(class_weights="balanced")), None) == ()


def test_gradients_are_clipped_in_one_way():
    words = only(CNN, "clipvalue", **config(clipnorm=1.0, clipvalue=0.5))
    assert "clipnorm and clipvalue" in words
    assert found(CNN, **config(clipnorm=1.0, clipvalue=None)) == []


def test_an_optimizer_that_keras_lacks_is_told_with_one_that_it_has():
    assert "SGD" in only(CNN, "optimizer", optimizer=OptimizerSpec(kind="SGDD"))


def test_gradients_that_are_never_applied_are_told():
    words = only(
        CNN, "gradient_accumulation_steps", **config(gradient_accumulation_steps=50), batch_size="all", epochs=20
    )
    assert "20 batches" in words
    assert found(CNN, **config(gradient_accumulation_steps=20), batch_size="all") == []


def test_evaluations_that_never_come_are_told():
    steps = CNN.train.steps_in_epoch(facts(CNN.data).rows["train"])
    assert f"{steps}" in only(CNN, "every_steps", early_stopping=EarlyStoppingSpec(every_steps=steps + 1))
    assert found(CNN, early_stopping=EarlyStoppingSpec(every_steps=steps)) == []


def test_a_fork_has_epochs_left():
    forked = CNN.replace(start=StartSpec(run="a" * 12, epoch=5))
    assert "at least 6 epochs" in only(forked, "epochs", epochs=5)
    assert found(forked, epochs=6) == []


def test_labels_are_smoothed_where_losses_compare_shares():
    assert "regression" in only(EXAMPLES["iris-mlp"].replace(data=_diabetes()), "label_smoothing", **_regression())
    assert "hinge" in only(_circles(), "label_smoothing", loss="hinge", metrics=(), label_smoothing=0.1)
    assert found(_circles(), label_smoothing=0.1) == []
    assert found(CNN.replace(data=MIXED), label_smoothing=0.1) == []


def test_classes_are_weighed_where_each_example_has_one():
    name = facts(CNN.data).class_names[1]
    assert "reconstruction" in only(CNN.replace(data=REBUILT), "class_weights", class_weights="balanced")
    assert "MixUp" in only(CNN.replace(data=MIXED), "class_weights", class_weights={name: 2.0})
    words = only(CNN, "class_weights", class_weights={"eleven": 2.0})
    assert "no class 'eleven'" in words and name in words
    nothing = dict.fromkeys(facts(CNN.data).class_names, 0.0)
    assert "nothing to learn" in only(CNN, "class_weights", class_weights=nothing)


@pytest.mark.parametrize(
    ("kind", "penalty"),
    [
        ("Dense", {"units": 4, "activity_regularizer": {"class_name": "L1", "config": {"l1": 0.01}}}),
        ("ActivityRegularization", {"l1": 0.01}),
        ("TimeDistributed", {"layer": {"class_name": "ActivityRegularization", "config": {"l1": 0.01}}}),
    ],
)
def test_half_precision_and_penalties_of_activities_do_not_go_together(kind: str, penalty: dict):
    last = CNN.model.nodes[-1]
    spec = CNN.replace(model=ModelSpec(nodes=(Node(name="kept_small", kind=kind, config=penalty), last)))
    (problem,) = train_problems(spec.replace(train=spec.train.replace(precision="mixed_float16")), facts(spec.data))
    assert problem.node == "kept_small" and "half precision" in problem.message
    assert found(spec, precision="float32") == []
    whole = spec.model.nodes[0].replace(config={**penalty, "dtype": "float32"})
    assert found(spec.replace(model=ModelSpec(nodes=(whole, last))), precision="mixed_bfloat16") == []


def test_a_backend_that_is_not_installed_is_told(monkeypatch: pytest.MonkeyPatch):
    monkeypatch.setattr(importlib.util, "find_spec", lambda name: None)
    assert "not installed" in only(CNN, "backend", backend="jax")
    assert found(CNN, backend="tensorflow") == []


def test_what_may_be_watched_is_what_is_measured():
    spec = RunSpec(model=OURS, data=DataSpec(corrupt=CorruptSpec(noise=0.1)), train=TrainSpec(metrics=("accuracy",)))
    watched = watched_names(spec, facts(spec.data))
    assert "image_loss" in watched and watched[-1] == "accuracy"
    for name in watched:
        assert found(spec, early_stopping=EarlyStoppingSpec(monitor=name)) == []


def _diabetes() -> DataSpec:
    return DataSpec.model_validate({"source": {"kind": "bundled", "name": "diabetes"}})


def _regression() -> dict[str, object]:
    return {"label_smoothing": 0.1, "early_stopping": None}


def _circles() -> RunSpec:
    data = DataSpec(source=ToySource(name="circles"))
    return RunSpec(data=data, model=start_from("mlp", data))
