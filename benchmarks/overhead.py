"""What it costs to track a run: the whole worker, by default settings, against the same network under `model.fit`."""

import os
import re
import subprocess
import sys
import tempfile
from pathlib import Path

from benchmarks import mnist_home
from benchmarks.figure import Figure
from pipelines.data.spec import DataSpec, KerasSource
from pipelines.examples import EXAMPLES
from pipelines.fitting import start_from
from pipelines.runs.store import RunStore
from pipelines.spec import RunSpec, TrainSpec

ROOT = Path(__file__).resolve().parents[1]
REPEATS = 3
TARGETS = {"digits CNN": 1.2, "784-256-10 on MNIST": 1.2, "LeNet-5 on MNIST": 1.0}


def specs() -> dict[str, RunSpec]:
    """The runs that are tried, by the names of `TARGETS`: as they are offered, for a fixed number of epochs."""
    mnist = DataSpec(source=KerasSource(name="mnist"), scaling="rescale")
    wide = RunSpec(data=mnist, model=start_from("mlp-784-256-10", mnist), train=TrainSpec(epochs=4))
    digits, lenet = EXAMPLES["digits-cnn"], EXAMPLES["mnist-lenet5"]
    tried = (digits, digits.train.replace(epochs=60)), (wide, wide.train), (lenet, lenet.train.replace(epochs=4))
    return {
        name: spec.replace(train=train.replace(early_stopping=None))
        for name, (spec, train) in zip(TARGETS, tried, strict=True)
    }


def figures() -> list[Figure]:
    """Measure, the two sides in turn."""
    return [figure for name, spec in specs().items() for figure in _figures(name, spec)]


def _figures(name: str, spec: RunSpec) -> list[Figure]:
    found: dict[str, list[tuple[float, float]]] = {"tracked": [], "plain": []}
    with tempfile.TemporaryDirectory() as folder:
        for repeat in range(REPEATS):
            for side, times in found.items():
                times.append(_seconds(side, Path(folder) / str(repeat), spec))
    (wall, cpu), (plain_wall, plain_cpu) = (list(zip(*times, strict=True)) for times in found.values())
    train = spec.train
    note = (
        f"{train.epochs} epochs in batches of {train.batch_size}; imports left out; ours with store, log, a checkpoint "
        "an epoch and the saved model; theirs is model.fit on the same arrays, then evaluate"
    )
    return [
        Figure(f"tracked run, {name}", wall, plain_wall, "s", at_least=TARGETS[name], note=note),
        Figure("  CPU time", cpu, plain_cpu, "s"),
    ]


def _seconds(side: str, home: Path, spec: RunSpec) -> tuple[float, float]:
    """Wall and CPU time of one side."""
    store = RunStore(home)
    run = store.create(spec)
    store.claim(run.uid, "localhost", "cpu")
    store.close()
    ran = subprocess.run(
        [sys.executable, "-m", "benchmarks.overhead_work", side, home, run.uid],
        cwd=ROOT,
        env={**os.environ, **mnist_home.environment(), "TF_CPP_MIN_LOG_LEVEL": "2"},
        capture_output=True,
        text=True,
        check=True,
    )
    store = RunStore(home)
    status = store.get(run.uid).status
    store.close()
    found = re.search(r"wall_s=([\d.]+) cpu_s=([\d.]+)", ran.stdout)
    if found is None or (side == "tracked") != (status == "finished"):
        log = (home / "runs" / run.uid / "log.txt").read_text()[-500:] if side == "tracked" else ""
        raise RuntimeError(f"the {side} side ended {status}: {ran.stderr[-500:]}{log}")
    return float(found[1]), float(found[2])
