"""WarmUp: a rate that first rises."""

import keras


@keras.saving.register_keras_serializable(package="netloom")
class WarmUp(keras.optimizers.schedules.LearningRateSchedule):
    """Rises in a straight line to where another schedule begins, then is that schedule, from its beginning.

    Formula: with r the rate at which `after` begins, `r * (start + (1 - start) * step / steps)` before `steps`.

    Source: Goyal et al., 2017.

    Args:
        after: What follows: a number, or a schedule.
        steps: Optimizer updates that the rise takes, 1 at least.
        start: Where it begins, as a share of r.
    """

    def __init__(self, after, steps, start=0.0):
        super().__init__()
        self.after = keras.saving.deserialize_keras_object(after) if isinstance(after, dict) else after
        self.steps = steps
        self.start = start

    def __call__(self, step):
        """The rate after `step` updates, a float32 scalar."""
        step = keras.ops.cast(step, "float32")
        target = self._after(keras.ops.zeros_like(step))
        rising = target * (self.start + (1 - self.start) * step / self.steps)
        following = self._after(keras.ops.maximum(step - self.steps, 0))
        return keras.ops.where(step < self.steps, rising, following)

    def _after(self, step):
        rate = self.after(step) if callable(self.after) else self.after
        return keras.ops.cast(rate, "float32")

    def get_config(self):
        """Its arguments."""
        after = keras.saving.serialize_keras_object(self.after) if callable(self.after) else self.after
        return {"after": after, "steps": self.steps, "start": self.start}
