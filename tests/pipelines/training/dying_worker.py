"""A training worker that is killed, by itself and without a warning, at a moment that its run's folder names."""

import json
import os
import signal
from collections.abc import Callable
from pathlib import Path

MOMENT = "dies.json"


def train(home: Path, uid: str) -> None:
    """As `pipelines.training.worker.train`, until a named function was called so many times.

    `{"call": "checkpoint.write", "times": 3}` in dies.json; it dies before the third.
    """
    from pipelines.training import checkpoint, worker
    from pipelines.training.callbacks.store_logger import StoreLogger

    places = {
        "batch": (StoreLogger, "on_train_batch_begin"),
        "points": (StoreLogger, "on_epoch_end"),
        "checkpoint": (checkpoint, "write"),
    }
    moment = json.loads((home / "runs" / uid / MOMENT).read_text())
    owner, name = places[moment["call"]]
    setattr(owner, name, _deadly(getattr(owner, name), moment["times"]))
    worker.train(home, uid)


def _deadly(function: Callable, times: int) -> Callable:
    left = times

    def call(*args: object, **named: object) -> object:
        nonlocal left
        left -= 1
        if not left:
            os.kill(os.getpid(), signal.SIGKILL)
        return function(*args, **named)

    return call
