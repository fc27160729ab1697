"""Our EarlyStopping against Keras's own, on the same curves."""

import numpy as np
import pytest

from pipelines.spec import EarlyStoppingSpec

pytestmark = pytest.mark.slow

CURVES = [
    [3.0, 2.0, 2.5, 2.4, 2.3, 1.0],
    [1.0, 1.1, 1.2, 1.3],
    [5.0, 4.0, 3.0, 2.0],
    [2.0, 1.95, 1.94, 1.0, 1.2, 1.3, 1.4],
    [1.0, 1.0, 1.0],
]


@pytest.fixture(scope="module")
def trained():
    """A model whose metrics were made."""
    import keras

    inputs = keras.Input((1,))
    model = keras.Model(inputs, keras.layers.Dense(1)(inputs))
    model.compile("sgd", "mse", metrics=["mae", "r2_score"])
    model.evaluate(np.ones((2, 1)), np.ones((2, 1)), verbose=0)  # makes the metrics, which know their direction
    return model


def follow(callback, model, key, values, first=0) -> int | None:
    """Feeds a curve whose weights tell their epoch; the epoch at which it stopped."""
    model.stop_training = False
    callback.set_model(model)
    callback.on_train_begin()
    for epoch, value in enumerate(values, start=first):
        model.set_weights([np.full_like(weight, epoch) for weight in model.get_weights()])
        callback.on_epoch_end(epoch, {key: value})
        if model.stop_training:
            return epoch
    return None


@pytest.mark.parametrize("values", CURVES)
@pytest.mark.parametrize(("monitor", "sign"), [("loss", 1), ("r2_score", -1)])
@pytest.mark.parametrize("patience", [0, 1, 2])
@pytest.mark.parametrize("min_delta", [0.0, 0.1])
def test_it_does_as_keras_does_also_when_resumed_at_any_epoch(
    trained, values, monitor, sign, patience, min_delta
) -> None:
    import keras

    from pipelines.training.callbacks.early_stopping import EarlyStopping
    from pipelines.training.clock import Clock

    values = [sign * value for value in values]
    key = f"val_{monitor}"
    oracle = keras.callbacks.EarlyStopping(key, min_delta, patience, restore_best_weights=True)
    expected = follow(oracle, trained, key, values)
    oracle.on_train_end()
    best = trained.get_weights()
    spec = EarlyStoppingSpec(monitor=monitor, patience=patience, min_delta=min_delta)
    for cut in range((expected if expected is not None else len(values) - 1) + 1):
        before = EarlyStopping(spec, Clock(9, 1, 1))
        assert follow(before, trained, key, values[:cut]) is None
        after = EarlyStopping(spec, Clock(9, 1, 1))
        after.restore(before.counters(), before.best_weights or ())
        assert follow(after, trained, key, values[cut:], first=cut) == expected
        assert after.has_stopped == (expected is not None)
        assert after.best_epoch == oracle.best_epoch
        for weight, other in zip(after.best_weights, best, strict=True):
            assert np.array_equal(weight, other)


def test_it_is_told_the_direction_that_keras_knows() -> None:
    import keras

    from models.catalogue import catalogue
    from pipelines.comparison.measure import higher_is_better

    entries = catalogue().metrics
    given = {kind: {"num_classes": 2} if kind in ("mean_io_u", "io_u") else {} for kind in entries}
    metrics = {
        kind: getattr(keras.metrics, entry.class_name)(**entry.start_config | given[kind])
        for kind, entry in entries.items()
        if entry.class_name
    }
    known = {kind: getattr(metric, "_direction", None) for kind, metric in metrics.items()}
    assert {kind for kind, way in known.items() if way and (way == "up") != higher_is_better(kind)} == set()
