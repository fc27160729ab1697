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


@pytest.mark.parametrize("task", SPECS)
def test_every_loss_that_suits_a_task_can_be_computed(task) -> None:
    import numpy as np

    from pipelines.training.compiling import compiled_model

    for loss in offered("losses", task):
        spec = SPECS[task].replace(train=SPECS[task].train.replace(loss=loss))
        model = compiled_model(spec, facts(spec.data))
        x = np.ones((4, *model.input_shape[1:]), "float32")
        assert model.compute_loss(x=x, y=np.ones(4, "int64"), y_pred=model(x)) is not None, loss


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
