"""Triangular: a rate that rises and falls in turn."""

import keras


@keras.saving.register_keras_serializable(package="netloom")
class Triangular(keras.optimizers.schedules.LearningRateSchedule):
    """Rises in a straight line from a low rate to a peak and falls back, again and again.

    Formula: with c whole cycles done and h from 0 to 1 and back within a cycle,
    `peak * (low + (1 - low) * h * shrink**c)`.

    Source: Smith, 2017 (`triangular`; with `shrink` 0.5, `triangular2`).

    Args:
        peak: The highest rate.
        steps: Optimizer updates of one rise and fall, 1 at least.
        low: Where each rise begins, as a share of the peak.
        shrink: How high each peak stands above that, as a share of the one before.
    """

    def __init__(self, peak, steps, low=0.1, shrink=1.0):
        super().__init__()
        self.peak = peak
        self.steps = steps
        self.low = low
        self.shrink = shrink

    def __call__(self, step):
        """The rate after `step` updates, a float32 scalar."""
        done = keras.ops.cast(step, "float32") / self.steps
        cycles = keras.ops.floor(done)
        height = 1 - keras.ops.abs(2 * (done - cycles) - 1)
        return self.peak * (self.low + (1 - self.low) * height * keras.ops.power(float(self.shrink), cycles))

    def get_config(self):
        """Its arguments."""
        return {"peak": self.peak, "steps": self.steps, "low": self.low, "shrink": self.shrink}
