"""The work that both stores do, and how each is asked to do it. Runs in either virtual environment."""

import json
import sys
import time
from collections.abc import Callable
from pathlib import Path

import pandas as pd

NUM_RUNS, NUM_EPOCHS, NUM_READ = 1_000, 100, 20
SERIES = [("train", "loss"), ("train", "accuracy"), ("val", "loss"), ("val", "accuracy")]


def value(run: int, epoch: int, series: int) -> float:
    """A curve that falls, different for each run; the same on both sides."""
    return (series + 1) / (1 + epoch) + run / NUM_RUNS


def serve(prepare: Callable[[Path], tuple[Callable[[], pd.DataFrame], Callable[[], pd.DataFrame]]]) -> None:
    """Fill a store in the folder named on the command line; then, for each line on stdin, read it and tell how long.

    Args:
        prepare: folder -> (list all runs, read the histories of NUM_READ runs), each giving a DataFrame.
    """
    list_runs, read_histories = prepare(Path(sys.argv[1]))
    _say({"ready": True})
    for _ in sys.stdin:
        start = time.perf_counter()
        listed = list_runs()
        between = time.perf_counter()
        read = read_histories()
        end = time.perf_counter()
        _say({"list_s": between - start, "read_s": end - between, "runs": len(listed), "points": len(read),
              "sum": round(float(read["value"].sum()), 6)})  # fmt: skip


def _say(message: dict) -> None:
    print(json.dumps(message), flush=True)
