"""Where a run computes: chosen in its own process, before Keras's backend starts."""

import os

import keras
import tensorflow as tf

from models.command_line import stderr_to
from models.errors import NetloomError


def use(device: str, backend: str = "tensorflow", deterministic: bool = False) -> None:
    """Keep this process on `device`, "cpu" or "gpu:N" with N as the driver counts (or of the GPUs it may see).

    To be called before the first tensor: a backend that has started has chosen its devices.

    Args:
        device: the only one that this process will see.
        backend: that Keras must have here.
        deterministic: on a GPU, take only operations that give the same numbers each time.

    Raises:
        NetloomError: the GPU is not there, or Keras has another backend.
    """
    if keras.config.backend() != backend:
        raise NetloomError(
            f"The run asks for the backend {backend}, but this process was started with {keras.config.backend()}.",
            f"Set KERAS_BACKEND={backend} before it is started, or let the queue start the run.",
        )
    # What Keras has not chosen, the environment has: TensorFlow and JAX both read it when they start.
    os.environ.setdefault("CUDA_DEVICE_ORDER", "PCI_BUS_ID")
    os.environ.setdefault("TF_FORCE_GPU_ALLOW_GROWTH", "true")  # others (inspection, other runs) may share it
    os.environ.setdefault("XLA_PYTHON_CLIENT_PREALLOCATE", "false")
    if device == "cpu":
        os.environ["CUDA_VISIBLE_DEVICES"] = "-1"
        os.environ["JAX_PLATFORMS"] = "cpu"
        # TensorFlow greets a machine without a GPU with an error about CUDA, which would puzzle readers of the log.
        with stderr_to(os.devnull):
            keras.distribution.list_devices("cpu")
        return
    if deterministic:
        os.environ["TF_DETERMINISTIC_OPS"] = "1"
        os.environ["XLA_FLAGS"] = f"{os.environ.get('XLA_FLAGS', '')} --xla_gpu_deterministic_ops=true".strip()
    number = int(device.removeprefix("gpu:"))
    visible = [name for name in os.environ.get("CUDA_VISIBLE_DEVICES", "").split(",") if name.strip()]
    if visible and number >= len(visible):
        raise _missing(device, f"CUDA_VISIBLE_DEVICES shows {len(visible)}")
    os.environ["CUDA_VISIBLE_DEVICES"] = visible[number] if visible else str(number)
    if not keras.distribution.list_devices("gpu"):
        raise _missing(device, f"{keras.config.backend()} sees none")
    if backend != "tensorflow":  # it makes the batches there too, and would take the memory of the GPU for that
        tf.config.set_visible_devices([], "GPU")


def _missing(device: str, why: str) -> NetloomError:
    return NetloomError(
        f"The run asks for {device}, but there is no such GPU here ({why}).",
        "Choose the device cpu or auto, or install the GPU requirements (`nvidia-smi` must answer).",
    )
