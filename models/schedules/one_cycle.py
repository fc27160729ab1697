"""OneCycle: up once, then down to almost nothing."""

import keras


@keras.saving.register_keras_serializable(package="netloom")
class OneCycle(keras.optimizers.schedules.LearningRateSchedule):
    """Rises from a low rate to a peak, then falls far below where it began, and stays there.

    Source: Smith and Topin, 2018.

    Args:
        peak: The highest rate.
        steps: Optimizer updates of the whole, 1 at least.
        rise: Share of them in which it rises.
        start: Where it begins, as a share of the peak.
        end: Where it ends, as a share of the peak.
        curve: `cosine` or `linear`: how it rises and falls.
    """

    def __init__(self, peak, steps, rise=0.3, start=0.04, end=4e-6, curve="cosine"):
        super().__init__()
        self.peak = peak
        self.steps = steps
        self.rise = rise
        self.start = start
        self.end = end
        self.curve = curve

    def __call__(self, step):
        """The rate after `step` updates, a float32 scalar."""
        step = keras.ops.cast(step, "float32")
        up = self.rise * self.steps
        rising = self.start + (1 - self.start) * self._eased(step / max(up, 1e-9))
        falling = 1 + (self.end - 1) * self._eased((step - up) / max(self.steps - up, 1e-9))
        return self.peak * keras.ops.where(step < up, rising, falling)

    def _eased(self, fraction):
        """From 0 to 1, along a line or half a cosine."""
        fraction = keras.ops.clip(fraction, 0.0, 1.0)
        return fraction if self.curve == "linear" else 0.5 * (1 - keras.ops.cos(3.141592653589793 * fraction))

    def get_config(self):
        """Its arguments."""
        return {
            "peak": self.peak,
            "steps": self.steps,
            "rise": self.rise,
            "start": self.start,
            "end": self.end,
            "curve": self.curve,
        }
