"""Runs as JSON and histories as CSV, as the command line prints them."""

import json
import math
import re
from collections.abc import Iterable
from dataclasses import asdict
from typing import Any

from pipelines.runs.facts import Run
from pipelines.runs.store import RunStore

HISTORY_COLUMNS = ["split", "name", "epoch", "step", "value", "time_s"]
MANY = 1000
_INSIDE = ("id", "spec_json", "pid", "pid_created", "heartbeat_at", "position", "spec_key")
_SERIES = re.compile(r"(?:(train|val|test) (.+)|best (train|val|test) (.+) (min|max))\Z")


def print_runs(store: RunStore, runs: Iterable[Run]) -> None:
    """One JSON object a line: the run, with the last, least and greatest value of each metric of each split."""
    runs = list(runs)
    metrics = _metrics(store, [run.uid for run in runs])
    for run in runs:
        print_json(as_json(run) | {"metrics": metrics.get(run.uid, {})})


def print_run(store: RunStore, run: Run) -> None:
    """One JSON object with everything known of a run: also its spec, its artifacts and its folder."""
    more = {
        "metrics": _metrics(store, [run.uid]).get(run.uid, {}),
        "folder": str(store.run_dir(run.uid)),
        "artifacts": [asdict(artifact) for artifact in store.artifacts(run.uid)],
        "spec": _spec(run),
    }
    print_json(as_json(run) | more)


def as_json(run: Run) -> dict[str, Any]:
    """A run's own facts; times in seconds since 1970, epochs counted from 0, progress.epoch the number finished."""
    return {key: value for key, value in asdict(run).items() if key not in _INSIDE}


def _spec(run: Run) -> Any:
    """The spec as JSON; as the text that it is where it is damaged."""
    try:
        return json.loads(run.spec_json)
    except ValueError:
        return run.spec_json


def print_json(value: dict[str, Any]) -> None:
    """One line of valid JSON."""
    print(json.dumps(value, allow_nan=False), flush=True)


def history_csv(store: RunStore, run: Run) -> str:
    """Every logged value of a run, with a header. Epochs count from 0; no value stands for NaN or an infinity."""
    return store.history([run.uid])[HISTORY_COLUMNS].to_csv(index=False)


def _metrics(store: RunStore, uids: list[str]) -> dict[str, dict[str, dict[str, dict[str, float | None]]]]:
    """uid -> split -> metric -> last, min, max."""
    found: dict[str, Any] = {uid: {} for uid in uids}
    # A database takes only so many names in one question.
    table = store.frame(uids=uids if len(uids) <= MANY else None)
    table = table[table["uid"].isin(uids)]
    for column in table.columns:
        series = _SERIES.match(column)
        if series is None:
            continue
        split, name, what = (series[1], series[2], "last") if series[1] else (series[3], series[4], series[5])
        for uid, value in zip(table["uid"], table[column], strict=True):
            known = None if value is None or math.isnan(value) else float(value)
            found[uid].setdefault(split, {}).setdefault(name, {})[what] = known
    return {uid: _only_logged(splits) for uid, splits in found.items()}


def _only_logged(splits: dict) -> dict:
    """Without the series of other runs that share the table."""
    kept = {
        split: {name: values for name, values in series.items() if any(v is not None for v in values.values())}
        for split, series in splits.items()
    }
    return {split: series for split, series in kept.items() if series}
