"""Range tests of real small networks."""

import numpy as np
import pytest

from models.errors import NetloomError
from pipelines.spec import OptimizerSpec, ScheduleSpec
from tests.pipelines.training.conftest import mlp_spec, table_spec

pytestmark = pytest.mark.slow

ADAM = OptimizerSpec(kind="Adam")


@pytest.fixture(scope="module")
def found():
    """The curve of an MLP with Adam, whose schedule must not matter."""
    from pipelines.training.rate_finder import find_rate

    return find_rate(mlp_spec(optimizer=ADAM, schedule=ScheduleSpec(kind="one_cycle")), rates=60)


def test_the_suggestion_trains_better_than_rates_far_from_it(found) -> None:
    import keras

    from pipelines.training.compiling import compiled_model
    from pipelines.training.feed import training_batches
    from pipelines.training.prepare import prepare

    assert found.suggestion is not None and 1e-4 <= found.suggestion <= 2e-2
    losses = {}
    for factor in (0.01, 1, 1000):
        spec = mlp_spec(optimizer=OptimizerSpec(config={"learning_rate": found.suggestion * factor}))
        data = prepare(spec.data)
        keras.utils.set_random_seed(1)
        model = compiled_model(spec, data.facts)
        for x, y in training_batches(data, 32, 1, 0, 2):
            model.train_on_batch(x, y)
        losses[factor] = model.evaluate(data.x["val"], data.y["val"], verbose=0, return_dict=True)["loss"]
    assert min(losses, key=losses.get) == 1


def test_it_ends_where_the_loss_diverges_and_is_the_same_again() -> None:
    from pipelines.training.rate_finder import find_rate

    spec = table_spec("diabetes", 1, "linear", 10, optimizer=OptimizerSpec(kind="SGD"))
    found, again = (find_rate(spec, lowest=1e-4, highest=100, rates=60) for _ in range(2))
    assert len(found.rates) == len(found.losses) == len(found.smoothed) < 60
    assert np.isfinite(found.losses).all()
    assert np.array_equal(again.losses, found.losses)
    assert again.suggestion == found.suggestion


def test_single_rows_are_taken_several_at_a_rate_and_added_up_gradients_whole() -> None:
    from pipelines.training.rate_finder import _batches_at_a_rate

    adds_up = OptimizerSpec(config={"gradient_accumulation_steps": 5})
    assert _batches_at_a_rate(mlp_spec(batch_size=1).train, 1000) == 32
    assert _batches_at_a_rate(mlp_spec(batch_size=64).train, 1000) == 1
    assert _batches_at_a_rate(mlp_spec(batch_size="all").train, 10) == 1
    assert _batches_at_a_rate(mlp_spec(batch_size=8, optimizer=adds_up).train, 1000) == 5


def test_it_gives_up_when_its_time_is_over() -> None:
    from pipelines.training.rate_finder import find_rate

    ticks = iter(range(1000))
    found = find_rate(mlp_spec(optimizer=ADAM), limit_s=14, clock=lambda: next(ticks))
    assert len(found.rates) == 15


def test_rates_that_are_none_are_refused() -> None:
    from pipelines.training.rate_finder import find_rate

    with pytest.raises(NetloomError, match="lowest=0"):
        find_rate(mlp_spec(), lowest=0)
