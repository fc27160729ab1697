"""How much memory a run has taken, for those who place the next one like it."""

import resource

import keras
import tensorflow as tf


def peak_bytes(device: str) -> int | None:
    """The most that this process has held: of main memory, or of its GPU's; None where the backend does not tell.

    Args:
        device: "cpu" or "gpu:N", which `devices.use` has made the only one.
    """
    if device == "cpu":
        return resource.getrusage(resource.RUSAGE_SELF).ru_maxrss * 1024  # Linux counts in KiB
    if keras.config.backend() == "jax":
        import jax  # noqa: PLC0415  (only where it is the backend is it sure to be installed)

        stats = jax.local_devices()[0].memory_stats()
        return stats and stats.get("peak_bytes_in_use")
    try:
        return tf.config.experimental.get_memory_info("GPU:0")["peak"]
    except (ValueError, RuntimeError):  # the run ended before it had used one
        return None
