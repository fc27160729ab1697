"""From the click to the first epoch: a warm supervisor against `python script.py` that does the same."""

import os
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable
from pathlib import Path

import psutil

from benchmarks.figure import Figure
from models.code import model_code
from pipelines.examples import EXAMPLES
from pipelines.launch.submit import ensure_supervisor, submit
from pipelines.runs.store import RunStore
from pipelines.spec import RunSpec

REPEATS = 7
TIMEOUT_S = 180
# What a Keras user would write; it prints when its first epoch was finished, validation included.
SCRIPT = """import time
{model}
from sklearn.datasets import load_digits
from sklearn.model_selection import train_test_split

x, y = load_digits(return_X_y=True)
x = (x / 16).astype("float32").reshape(-1, 8, 8, 1)
x, x_test, y, y_test = train_test_split(x, y, test_size={test}, random_state=0, stratify=y)
x, x_val, y, y_val = train_test_split(x, y, test_size={val}, random_state=0, stratify=y)
keras.utils.set_random_seed(0)
model.compile(keras.optimizers.Adam({learning_rate}), "sparse_categorical_crossentropy", metrics=["accuracy"])
told = keras.callbacks.LambdaCallback(on_epoch_end=lambda epoch, logs: print("first", time.time(), flush=True))
model.fit(x, y, batch_size={batch_size}, validation_data=(x_val, y_val), callbacks=[told], verbose=0)
"""


def figures() -> list[Figure]:
    """Measure, the two sides in turn."""
    spec = EXAMPLES["digits-cnn"]
    spec = spec.replace(train=spec.train.replace(epochs=1, early_stopping=None))
    with tempfile.TemporaryDirectory() as folder:
        script = Path(folder) / "script.py"
        script.write_text(_script(spec))
        store = RunStore(Path(folder) / "home")
        ensure_supervisor(store.home)
        _wait(lambda: any(service.info.get("ready") for service in store.services("supervisor")))
        try:
            rounds = [(_submitted(store, spec), _cold(script)) for _ in range(REPEATS + 1)][1:]
        finally:
            for service in store.services("supervisor"):
                psutil.Process(service.pid).terminate()
            _wait(lambda: not store.services("supervisor"))
            store.close()
    ours, theirs = zip(*rounds, strict=True)
    note = "digits-cnn, one epoch, CPU, bytecode compiled; ours from submit() with a warm supervisor, theirs from exec"
    return [Figure("start to first epoch", ours, theirs, "s", at_least=3, note=note)]


def _script(spec: RunSpec) -> str:
    split, train = spec.data.split, spec.train
    return SCRIPT.format(
        model=model_code(spec.model),
        test=split.test,
        val=split.val / (1 - split.test),
        learning_rate=train.optimizer.config["learning_rate"],
        batch_size=train.batch_size,
    )


def _submitted(store: RunStore, spec: RunSpec) -> float:
    start = time.time()
    run = submit(store, spec)
    _wait(lambda: not store.get(run.uid).active)
    run = store.get(run.uid)
    if run.status != "finished":
        raise RuntimeError(f"the run {run.status}: {run.error}")
    history = store.history([run.uid])
    first = history[(history["epoch"] == 0) & (history["split"] == "val")]["time_s"].min()
    return run.created_at + float(first) - start


def _cold(script: Path) -> float:
    environment = {key: value for key, value in os.environ.items() if key != "PYTHONDONTWRITEBYTECODE"}
    start = time.time()
    ran = subprocess.run([sys.executable, script], env=environment, capture_output=True, text=True, check=True)
    return float(ran.stdout.rpartition("first ")[2]) - start


def _wait(done: Callable[[], bool]) -> None:
    end = time.monotonic() + TIMEOUT_S
    while not done():
        if time.monotonic() > end:
            raise TimeoutError(f"nothing happened within {TIMEOUT_S} s")
        time.sleep(0.05)
