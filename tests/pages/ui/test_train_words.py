import pytest

from models.spec import ModelSpec
from pages.ui.run_words import differing, settings
from pages.ui.train_words import device_words, knob_words, train_words
from pipelines.examples import EXAMPLES
from pipelines.spec import (
    EarlyStoppingSpec,
    OptimizerSpec,
    RunSpec,
    ScheduleSpec,
    SnapshotSpec,
    StartSpec,
    TrainSpec,
)

BASE = EXAMPLES["digits-cnn"]
SAID = {
    "Label smoothing": ({"label_smoothing": 0.05}, "0.05"),
    "Class weights": ({"class_weights": {"3": 2.0, "5": 0.5}}, "3: 2, 5: 0.5"),
    "Snapshots": ({"snapshots": SnapshotSpec(every=1)}, "Every epoch, at most 20 and 1,024 MiB"),
    "Precision": ({"precision": "mixed_float16"}, "Mixed float16"),
    "Compilation": ({"jit": "auto"}, "XLA where it is quicker"),
    "Steps per execution": ({"steps_per_execution": 8}, "8"),
    "Deterministic": ({"deterministic": True}, "On a GPU too"),
    "Backend": ({"backend": "jax"}, "JAX"),
}  # fmt: skip
OF_THE_OPTIMIZER = {
    "Clipping": ({"global_clipnorm": 1.5}, "All gradients together shortened to 1.5"),
    "Gradient accumulation": ({"gradient_accumulation_steps": 4}, "Over 4 batches"),
    "Moving average of the weights": (
        {"use_ema": True, "ema_momentum": 0.9, "ema_overwrite_frequency": 100},
        "Momentum 0.9, put in their place every 100 steps",
    ),
}


@pytest.mark.parametrize("name", SAID)
def test_a_knob_is_said_where_it_was_turned_and_compared_with_those_that_left_it(name: str) -> None:
    changes, words = SAID[name]
    turned = BASE.replace(train=BASE.train.replace(**changes))
    assert name not in settings(BASE)
    assert settings(turned)[name] == words
    table = differing([BASE, turned])
    assert table.index.tolist() == [name]
    assert table.loc[name].tolist() == [knob_words(BASE)[name], words]


@pytest.mark.parametrize("name", OF_THE_OPTIMIZER)
def test_what_is_done_to_gradients_and_weights_is_no_part_of_the_optimizer(name: str) -> None:
    config, words = OF_THE_OPTIMIZER[name]
    kind, own = BASE.train.optimizer.kind, BASE.train.optimizer.config
    turned = BASE.replace(train=BASE.train.replace(optimizer=OptimizerSpec(kind=kind, config={**own, **config})))
    assert settings(turned)[name] == words
    assert differing([BASE, turned]).index.tolist() == [name]


def test_every_field_of_how_a_run_trains_is_said() -> None:
    others = {"loss", "metrics", "device", "schema_version"}
    elsewhere = {"optimizer", "batch_size", "epochs", "early_stopping", "schedule"}
    fields = {field for changes, _ in SAID.values() for field in changes}
    assert set(TrainSpec.model_fields) == fields | elsewhere | others


def test_whole_sets_and_evaluations_by_steps_are_sentences() -> None:
    early = EarlyStoppingSpec(every_steps=1000, patience=1)
    said = train_words(TrainSpec(batch_size="all", early_stopping=early))
    assert said["Batch size"] == "The whole training set"
    assert said["Early stopping"] == (
        "When validation loss has not improved for 1 evaluation, one every 1,000 steps; best weights kept"
    )


def test_the_rate_is_said_whether_the_spec_names_it_or_the_optimizer_does() -> None:
    named = TrainSpec(optimizer=OptimizerSpec(kind="SGD", config={"learning_rate": 0.3, "momentum": 0.9}))
    assert (train_words(named)["Optimizer"], train_words(named)["Learning rate"]) == ("SGD(momentum 0.9)", "0.3")
    assert train_words(TrainSpec(optimizer=OptimizerSpec(kind="SGD")))["Learning rate"] == "0.01"


def test_a_schedule_is_said_after_the_rate_that_it_is_of() -> None:
    restarts = ScheduleSpec(kind="cosine_restarts", warmup=1.5, warmup_from=0.1)
    assert train_words(BASE.train.replace(schedule=restarts))["Learning rate"] == (
        "0.002, cosine with restarts after a warm-up of 1.5 epochs from 0.1 of the rate"
    )
    drops = ScheduleSpec(kind="piecewise", config={"at": [3, 4.5], "shares": [0.1, 0.01]})
    assert train_words(TrainSpec(schedule=drops))["Learning rate"] == "0.001, piecewise(at 3, 4.5, shares 0.1, 0.01)"
    kerass = {"class_name": "ExponentialDecay", "config": {"decay_rate": 0.9}}
    old = TrainSpec(optimizer=OptimizerSpec(kind="SGD", config={"learning_rate": kerass}))
    assert train_words(old)["Learning rate"] == "ExponentialDecay(decay rate 0.9)"


def test_a_fork_says_where_it_begins() -> None:
    forked = RunSpec(model=ModelSpec(), start=StartSpec(run="a" * 12, epoch=3))
    assert knob_words(forked)["Begins with"] == f"Run {'a' * 12} after epoch 3"
    assert (device_words("gpu:1"), device_words("cpu")) == ("GPU:1", "CPU")
