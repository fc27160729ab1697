"""`python -m pipelines.training RUN_UID`: train one run here and now, in the home that NETLOOM_HOME names."""

import argparse
import os
import socket
import sys

from models.errors import NetloomError
from pipelines.runs.facts import Run
from pipelines.runs.home import home_dir
from pipelines.runs.specs import spec_of
from pipelines.runs.store import RunStore
from pipelines.training.worker import train


def main(arguments: list[str] | None = None) -> int:
    """Train a run that is claimed, or claim one that waits. Exit status 0: finished, stopped or paused; 1: failed."""
    parser = argparse.ArgumentParser(prog="python -m pipelines.training", description=__doc__)
    parser.add_argument("run", metavar="RUN_UID")
    uid = parser.parse_args(arguments).run
    home = home_dir()
    store = RunStore(home)
    try:
        run = store.get(uid)
        if run.status == "queued" and not store.claim(run.uid, socket.gethostname(), _device(run)):
            raise NetloomError(f"Run {run.uid} was taken by somebody else a moment ago.")
        train(home, run.uid)
        run = store.get(run.uid)
    except NetloomError as error:
        print(error, file=sys.stderr)
        return 2
    finally:
        store.close()
    if run.status == "failed":
        print(run.error, file=sys.stderr)
    return 0 if run.status in ("finished", "stopped", "paused") else 1


def _device(run: Run) -> str:
    asked = spec_of(run).train.device
    return "cpu" if asked == "auto" else asked


if __name__ == "__main__":
    code = main()
    sys.stdout.flush()
    sys.stderr.flush()
    # Everything is written; threads of native code are not waited for.
    os._exit(code)
