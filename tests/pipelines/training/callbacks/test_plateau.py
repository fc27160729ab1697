"""Our plateau against Keras's own, on the same curves; and behind a warm-up, where Keras's cannot be."""

import json

import numpy as np
import pytest

from pipelines.spec import OptimizerSpec, ScheduleSpec, TrainSpec

pytestmark = pytest.mark.slow

CURVES = [
    [3.0, 2.0, 2.5, 2.4, 2.3, 1.0, 1.0, 1.0, 1.0],
    [1.0, 1.1, 1.2, 1.3, 1.4, 1.5, 0.5, 1.0, 1.0],
    [5.0, 4.0, 3.0, 2.0, 1.0],
    [2.0, 1.95, 1.94, 1.9, 1.9, 1.9, 1.9, 1.9, 1.9, 1.9],
]


@pytest.fixture(scope="module")
def make_model():
    """Gives a model with the optimizer of a TrainSpec."""
    import keras

    from pipelines.training.compiling import optimizer
    from pipelines.training.rates import learning_rate

    inputs = keras.Input((1,))
    layer = keras.layers.Dense(1)
    outputs = layer(inputs)

    def make(train: TrainSpec, steps_per_epoch: int = 4):
        model = keras.Model(inputs, outputs)
        made = optimizer(train.optimizer, learning_rate(train, steps_per_epoch))
        model.compile(made, "mse")
        made.build(model.trainable_variables)
        return model

    return make


def spec(warmup: float = 0, **config: object) -> TrainSpec:
    own = OptimizerSpec(kind="SGD", config={"learning_rate": 0.1})
    return TrainSpec(optimizer=own, schedule=ScheduleSpec(kind="plateau", config=config, warmup=warmup))


def clock_at(step: int = 1000, steps: int = 4):
    from pipelines.training.clock import Clock, Position

    return Clock(2000, steps, 100, start=Position(step // steps, step % steps, step))


def follow(callback, model, key: str, values: list[float]) -> list[float]:
    """The rate after each evaluation."""
    callback.set_model(model)
    rates = []
    for epoch, value in enumerate(values):
        callback.on_epoch_end(epoch, {key: value})
        rates.append(float(model.optimizer.learning_rate))
    return rates


@pytest.mark.parametrize("values", CURVES)
@pytest.mark.parametrize(("monitor", "sign"), [("loss", 1), ("r2_score", -1)])
@pytest.mark.parametrize(
    "config", [{"patience": 1}, {"patience": 2, "cooldown": 2}, {"patience": 0, "min_delta": 0.06, "factor": 0.1}]
)
def test_it_does_as_keras_does_also_when_resumed_at_any_epoch(make_model, values, monitor, sign, config) -> None:
    import keras

    from pipelines.training.callbacks.plateau import PlateauCallback

    values, key = [sign * value for value in values], f"val_{monitor}"
    told = {"factor": 0.5, "patience": 3, "min_delta": 0.0001, "cooldown": 0, **config}
    oracle = keras.callbacks.ReduceLROnPlateau(key, min_lr=0.1 * 0.05, mode="min" if sign > 0 else "max", **told)
    expected = follow(oracle, make_model(spec()), key, values)
    train = spec(monitor=monitor, least=0.05, **config)
    for cut in (0, 2, 5):
        model = make_model(train)
        before, after = (PlateauCallback(train, clock_at()) for _ in range(2))
        found = follow(before, model, key, values[:cut])
        after.restore(json.loads(json.dumps(before.counters())))
        found += follow(after, model, key, values[cut:])
        assert found == expected


def test_behind_a_warm_up_it_lowers_what_the_warm_up_leads_to(make_model) -> None:
    from pipelines.training.callbacks.plateau import PlateauCallback

    train = spec(warmup=2, patience=1)
    model = make_model(train)
    rate = lambda: float(model.optimizer.learning_rate)  # noqa: E731
    assert rate() == 0
    step = model.optimizer.variables[0]
    step.assign(4)
    assert rate() == pytest.approx(0.05)
    during = PlateauCallback(train, clock_at(8))
    assert follow(during, model, "val_loss", [1.0, 2.0, 3.0]) == pytest.approx([0.05] * 3)
    assert during.counters() == {"best": None, "wait": 0, "cooling": 0}
    step.assign(12)
    assert follow(PlateauCallback(train, clock_at(12)), model, "val_loss", [1.0, 2.0, 3.0]) == pytest.approx(
        [0.1, 0.05, 0.025]
    )
    # It is the rate that weights are moved by, in a compiled step too.
    model.train_on_batch(np.ones((1, 1)), np.zeros((1, 1)))
    weights = [weight.copy() for weight in model.get_weights()]
    model.optimizer.variables[1].assign(0.0)
    model.train_on_batch(np.ones((1, 1)), np.zeros((1, 1)))
    assert all(np.array_equal(a, b) for a, b in zip(weights, model.get_weights(), strict=True))


@pytest.mark.parametrize(("behind", "counts"), [(1, False), (2, False), (3, True)])
@pytest.mark.parametrize("updates", [1, 1000])
def test_in_a_fork_with_other_batches_the_warm_up_ends_after_as_many_epochs(make_model, behind, counts, updates):
    from pipelines.training.callbacks.plateau import PlateauCallback
    from pipelines.training.clock import Clock, Position

    train = spec(warmup=2, patience=1)
    callback = PlateauCallback(train, Clock(9, 4, 100, start=Position(behind, 0, updates)))
    follow(callback, make_model(train), "val_loss", [1.0])
    assert (callback.counters()["best"] is not None) == counts


def test_what_was_cut_short_counts_for_nothing(make_model) -> None:
    from pipelines.training.callbacks.plateau import PlateauCallback

    train = spec(patience=1)
    clock = clock_at()
    clock.cut_short = True
    callback = PlateauCallback(train, clock)
    assert follow(callback, make_model(train), "val_loss", [1.0, 2.0, 3.0]) == pytest.approx([0.1] * 3)
