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
REPEATS = 3


def figures() -> list[Figure]:
    """Measure, the two sides in turn."""
    spec = EXAMPLES["digits-cnn"]
    spec = spec.replace(train=spec.train.replace(epochs=100, early_stopping=None))
    ours, theirs = [], []
    with tempfile.TemporaryDirectory() as folder:
        for repeat in range(REPEATS):
            home = Path(folder) / str(repeat)
            ours.append(_cpu_s("tracked", home, spec))
            theirs.append(_cpu_s("plain", home, spec))
    note = (
        f"digits-cnn, {spec.train.epochs} epochs; tracked: store, checkpoint an epoch, log, saved model; plain: nothing"
    )
    return [Figure("CPU of a tracked run", ours, theirs, "s", at_most=1.03, inverse=False, note=note)]


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
