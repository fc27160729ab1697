"""The run store in a crowd: 8 processes that log every batch while 10 read as pages do, on one SQLite database."""

import json
import subprocess
import sys
import tempfile
from pathlib import Path

import numpy as np

from benchmarks.figure import Figure
from models.spec import ModelSpec
from pipelines.runs.store import RunStore
from pipelines.spec import RunSpec

ROOT = Path(__file__).resolve().parents[1]
WRITERS, READERS = 8, 10
EPOCHS, STEPS = 5, 100


def figures() -> list[Figure]:
    """Measure. Raises: RuntimeError where a point is lost, or one of the processes fails."""
    with tempfile.TemporaryDirectory() as folder:
        home = Path(folder)
        store = RunStore(home)
        uids = [store.create(RunSpec(name=f"run {i}", model=ModelSpec())).uid for i in range(WRITERS)]
        readers = [_start("read", home, ",".join(uids)) for _ in range(READERS)]
        writers = [_start("write", home, uid) for uid in uids]
        logged = [_told(writer) for writer in writers]
        for reader in readers:
            reader.stdin.close()  # it has read long enough
        read = [_told(reader) for reader in readers]
        lost = sum(_lost(store, uid) for uid in uids)
        store.close()
    if lost:
        raise RuntimeError(f"{lost} of {WRITERS * EPOCHS * (STEPS + 2)} points were lost")
    note = (
        f"{WRITERS} writers log each of {STEPS} batches in {EPOCHS} epochs, each in a transaction of its own, while "
        f"{READERS} readers poll; no point was lost and nothing failed"
    )
    return [
        _p95(f"{WRITERS} writers, {READERS} readers: log a batch, p95", logged, "batch_s", note),
        _p95("  log an epoch, p95", logged, "epoch_s", note),
        _p95("  poll the queue, p95", read, "pulse_s", note),
        _p95("  poll a curve, p95", read, "history_s", note),
        _p95("  read a per-batch curve, p95", read, "batches_s", note),
    ]


def _p95(name: str, told: list[dict[str, list[float]]], key: str, note: str) -> Figure:
    """One number a process."""
    return Figure(name, [float(np.quantile(process[key], 0.95)) for process in told], [], "s", note=note)


def _lost(store: RunStore, uid: str) -> int:
    history, batches = store.history([uid]), store.batch_history(uid)
    return abs(2 * EPOCHS - len(history)) + abs(EPOCHS * STEPS - int(batches["steps"].sum()))


def _start(part: str, home: Path, uids: str) -> subprocess.Popen[str]:
    return subprocess.Popen(
        [sys.executable, "-m", "benchmarks.store_crowd_work", part, str(home), uids],
        cwd=ROOT,
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        text=True,
    )


def _told(process: subprocess.Popen[str]) -> dict[str, list[float]]:
    out = process.stdout.read()
    if process.wait():
        raise RuntimeError(f"{process.args} failed")
    return json.loads(out)
