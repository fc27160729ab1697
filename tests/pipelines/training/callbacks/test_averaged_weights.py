"""Averages of the weights: what Keras keeps, in the model where it is judged."""

import numpy as np
import pytest

pytestmark = pytest.mark.slow


def compiled(momentum: float = 0.5, **optimizer: object):
    import keras

    keras.utils.set_random_seed(3)
    inputs = keras.Input((2,), name="input")
    model = keras.Model(inputs, keras.layers.Dense(1, name="dense")(inputs))
    sgd = keras.optimizers.SGD(0.1, use_ema=True, ema_momentum=momentum, **optimizer)
    model.compile(sgd, "mse")
    sgd.build(model.trainable_variables)
    return model


X = np.array([[1.0, 2.0], [3.0, -1.0], [0.5, 0.5], [2.0, 2.0]], "float32")
Y = X.sum(axis=1, keepdims=True)


def test_the_model_holds_the_averages_between_intervals_and_trains_on_with_the_weights() -> None:
    import keras

    from pipelines.training.callbacks.averaged_weights import AveragedWeights

    seen: list[tuple[list[np.ndarray], list[np.ndarray]]] = []

    class Watch(keras.callbacks.Callback):
        def on_epoch_end(self, epoch, logs=None):
            seen.append((self.model.get_weights(), list(averaged.training_weights)))

    averaged = AveragedWeights()
    model = compiled()
    fit = {"batch_size": 4, "shuffle": False, "verbose": 0, "validation_data": (X, Y)}
    history = model.fit(X, Y, epochs=3, callbacks=[averaged, Watch()], **fit)
    model.fit(X, Y, epochs=5, initial_epoch=3, callbacks=[averaged, Watch()], **fit)  # a second stretch

    plain = compiled()
    plain.optimizer.use_ema = False
    weights = []
    for _ in range(5):
        plain.fit(X, Y, epochs=1, batch_size=4, shuffle=False, verbose=0)
        weights.append(plain.get_weights())
    expected = [np.zeros_like(weight) for weight in weights[0]]
    for update, (average, trained) in enumerate(zip(*zip(*seen, strict=True), strict=True)):
        share = 0.5 if update else 0.0
        expected = [share * e + (1 - share) * w for e, w in zip(expected, weights[update], strict=True)]
        for value, other in zip(trained, weights[update], strict=True):
            assert np.array_equal(value, other)
        for value, other in zip(average, expected, strict=True):
            assert np.allclose(value, other, rtol=1e-6)
    model.set_weights(seen[2][0])
    assert model.evaluate(X, Y, verbose=0) == pytest.approx(history.history["val_loss"][2], rel=1e-6)


def test_without_averages_it_does_nothing() -> None:
    import keras

    from pipelines.training.callbacks.averaged_weights import AveragedWeights, averages

    model = keras.Sequential([keras.Input((2,)), keras.layers.Dense(1)])
    model.compile("sgd", "mse")
    averaged = AveragedWeights()
    before = model.get_weights()
    model.fit(X, Y, epochs=1, verbose=0, callbacks=[averaged])
    assert averages(model.optimizer) == [] and averaged.training_weights == []
    assert not np.array_equal(before[0], model.get_weights()[0])


def test_averages_are_found_under_a_loss_scale() -> None:
    import keras

    from pipelines.training.callbacks.averaged_weights import averages

    model = compiled()
    scaled = keras.optimizers.LossScaleOptimizer(keras.optimizers.SGD(use_ema=True))
    scaled.build(model.trainable_variables)
    assert [variable.name for variable, _ in averages(scaled)] == ["kernel", "bias"]
