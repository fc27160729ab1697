"""One of the crowd: `python -m benchmarks.store_crowd_work write HOME UID`, or `read HOME UID,UID` till stdin ends."""

import json
import os
import sys
import threading
import time
from collections import defaultdict
from pathlib import Path

from benchmarks.store_crowd import EPOCHS, STEPS
from pipelines.runs.batch_curve import BatchCurve
from pipelines.runs.facts import MetricPoint, Progress
from pipelines.runs.store import RunStore

POLL_S = 0.05


def _write(store: RunStore, uid: str, took: dict[str, list[float]]) -> None:
    """Every batch in a transaction of its own: far more often than a worker, which does it with its heartbeat."""
    curve, pid = BatchCurve(), os.getpid()
    store.claim(uid, "here", "cpu")
    store.started(uid, pid, 1.0)
    for epoch in range(EPOCHS):
        for step in range(epoch * STEPS + 1, (epoch + 1) * STEPS + 1):
            curve.add(step, 1, 1 / step)
            start = time.perf_counter()
            store.log_batches(uid, *curve.take(), pid=pid)
            took["batch_s"].append(time.perf_counter() - start)
        start = time.perf_counter()
        points = [MetricPoint("loss", split, epoch, step, 1 / step) for split in ("train", "val")]
        store.log_epoch(uid, points, Progress(epoch=epoch + 1, epochs=EPOCHS), pid=pid)
        took["epoch_s"].append(time.perf_counter() - start)
    store.finish(uid, "finished", pid=pid)


def _read(store: RunStore, uids: list[str], took: dict[str, list[float]]) -> None:
    """What a page of live curves asks, and what its watch on every page does."""
    ended, seen = threading.Event(), 0
    threading.Thread(target=lambda: (sys.stdin.read(), ended.set()), daemon=True).start()
    while not ended.wait(POLL_S):
        start = time.perf_counter()
        store.pulse()
        pulse = time.perf_counter()
        points = store.history(uids, after_step=seen)
        history = time.perf_counter()
        store.batch_history(uids[len(took["pulse_s"]) % len(uids)])
        end = time.perf_counter()
        if len(points):
            seen = int(points.groupby("run")["step"].max().min())
        took["pulse_s"].append(pulse - start)
        took["history_s"].append(history - pulse)
        took["batches_s"].append(end - history)


def main(part: str, home: str, uids: str) -> None:
    """Do one part, then tell the seconds that each call took."""
    took: dict[str, list[float]] = defaultdict(list)
    store = RunStore(Path(home))
    if part == "write":
        _write(store, uids, took)
    else:
        _read(store, uids.split(","), took)
    store.close()
    print(json.dumps(took))


if __name__ == "__main__":
    main(*sys.argv[1:])
