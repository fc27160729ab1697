"""Adjustable: a rate that is set from outside while training goes on, where a schedule stands around it."""

import keras

ADJUSTABLE_RATE = "adjustable_rate"
"""Name of the optimizer's variable that holds it."""


@keras.saving.register_keras_serializable(package="netloom")
class Adjustable(keras.optimizers.schedules.LearningRateSchedule):
    """The same rate at every step, until it is set to another.

    An optimizer whose rate is a schedule takes no other number; this one, inside of a `WarmUp` say, can be changed. The
    number is one of the optimizer's own variables, so that it is saved with them, and compiled steps see it change.

    Args:
        rate: To begin with.
    """

    def __init__(self, rate):
        super().__init__()
        self.rate = rate
        self.variable = None

    def attach(self, optimizer):
        """Keep the rate in a variable of `optimizer`, which is not built yet."""
        begin = keras.initializers.Constant(self.rate)
        self.variable = optimizer.add_variable((), initializer=begin, dtype="float32", name=ADJUSTABLE_RATE)

    def __call__(self, step):
        """The rate, a float32 scalar, whatever the step."""
        return keras.ops.convert_to_tensor(self.rate if self.variable is None else self.variable, "float32")

    def get_config(self):
        """The rate as it is now."""
        return {"rate": self.rate if self.variable is None else float(keras.ops.convert_to_numpy(self.variable))}
