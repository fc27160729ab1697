"""Every loss, metric and monitor that a task is offered works with targets as the data gives them."""

import pytest

from models.catalogue import catalogue
from pipelines.data.facts import facts
from pipelines.spec import EarlyStoppingSpec
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
    spec = SPECS[task].replace(train=SPECS[task].train.replace(metrics=tuple(names)))
    model = compiled_model(spec, facts(spec.data))
    for name in names:
        watching = EarlyStopping(EarlyStoppingSpec(monitor=name), Clock(9, 1, 1))
        watching.set_model(model)
        better = (0.0, 1.0) if higher_is_better(name) else (1.0, 0.0)
        for epoch, value in enumerate(better):
            watching.on_epoch_end(epoch, {f"val_{name}": value})
        assert watching.best_epoch == 1, name
