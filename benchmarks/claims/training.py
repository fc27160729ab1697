"""Runs trained as the app trains them, each in a process of its own."""

import os
import subprocess
import sys
from collections.abc import Iterator, Mapping
from concurrent.futures import ThreadPoolExecutor, as_completed
from pathlib import Path

from benchmarks.claims.claim import Tried
from pipelines.runs.store import RunStore
from pipelines.spec import RunSpec

ROOT = Path(__file__).resolve().parents[2]


def train_all(home: Path, specs: Mapping[str, RunSpec], at_once: int) -> Iterator[tuple[str, Tried]]:
    """Train each of `specs`, and give each as it is done.

    Args:
        home: of a run store.
        specs: by a name for each.
        at_once: processes.

    Raises:
        RuntimeError: a run failed otherwise than by diverging, which says something of training too.
    """
    store = RunStore(home)
    try:
        uids = {name: store.create(spec).uid for name, spec in specs.items()}
        with ThreadPoolExecutor(at_once) as pool:
            waiting = {pool.submit(_train, home, uid): name for name, uid in uids.items()}
            for done in as_completed(waiting):
                name = waiting[done]
                run = store.get(uids[name])
                if run.status != "finished" and run.cause != "diverged":
                    raise RuntimeError(f"{name} {run.status}: {run.error} {done.result()[-800:]}")
                yield name, Tried(run, specs[name], store.history([run.uid]), home)
    finally:
        store.close()


def _train(home: Path, uid: str) -> str:
    """Train a run to its end; returns what its process said."""
    place = {"NETLOOM_HOME": str(home), "TF_CPP_MIN_LOG_LEVEL": "2"}
    command = [sys.executable, "-m", "pipelines.training", uid]
    ran = subprocess.run(command, cwd=ROOT, env=os.environ | place, capture_output=True, text=True, check=False)
    return ran.stderr
