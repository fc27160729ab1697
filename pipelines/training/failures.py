"""What went wrong, as a person would say it: an exception becomes a sentence and a hint; the log has the traceback."""

import errno
import math
import os
import re
import traceback

import keras
import numpy as np

from models.editing.ends import output_activation
from models.errors import NetloomError
from pipelines.runs.facts import Cause
from pipelines.spec import RunSpec
from pipelines.tasks import named_settings
from pipelines.training.callbacks.finite_guard import Diverged

_OUT_OF_MEMORY_HINT = "Make the network or the batch smaller, or choose a device with more memory."
_OUT_OF_MEMORY = re.compile(r"ResourceExhausted|RESOURCE_EXHAUSTED|OOM when|out of memory")
_DISK_IS_FULL = re.compile(r"disk is full|No space left")
_LABEL = re.compile(r"label value of (-?\d+) which is outside the valid range of \[0, (\d+)\)")
_COLOUR = re.compile(r"\x1b\[\d*m")
_NAMED = re.compile(r"(\w+\.)*\w*(Error|Exception): ")
_HIGH_LEARNING_RATE = {"SGD": 0.5, "Adadelta": 10.0, "Adagrad": 1.0, "Ftrl": 1.0}
_HIGH_ELSEWHERE = 0.05
_LARGE_INPUT = 20.0
_OF_LOGARITHMS = ("poisson", "Poisson")
_POSITIVE = ("softplus", "exponential", "relu", "sigmoid", "softmax")
_BACKENDS = ("keras", "tensorflow", "jax", "torch")


def explain(error: BaseException) -> NetloomError:
    """The cause of a failed run in one plain sentence, and how to mend it."""
    kind, text = cause_of(error), _text_of(error)
    if kind == "memory":
        return NetloomError(f"Memory ran out{_tensor(text)}.", _OUT_OF_MEMORY_HINT)
    if kind == "disk":
        return NetloomError(
            "The disk is full.", "Free some space, then resume the run: it goes on from its checkpoint."
        )
    if isinstance(error, NetloomError):
        return error
    if isinstance(error, PermissionError):
        return NetloomError(f"This file may not be written or read: {error.filename}.", "Check who owns the folder.")
    if label := _LABEL.search(text):
        return NetloomError(
            f"The last layer has {label[2]} outputs, but the data holds class {label[1]}.",
            "Give the last layer as many units as there are classes.",
        )
    if _raised_in_keras(error):
        return NetloomError(
            f"Keras refuses to train this network: {_first_line(error)}",
            "Check that the last layer, the loss and the metrics fit the data.",
        )
    return NetloomError(f"Training failed unexpectedly: {_first_line(error)}", "The log holds the details.")


def cause_of(error: BaseException) -> Cause | None:
    """The kind of failure, or None where it is none of those that are told apart."""
    cause, text = _first(error), _text_of(error)
    if isinstance(cause, MemoryError) or _OUT_OF_MEMORY.search(text):
        return "memory"
    if getattr(cause, "errno", None) in (errno.ENOSPC, errno.EDQUOT, errno.EFBIG) or _DISK_IS_FULL.search(text):
        return "disk"
    if isinstance(error, Diverged):
        return "diverged"
    return "data" if _LABEL.search(text) else None


def divergence_hint(spec: RunSpec, model: keras.Model, x_train: np.ndarray) -> str:
    """Why the loss of this run would become NaN or infinite, the likeliest cause first.

    Args:
        x_train: as the network sees it.
    """
    kind = spec.train.optimizer.kind
    rate = float(keras.ops.convert_to_numpy(model.optimizer.learning_rate))
    if rate > _HIGH_LEARNING_RATE.get(kind, _HIGH_ELSEWHERE):
        return f"Likely cause: the learning rate {rate:.3g} is too high for {kind}. Try {_lower(kind)}."
    if kind == "Adafactor" and not np.any(x_train, axis=0).all():
        return (
            "Likely cause: an input is 0 in every example, as pixels at the rim are, and Adafactor divides by the size "
            "of its gradients. Choose another optimizer, such as Adam."
        )
    _, activation = output_activation(spec.model) or ("", "linear")
    loss, _ = named_settings("losses", spec.train.loss or "")
    if loss in _OF_LOGARITHMS and activation not in _POSITIVE:
        return (
            f"Likely cause: the loss {loss!r} takes the logarithm of what the network gives, which may be "
            "negative here. Let the loss follow the task, or end in a softplus with “Match” turned off."
        )
    largest = float(np.abs(x_train).max())
    if largest > _LARGE_INPUT:
        return (
            f"Likely cause: the inputs are not scaled (values up to {largest:.4g}). "
            "Choose standardise or rescale on the Data page."
        )
    return (
        f"Likely cause: the steps are too large. Try a tenth of the learning rate ({rate / 10:g}), "
        "or limit the gradients with the optimizer's clipnorm=1."
    )


def _first(error: BaseException) -> BaseException:
    """Whoever was at work when memory or the disk ran out may have put it in words of its own."""
    return error.__cause__ if isinstance(error, NetloomError) and error.__cause__ else error


def _text_of(error: BaseException) -> str:
    return f"{type(_first(error)).__name__}: {_first(error)}"


def _raised_in_keras(error: BaseException) -> bool:
    """The innermost line of its traceback is Keras's, or of the library below it; a mistake of ours looks otherwise."""
    frames = traceback.extract_tb(error.__traceback__)
    return bool(frames) and any(f"{os.sep}{name}{os.sep}" in frames[-1].filename for name in _BACKENDS)


def _lower(kind: str) -> str:
    return "0.01" if kind == "SGD" else "0.001"


def _tensor(text: str) -> str:
    """The tensor that did not fit, with its size, where the text tells its shape."""
    found = re.search(r"shape[\s:]*[\[(]([\d,\s]+)[\])]", text)
    if not found:
        return ""
    shape = [int(n) for n in found[1].split(",") if n.strip()]
    return f" for a tensor of shape {tuple(shape)} ({math.prod(shape) * 4 / 2**30:,.1f} GiB)"


def _first_line(error: BaseException) -> str:
    """What an exception says, without what TensorFlow and Keras put in front of that and around it."""
    lines = [line for line in (_COLOUR.sub("", line).strip() for line in str(error).splitlines()) if line]
    if lines[:1] == ["in user code:"]:
        named = [place for place, line in enumerate(lines) if _NAMED.match(line)]
        lines = [_NAMED.sub("", lines[named[0]]), *lines[named[0] + 1 :]] if named else lines
    if len(lines) > 1 and lines[0].startswith("Exception encountered when calling"):
        lines = lines[1:]
    first = lines[0] if lines else type(error).__name__
    return first if first.endswith((".", "!", "?")) else f"{first}."
