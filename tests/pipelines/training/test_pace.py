"""Executions of several updates: the same numbers to the bit, and none crosses an interval's end."""

import pytest

from models.architectures import ARCHITECTURES
from pipelines.data.facts import facts
from pipelines.spec import TrainSpec
from tests.pipelines.training.conftest import cnn_spec

pytestmark = pytest.mark.slow

STEPS = 13  # no multiple of what is tried


@pytest.fixture(scope="module")
def data():
    from pipelines.training.prepare import prepare

    return prepare(cnn_spec().data)


def trained(data, most: int, epochs: int = 2):
    """Weights, losses by epoch and the batch numbers that callbacks heard of; without a Pace for 0."""
    import keras
    import numpy as np

    from pipelines.training.compiling import compiled_model
    from pipelines.training.feed import shuffled_batches
    from pipelines.training.pace import Pace

    spec = cnn_spec()
    keras.utils.set_random_seed(3)
    model = compiled_model(spec, facts(spec.data))
    heard: list[int] = []
    steps = Pace(model, most).executions(STEPS) if most else STEPS
    x, y = data.x["train"], data.y["train"]
    history = model.fit(
        shuffled_batches(x[:400], y[:400], 32, 5, 0, epochs),
        steps_per_epoch=steps,
        epochs=epochs,
        validation_data=(x[400:500], y[400:500]),
        shuffle=False,
        verbose=0,
        callbacks=[keras.callbacks.LambdaCallback(on_train_batch_begin=lambda batch, logs: heard.append(batch))],
    )
    return [np.array(weight) for weight in model.get_weights()], history.history, heard


@pytest.fixture(scope="module")
def plain(data):
    return trained(data, 0)


@pytest.mark.parametrize("most", [1, 5, 32])
def test_no_number_changes_by_how_many_updates_an_execution_has(data, plain, most) -> None:
    import numpy as np

    weights, losses, heard = trained(data, most)
    assert losses == plain[1]
    assert all(np.array_equal(ours, theirs) for ours, theirs in zip(weights, plain[0], strict=True))
    assert heard == 2 * list(range(-(-STEPS // most)))


def test_a_second_fit_may_have_intervals_of_another_length() -> None:
    from pipelines.training.pace import Pace

    pace = Pace.__new__(Pace)
    pace.most = 5
    assert pace.executions(13) == 3 and [pace._next() for _ in range(6)] == [5, 5, 3, 5, 5, 3]
    assert pace.executions(4) == 1 and [pace._next() for _ in range(2)] == [4, 4]


def test_small_networks_take_many_updates_at_once_and_large_ones_few() -> None:
    from pipelines.training.pace import MOST, steps_per_execution

    auto = TrainSpec()
    assert steps_per_execution(auto, cnn_spec().model, 32) == MOST
    lenet, vgg = ARCHITECTURES["lenet-5"].smallest(), ARCHITECTURES["vgg-16"].build((224, 224, 3), 10, "softmax")
    assert 4 <= steps_per_execution(auto, lenet, 128) <= MOST
    assert steps_per_execution(auto, vgg, 32) == 1
    assert steps_per_execution(TrainSpec(steps_per_execution=7), vgg, 32) == 7
