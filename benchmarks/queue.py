"""Many short runs: the queue on two slots against the same number of cold scripts, two at a time."""

import heapq
import tempfile
import time
from collections.abc import Sequence
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

from benchmarks import plain_script
from benchmarks.figure import Figure
from benchmarks.supervised import finished, supervised
from pipelines.examples import EXAMPLES
from pipelines.launch.submit import submit_all
from pipelines.runs.facts import Run
from pipelines.runs.store import RunStore
from pipelines.spec import RunSpec

RUNS = 50
SLOTS = 2
TIMEOUT_S = 1800
MOST_IDLE_S = 1.0


def figures() -> list[Figure]:
    """Measure both sides, one after the other: each keeps the machine busy for itself."""
    spec = EXAMPLES["digits-cnn"]
    spec = spec.replace(train=spec.train.replace(epochs=1, early_stopping=None, device="cpu"))
    with tempfile.TemporaryDirectory() as folder:
        with supervised(Path(folder) / "home") as store:
            store.set_setting("slots.cpu", SLOTS)
            ours, runs = _queued(store, spec)
        theirs = _cold(plain_script.written(spec, Path(folder)))
    note = "digits-cnn, one epoch, CPU; ours from submit() with a warm supervisor, saved models and test included"
    idle = idle_s(runs, SLOTS)
    return [
        Figure(f"{RUNS} queued runs on {SLOTS} slots", [ours], [theirs], "s", at_least=3,
               note=f"{note}; theirs are {RUNS} cold scripts, {SLOTS} at a time"),
        Figure("  longest idle slot", [max(idle)], [MOST_IDLE_S], "s", at_most=1, inverse=False,
               note="from a run's last word to the first one of the next on its slot; theirs is what is allowed"),
        Figure("  idle slot", idle, [], "s", note="the same of every run"),
    ]  # fmt: skip


def idle_s(runs: Sequence[Run], slots: int) -> list[float]:
    """Seconds that a slot was empty before each run that followed another one there.

    Args:
        runs: that have ended.
        slots: how many there were. Each run is taken to have started on the one that was empty for the longest.
    """
    free: list[float] = []
    idle: list[float] = []
    for run in sorted(runs, key=lambda run: run.started_at or 0):
        if len(free) == slots:
            idle.append((run.started_at or 0) - heapq.heappop(free))
        heapq.heappush(free, run.ended_at or 0)
    return idle


def _queued(store: RunStore, spec: RunSpec) -> tuple[float, list[Run]]:
    finished(store, submit_all(store, [spec])[0].uid)  # the first fork of a forkserver is slower
    start = time.time()
    queued = submit_all(store, [spec] * RUNS)
    runs = [finished(store, run.uid, TIMEOUT_S) for run in queued]
    return max(run.ended_at or 0 for run in runs) - start, runs


def _cold(script: Path) -> float:
    plain_script.run(script)  # compiles bytecode, and fills the disk's caches
    start = time.monotonic()
    with ThreadPoolExecutor(SLOTS) as pool:
        list(pool.map(plain_script.run, [script] * RUNS))
    return time.monotonic() - start
