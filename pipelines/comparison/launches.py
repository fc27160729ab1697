"""Runs of one launch that differ in their seed alone: told together, by the mean over the seeds."""

import math
import re
from collections.abc import Sequence

import numpy as np
import pandas as pd
from scipy import stats

from pipelines.comparison.measure import Measure, seed_of, values
from pipelines.runs.facts import Run
from pipelines.seeds import SEEDS_TAG

LAUNCH_COLUMNS = ["launch", "n", "waiting", "mean", "std", "low", "high"]
_SEED_AT_END = re.compile(r",? seed \d+$")


def launches(runs: Sequence[Run]) -> dict[str, list[Run]]:
    """The runs of each launch of several seeds, by its name: what the names of its runs begin with.

    Args:
        runs: those of no such launch are left out. Of two launches of one name the second is called `name (2)`.
    """
    by_tag: dict[str, list[Run]] = {}
    for run in runs:
        if SEEDS_TAG in run.tags:
            by_tag.setdefault(run.tags[SEEDS_TAG], []).append(run)
    found: dict[str, list[Run]] = {}
    for together in by_tag.values():
        name = first = _SEED_AT_END.sub("", together[0].name)
        number = 2
        while name in found:
            name = f"{first} ({number})"
            number += 1
        found[name] = together
    return found


def over_seeds(runs: Sequence[Run], history: pd.DataFrame, measure: Measure, confidence: float = 0.95) -> pd.DataFrame:
    """The mean of a measure over the seeds of each launch, with Student's t interval of that mean.

    Only finished runs count: one that failed or was stopped has no fair value. Of several finished runs of one seed the
    newest counts.

    Args:
        runs: of any status.
        history: as `RunStore.history` gives it for these runs.
        measure: what to read.
        confidence: of the interval, in (0, 1).

    Returns:
        A row a launch: launch, n (seeds with a value), waiting (runs that wait or train), mean, std (n - 1 in its
        denominator), low, high. NaN where n is too small for a number.
    """
    rows = []
    for name, together in launches(runs).items():
        finished = sorted((run for run in together if run.status == "finished"), key=lambda run: run.id)
        found = values(list({seed_of(run): run for run in finished}.values()), history, measure).to_numpy()
        n = len(found)
        mean = float(found.mean()) if n else math.nan
        std = float(found.std(ddof=1)) if n > 1 else math.nan
        half = float(stats.t.ppf((1 + confidence) / 2, n - 1)) * std / np.sqrt(n) if n > 1 else math.nan
        waiting = sum(run.active for run in together)
        rows.append((name, n, waiting, mean, std, mean - half, mean + half))
    return pd.DataFrame(rows, columns=LAUNCH_COLUMNS)
