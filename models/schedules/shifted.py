"""Shifted: a schedule that has begun before its optimizer has."""

import keras


@keras.saving.register_keras_serializable(package="netloom")
class Shifted(keras.optimizers.schedules.LearningRateSchedule):
    """Another schedule, some steps on: for a run that goes on from other weights with an optimizer that begins anew.

    Formula: `after(step + steps)`.

    Args:
        after: The schedule.
        steps: How far on it is when the optimizer begins.
    """

    def __init__(self, after, steps):
        super().__init__()
        self.after = keras.saving.deserialize_keras_object(after) if isinstance(after, dict) else after
        self.steps = steps

    def __call__(self, step):
        """The rate after `step` updates of the optimizer, a float32 scalar."""
        return self.after(step + self.steps)

    def get_config(self):
        """Its arguments."""
        return {"after": keras.saving.serialize_keras_object(self.after), "steps": self.steps}
