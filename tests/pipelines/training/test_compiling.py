"""Every loss, metric and monitor that a task is offered works with targets as the data gives them."""

import pytest

from models.catalogue import catalogue
from pipelines.data.facts import facts
from pipelines.spec import EarlyStoppingSpec, OptimizerSpec
from pipelines.tasks import loss_and_metrics, objective
from tests.pipelines.training.conftest import table_spec

pytestmark = pytest.mark.slow

SPECS = {
    "binary": table_spec("breast_cancer", 1, "sigmoid", 30),
    "multiclass": table_spec("iris", 3, "softmax", 4),
    "regression": table_spec("diabetes", 1, "linear", 10),
}


def offered(part: str, task: str) -> list[str]:
    return [name for name, entry in getattr(catalogue(), part).items() if task in entry.tasks]


def trains(model) -> bool:
    """Whether an update by four rows gives numbers."""
    import numpy as np

    model.run_eagerly = True  # tracing would take longer
    x = np.linspace(0, 1, 4 * model.input_shape[1], dtype="float32").reshape(4, -1)
    logs = model.train_on_batch(x, np.ones(4, "int64"), return_dict=True)
    return bool(np.isfinite([*logs.values(), *(np.sum(weight) for weight in model.get_weights())]).all())


@pytest.mark.parametrize("kind", catalogue().optimizers)
@pytest.mark.parametrize(
    "config",
    [
        {},
        {"clipnorm": 1.0, "use_ema": True, "weight_decay": 0.01},
        {"gradient_accumulation_steps": 2, "clipvalue": 0.5},
    ],
    ids=["as it is", "clipped and averaged", "added up"],
)
def test_every_optimizer_trains_with_every_treatment_of_gradients_and_weights(kind, config) -> None:
    from pipelines.training.compiling import compiled_model

    entry = catalogue().optimizers[kind]
    given = {**entry.start_config, **{key: value for key, value in config.items() if entry.param(key)}}
    spec = SPECS["multiclass"]
    model = compiled_model(
        spec.replace(train=spec.train.replace(optimizer=OptimizerSpec(kind=kind, config=given))), facts(spec.data)
    )
    before = model.get_weights()
    assert trains(model) and trains(model)
    assert any((old != new).any() for old, new in zip(before, model.get_weights(), strict=True))


@pytest.mark.parametrize("task", SPECS)
def test_every_loss_that_suits_a_task_trains(task) -> None:
    from pipelines.training.compiling import compiled_model

    for loss in offered("losses", task):
        spec = SPECS[task].replace(train=SPECS[task].train.replace(loss=loss))
        if loss == "poisson":  # of what is negative there is no logarithm
            *body, last = spec.model.nodes
            positive = last.replace(config={**last.config, "activation": "softplus"})
            spec = spec.replace(model=spec.model.replace(nodes=(*body, positive)))
        model = compiled_model(spec, facts(spec.data))
        assert trains(model), loss


@pytest.mark.parametrize("task", SPECS)
def test_every_metric_that_suits_a_task_can_be_measured_and_watched(task) -> None:
    from pipelines.comparison.measure import higher_is_better
    from pipelines.training.callbacks.early_stopping import EarlyStopping
    from pipelines.training.clock import Clock
    from pipelines.training.compiling import compiled_model

    names = offered("metrics", task)
    metrics = tuple(objective("metrics", name) for name in names)
    spec = SPECS[task].replace(train=SPECS[task].train.replace(metrics=metrics))
    model = compiled_model(spec, facts(spec.data))
    assert trains(model)
    for name in names:
        watching = EarlyStopping(EarlyStoppingSpec(monitor=name), Clock(9, 1, 1))
        watching.set_model(model)
        better = (0.0, 1.0) if higher_is_better(name) else (1.0, 0.0)
        for epoch, value in enumerate(better):
            watching.on_epoch_end(epoch, {f"val_{name}": value})
        assert watching.best_epoch == 1, name


@pytest.mark.parametrize("kind", catalogue().schedules)
def test_every_schedule_sets_the_rate_of_each_step(kind) -> None:
    from pipelines.training.compiling import optimizer

    config = catalogue().schedules[kind].start_config
    made = optimizer(OptimizerSpec(kind="SGD", config={"learning_rate": {"class_name": kind, "config": config}}))
    assert type(made._learning_rate).__name__ == kind
    first = float(made.learning_rate)
    made.iterations.assign(900 if kind == "CosineDecay" else 1001)  # it ends at 0
    assert 0 < float(made.learning_rate) < first == pytest.approx(0.01)


def test_settings_of_a_loss_and_of_metrics_reach_keras() -> None:
    import numpy as np

    from pipelines.training.compiling import compiled_model

    metrics = (
        {"class_name": "Precision", "config": {"thresholds": 0.9}},
        "precision",
        {"class_name": "Precision", "config": {"thresholds": 0.1}},
    )
    loss = {"class_name": "BinaryCrossentropy", "config": {"label_smoothing": 0.5}}
    spec = SPECS["binary"].replace(train=SPECS["binary"].train.replace(loss=loss, metrics=metrics))
    known = facts(spec.data)
    assert loss_and_metrics(spec.train, known) == (
        "binary_crossentropy",
        ("precision_1", "precision", "precision_2"),
    )
    model = compiled_model(spec, known)
    assert model.loss.get_config()["label_smoothing"] == 0.5
    found = model.evaluate(np.zeros((4, 30), "float32"), np.ones(4, "int64"), verbose=0, return_dict=True)
    assert (found["precision_1"], found["precision"], found["precision_2"]) == (0, 0, 1)


@pytest.mark.parametrize("precision", ["mixed_float16", "mixed_bfloat16"])
def test_in_mixed_precision_weights_and_the_last_layer_stay_float32(precision) -> None:
    import keras

    from pipelines.training.compiling import compiled_model

    spec = SPECS["multiclass"]
    model = compiled_model(spec.replace(train=spec.train.replace(precision=precision)), facts(spec.data))
    assert keras.config.dtype_policy().name == "float32"
    dense, output = model.layers[-2:]
    assert (dense.compute_dtype, output.compute_dtype) == (precision.removeprefix("mixed_"), "float32")
    assert {weight.dtype for weight in model.weights} == {"float32"}
    scaled = isinstance(model.optimizer, keras.optimizers.LossScaleOptimizer)
    assert scaled == (precision == "mixed_float16")
    assert trains(model)
