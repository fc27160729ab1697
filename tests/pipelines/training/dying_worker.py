"""A training worker that is killed, by itself and without a warning, at a moment that its run's folder names."""

import json
import os
import signal
import time
from collections.abc import Callable
from pathlib import Path

from pipelines.launch.launchers import ForkLauncher
from pipelines.runs.store import RunStore

MOMENT = "dies.json"


def killed(store: RunStore, uid: str, call: str, times: int) -> None:
    """Claim a run, train it in a process of its own until that is killed at a moment, and queue it again.

    Args:
        store: of the home that NETLOOM_HOME names.
        uid: of a run that waits.
        call: of what; see `train`.
        times: how often it is called before.
    """
    (store.run_dir(uid) / MOMENT).write_text(json.dumps({"call": call, "times": times}))
    launcher = ForkLauncher(worker=f"{__name__}:train")
    assert launcher.warm().result()
    assert store.claim(uid, "here", "cpu")
    child = launcher.start(store.home, uid)
    end = time.monotonic() + 120
    while (code := child.exitcode()) is None:
        assert time.monotonic() < end
    assert code == -signal.SIGKILL, (store.run_dir(uid) / "log.txt").read_text()
    assert store.get(uid).status == "running"
    store.requeue(uid, "killed")


def train(home: Path, uid: str) -> None:
    """As `pipelines.training.worker.train`, until a named function was called so many times.

    `{"call": "checkpoint", "times": 3}` in dies.json: it dies before the third checkpoint is written. Others are
    `batch`, before an execution begins, and `points`, before those of an interval are stored.
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
