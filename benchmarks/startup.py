"""From the click to the first epoch: a warm supervisor against `python script.py` that does the same."""

import tempfile
import time
from pathlib import Path

from benchmarks import plain_script
from benchmarks.figure import Figure
from benchmarks.supervised import finished, supervised
from pipelines.examples import EXAMPLES
from pipelines.launch.submit import submit
from pipelines.runs.store import RunStore
from pipelines.spec import RunSpec

REPEATS = 7


def figures() -> list[Figure]:
    """Measure, the two sides in turn."""
    spec = EXAMPLES["digits-cnn"]
    spec = spec.replace(train=spec.train.replace(epochs=1, early_stopping=None))
    with tempfile.TemporaryDirectory() as folder:
        script = plain_script.written(spec, Path(folder))
        with supervised(Path(folder) / "home") as store:
            rounds = [(_submitted(store, spec), _cold(script)) for _ in range(REPEATS + 1)][1:]
    ours, theirs = zip(*rounds, strict=True)
    note = "digits-cnn, one epoch, CPU, bytecode compiled; ours from submit() with a warm supervisor, theirs from exec"
    return [Figure("start to first epoch", ours, theirs, "s", at_least=3, note=note)]


def _submitted(store: RunStore, spec: RunSpec) -> float:
    start = time.time()
    run = finished(store, submit(store, spec).uid)
    history = store.history([run.uid])
    first = history[(history["epoch"] == 0) & (history["split"] == "val")]["time_s"].min()
    return run.created_at + float(first) - start


def _cold(script: Path) -> float:
    start = time.time()
    return float(plain_script.run(script).rpartition("first ")[2]) - start
