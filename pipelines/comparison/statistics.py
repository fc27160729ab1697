"""Variants against their baseline: paired by seed, with intervals and p values that count every comparison made."""

import math
from collections.abc import Sequence
from dataclasses import asdict, dataclass

import numpy as np
import pandas as pd
from scipy import stats

from pipelines.comparison.measure import Measure, seed_of, values
from pipelines.comparison.variants import BASELINE, VARIANT_TAG
from pipelines.runs.facts import Run

_ROUNDING = 1e-9


@dataclass(frozen=True, slots=True)
class Paired:
    """Student's paired t test of some differences. NaN: the differences do not tell.

    Attributes:
        n: pairs. difference: their mean. low, high: its confidence interval. p: two-sided.
    """

    n: int
    difference: float = math.nan
    low: float = math.nan
    high: float = math.nan
    p: float = math.nan


@dataclass(frozen=True, slots=True)
class VariantResult:
    """How one variant did. Numbers are NaN where there are too few values for them.

    Attributes:
        variant: its name.
        n: finished runs with a value.
        failed: runs that ended without one, or that somebody stopped.
        waiting: runs that wait or train.
        mean, std: of the values, std with n - 1 in its denominator.
        paired: differences to the baseline, seed by seed (variant minus baseline); None for the baseline itself.
        p_adjusted: its p value after Holm's correction for the number of variants tested.
    """

    variant: str
    n: int
    failed: int
    waiting: int
    mean: float
    std: float
    paired: Paired | None = None
    p_adjusted: float = math.nan


@dataclass(frozen=True, slots=True)
class Comparison:
    """A study by one measure: the baseline first, then the variants in the order in which they were queued."""

    measure: Measure
    results: tuple[VariantResult, ...]

    def frame(self) -> pd.DataFrame:
        """One row a variant: variant, n, failed, waiting, mean, std, difference, low, high, p, p_adjusted, pairs."""
        rows = []
        for result in self.results:
            row = asdict(result)
            paired = row.pop("paired") or asdict(Paired(0))
            rows.append({**row, "pairs": paired.pop("n"), **paired})
        return pd.DataFrame(rows)


def compare(runs: Sequence[Run], history: pd.DataFrame, measure: Measure, confidence: float = 0.95) -> Comparison:
    """Compare the variants of a study with its baseline.

    Only finished runs count: a run that failed or was stopped by hand has no fair value. A seed that one side lacks
    leaves the pairs, not the means. Of several finished runs of one variant and seed the newest counts.

    Args:
        runs: with the tag `variant`, one of them `baseline`; runs without it take no part.
        history: as `RunStore.history` gives it for these runs.
        measure: what to compare by.
        confidence: of the intervals, in (0, 1). They are not widened for the number of variants; p_adjusted is.
    """
    runs = sorted((run for run in runs if VARIANT_TAG in run.tags), key=lambda run: (run.created_at, run.id))
    finished = [run for run in runs if run.status == "finished"]
    value_of = values(finished, history, measure)
    names = dict.fromkeys(run.tags[VARIANT_TAG] for run in runs)
    ordered = sorted(names, key=lambda name: name != BASELINE)
    by_seed: dict[str, dict[int, float]] = {name: {} for name in ordered}
    for run in finished:
        if run.uid in value_of.index:
            by_seed[run.tags[VARIANT_TAG]][seed_of(run)] = float(value_of[run.uid])
    base = by_seed.get(BASELINE, {})
    tests = {
        name: paired_test([found[seed] - base[seed] for seed in sorted(found.keys() & base.keys())], confidence)
        for name, found in by_seed.items()
        if name != BASELINE
    }
    adjusted = dict(zip(tests, holm([test.p for test in tests.values()]), strict=True))
    return Comparison(
        measure,
        tuple(_result(name, by_seed[name], runs, tests.get(name), adjusted.get(name, math.nan)) for name in ordered),
    )


def _result(
    name: str, by_seed: dict[int, float], runs: Sequence[Run], paired: Paired | None, p_adjusted: float
) -> VariantResult:
    found = np.array(list(by_seed.values()), dtype=float)
    mine = [run for run in runs if run.tags[VARIANT_TAG] == name]
    waiting = {seed_of(run) for run in mine if run.active} - by_seed.keys()
    failed = {seed_of(run) for run in mine} - by_seed.keys() - waiting
    return VariantResult(
        variant=name,
        n=len(found),
        failed=len(failed),
        waiting=len(waiting),
        mean=float(found.mean()) if len(found) else math.nan,
        std=float(found.std(ddof=1)) if len(found) > 1 else math.nan,
        paired=paired,
        p_adjusted=p_adjusted,
    )


def paired_test(differences: Sequence[float], confidence: float = 0.95) -> Paired:
    """Student's t test of the mean of paired differences against zero (scipy's ttest_rel, given the differences).

    One pair tells nothing of chance; nor do differences that are all the same, since the test takes its notion of
    chance from their spread and would call two equal differences certain. Both leave interval and p value NaN.

    Args:
        differences: finite values, one a pair.
        confidence: of the interval, in (0, 1).

    >>> paired_test([0.5])
    Paired(n=1, difference=0.5, low=nan, high=nan, p=nan)
    """
    found = np.asarray(differences, dtype=float)
    if not len(found):
        return Paired(0)
    mean = float(found.mean())
    if len(found) < 2 or np.ptp(found) <= _ROUNDING * max(np.abs(found).max(), _ROUNDING):
        return Paired(len(found), mean)
    test = stats.ttest_1samp(found, 0.0)
    interval = test.confidence_interval(confidence)
    return Paired(len(found), mean, float(interval.low), float(interval.high), float(test.pvalue))


def holm(p_values: Sequence[float]) -> list[float]:
    """Holm's step-down adjustment: keeps the chance of even one false finding below the level, whatever the tests.

    Args:
        p_values: in [0, 1]; NaN stands for a test that was not made, is not counted and stays NaN.

    Source: Holm (1979), A simple sequentially rejective multiple test procedure, Scandinavian Journal of Statistics 6.

    >>> holm([0.01, 0.04, 0.03])
    [0.03, 0.06, 0.06]
    """
    adjusted = [math.nan] * len(p_values)
    order = sorted((i for i, p in enumerate(p_values) if not math.isnan(p)), key=lambda i: p_values[i])
    largest = 0.0
    for rank, index in enumerate(order):
        largest = max(largest, min(1.0, (len(order) - rank) * p_values[index]))
        adjusted[index] = largest
    return adjusted
