"""AveragedWeights: a run that keeps a moving average of its weights is judged by the averages, and leaves them."""

from collections.abc import Mapping, Sequence
from typing import Any

import keras
import numpy as np


def averages(optimizer: Any) -> list[tuple[keras.Variable, keras.Variable]]:
    """The trained variables of an optimizer with the averages that it keeps of them; empty where it keeps none."""
    inner = getattr(optimizer, "inner_optimizer", optimizer)  # under a loss scale
    if not getattr(inner, "use_ema", False):
        return []
    pairs = zip(inner._trainable_variables, inner._model_variables_moving_average, strict=True)
    return [(variable, average) for variable, average in pairs if average is not None]


class AveragedWeights(keras.callbacks.Callback):
    """While it trains, the model holds the weights that are trained; between intervals it holds their averages.

    So the validation, the best weights, the model in a checkpoint or a snapshot and the model that is saved all are of
    the averages. Polyak and Juditsky, Acceleration of stochastic approximation by averaging (1992).

    `keras.callbacks.SwapEMAWeights` swaps the two by adding and subtracting, which loses bits, and at the end of `fit`
    loses the trained ones, without which a run cannot go on. It comes first, so that all others see the averages.
    """

    def __init__(self) -> None:
        super().__init__()
        self._trained: list[np.ndarray] = []

    @property
    def training_weights(self) -> list[np.ndarray]:
        """What training goes on with, while the model holds the averages; empty while it trains."""
        return self._trained

    def restore(self, training_weights: Sequence[np.ndarray]) -> None:
        """Go on from a checkpoint, whose averages the model has been given."""
        self._trained = list(training_weights)

    def on_epoch_begin(self, epoch: int, logs: Mapping[str, float] | None = None) -> None:
        """An interval begins: train on."""
        if self._trained:
            for (variable, _), value in zip(averages(self.model.optimizer), self._trained, strict=True):
                variable.assign(value)
            self._trained = []

    def on_test_begin(self, logs: Mapping[str, float] | None = None) -> None:
        """The interval's validation."""
        self._average()

    def on_epoch_end(self, epoch: int, logs: Mapping[str, float] | None = None) -> None:
        """Where there was no validation."""
        self._average()

    def on_train_end(self, logs: Mapping[str, float] | None = None) -> None:
        """Keras has put the averages into the model, which held them already."""
        self._average()

    def _average(self) -> None:
        if self._trained:
            return
        pairs = averages(self.model.optimizer)
        self._trained = [keras.ops.convert_to_numpy(variable) for variable, _ in pairs]
        for variable, average in pairs:
            # A copy: JAX gives away what a model holds when it evaluates, and the average would be gone with it.
            variable.assign(keras.ops.copy(average))
