"""A real process that does as a training worker does, without keras. The run's tag `do` says how it behaves.

As a program: `python tiny_worker.py UID`, with NETLOOM_HOME set.
"""

import os
import signal
import sys
import time
from pathlib import Path

import psutil

from pipelines.runs.facts import MetricPoint, Progress
from pipelines.runs.store import RunStore


def train(home: Path, uid: str) -> None:
    store = RunStore(home)
    run = store.get(uid)
    do = run.tags.get("do", "finish")
    print(f"tiny worker: {do}, attempt {run.attempt}, leader {os.getsid(0) == os.getpid()}", flush=True)
    print(f"backend {os.environ.get('KERAS_BACKEND')}, program {__name__ == '__main__'}", flush=True)
    if do == "hang at start" or (do == "hang when forked" and __name__ != "__main__"):
        time.sleep(60)
    store.started(uid, os.getpid(), psutil.Process().create_time())
    if do == "crash" or (do == "crash once" and run.attempt == 1):
        os.kill(os.getpid(), signal.SIGSEGV)
    if do == "leave":
        os._exit(3)
    for epoch in range(1 if do in ("finish", "linger") else 600):
        progress = Progress(epoch=epoch + 1, epochs=600)
        request = store.log_epoch(uid, [MetricPoint("loss", "train", epoch, epoch, 1.0)], progress)
        if request in ("stop", "pause") and do not in ("ignore", "beat on"):
            store.finish(uid, "stopped" if request == "stop" else "paused")
            return
        if do == "ignore":
            time.sleep(60)
        time.sleep(0.05)
    store.finish(uid, "finished")
    if do == "linger":
        time.sleep(60)


if __name__ == "__main__":
    train(Path(os.environ["NETLOOM_HOME"]), sys.argv[1])
