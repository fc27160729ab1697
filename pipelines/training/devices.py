"""Where a run computes: chosen in its own process, before Keras's backend starts."""

import os

import keras

from models.command_line import stderr_to
from models.errors import NetloomError


def use(device: str) -> None:
    """Keep this process on `device`, "cpu" or "gpu:N" with N as the driver counts (or of the GPUs it may see).

    To be called before the first tensor: a backend that has started has chosen its devices.

    Raises:
        NetloomError: the GPU is not there.
    """
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
    number = int(device.removeprefix("gpu:"))
    visible = [name for name in os.environ.get("CUDA_VISIBLE_DEVICES", "").split(",") if name.strip()]
    if visible and number >= len(visible):
        raise _missing(device, f"CUDA_VISIBLE_DEVICES shows {len(visible)}")
    os.environ["CUDA_VISIBLE_DEVICES"] = visible[number] if visible else str(number)
    if not keras.distribution.list_devices("gpu"):
        raise _missing(device, f"{keras.config.backend()} sees none")


def _missing(device: str, why: str) -> NetloomError:
    return NetloomError(
        f"The run asks for {device}, but there is no such GPU here ({why}).",
        "Choose the device cpu or auto, or install the GPU requirements (`nvidia-smi` must answer).",
    )
