"""What it costs to track a run: CPU time of the whole worker against the same network under plain `model.fit`."""

import os
import re
import subprocess
import sys
import tempfile
from pathlib import Path

from benchmarks.figure import Figure
from pipelines.examples import EXAMPLES
from pipelines.runs.store import RunStore
from pipelines.spec import RunSpec

ROOT = Path(__file__).resolve().parents[1]
REPEATS = 5


def figures() -> list[Figure]:
    """Measure, the two sides in turn."""
    spec = EXAMPLES["digits-cnn"]
    spec = spec.replace(train=spec.train.replace(epochs=60, early_stopping=None))
    sides: dict[str, list[float]] = {"tracked": [], "plain": [], "same-feed": []}
    with tempfile.TemporaryDirectory() as folder:
        for repeat in range(REPEATS):
            for side, found in sides.items():
                found.append(_cpu_s(side, Path(folder) / str(repeat), spec))
    note = f"digits-cnn, {spec.train.epochs} epochs, store, log, a checkpoint an epoch and the saved model included"

    def figure(name: str, other: str, note: str, at_most: float | None = None) -> Figure:
        return Figure(name, sides["tracked"], sides[other], "s", at_most=at_most, inverse=False, note=note)

    return [
        figure("CPU of a tracked run", "plain", f"{note}; theirs is model.fit on the same arrays", at_most=1.03),
        # What a cheaper feed of batches hides above. Its share falls as epochs grow: here one takes 0.2 s.
        figure("  of which tracking", "same-feed", "the same run against model.fit fed by the same batches"),
    ]


def _cpu_s(side: str, home: Path, spec: RunSpec) -> float:
    store = RunStore(home)
    run = store.create(spec)
    store.claim(run.uid, "localhost", "cpu")
    store.close()
    ran = subprocess.run(
        [sys.executable, "-m", "benchmarks.overhead_work", side, home, run.uid],
        cwd=ROOT,
        env={**os.environ, "TF_CPP_MIN_LOG_LEVEL": "2"},
        capture_output=True,
        text=True,
        check=True,
    )
    found = re.search(r"cpu_s=([\d.]+)", ran.stdout)
    if found is None:
        raise RuntimeError(f"the {side} side said nothing: {ran.stdout[-500:]}{ran.stderr[-500:]}")
    return float(found[1])
