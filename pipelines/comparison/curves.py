"""Mean learning curves over seeds, each with a 95 % band."""

from collections.abc import Mapping, Sequence

import numpy as np
import pandas as pd
from scipy import stats

from pipelines.comparison.measure import Measure
from pipelines.comparison.variants import VARIANT_TAG
from pipelines.runs.facts import Run

CURVE_COLUMNS = ["variant", "epoch", "n", "mean", "low", "high"]


def mean_curves(
    runs: Sequence[Run],
    history: pd.DataFrame,
    measure: Measure,
    confidence: float = 0.95,
    variant_of: Mapping[str, str] | None = None,
) -> pd.DataFrame:
    """The mean of each variant's curves at each epoch, with Student's t interval of that mean.

    Early stopping ends seeds at different epochs. A mean over those that are left would be a mean over the slow (or
    the lucky) ones, and would jump where one leaves: so a variant's mean ends with its shortest curve. What the others
    did later shows in their own curves. Runs that failed or were lost take no part, nor do those without a point yet.

    A curve of several points an epoch counts by the last of each. The band is pointwise: it holds for one epoch at a
    time, not for the whole curve at once.

    Args:
        runs: those that are of no variant take no part.
        history: as `RunStore.history` gives it for these runs.
        measure: which metric on which split.
        confidence: of the band, in (0, 1).
        variant_of: the variant that each run is one of, by uid; None: what its tag `variant` says.

    Returns:
        Columns variant, epoch (0-based), n (curves), mean, low, high. low and high are NaN for n = 1, and all three
        where a curve holds a NaN.
    """
    if variant_of is None:
        variant_of = {run.uid: run.tags[VARIANT_TAG] for run in runs if VARIANT_TAG in run.tags}
    ended_well = {run.uid for run in runs if run.status not in ("failed", "lost")}
    points = history[(history["name"] == measure.name) & (history["split"] == measure.split)]
    points = points[points["run"].isin(ended_well)].drop_duplicates(["run", "epoch"], keep="last")  # they are by step
    points = points.assign(variant=points["run"].map(dict(variant_of))).dropna(subset=["variant"])
    parts = [_mean_curve(str(variant), curves, confidence) for variant, curves in points.groupby("variant", sort=False)]
    if not parts:
        return pd.DataFrame(columns=CURVE_COLUMNS)
    return pd.concat(parts, ignore_index=True)


def _mean_curve(variant: str, points: pd.DataFrame, confidence: float) -> pd.DataFrame:
    """points: columns run, epoch, value of the n runs of one variant."""
    last_epoch = points.groupby("run")["epoch"].max().min()
    points = points[points["epoch"] <= last_epoch]
    table = points.pivot(index="epoch", columns="run", values="value").sort_index()
    values = table.to_numpy()  # (epochs, n)
    n = values.shape[1]
    mean = values.mean(axis=1)
    half = np.full(len(mean), np.nan)
    if n > 1:
        half = stats.t.ppf((1 + confidence) / 2, n - 1) * values.std(axis=1, ddof=1) / np.sqrt(n)
    return pd.DataFrame(
        {"variant": variant, "epoch": table.index, "n": n, "mean": mean, "low": mean - half, "high": mean + half}
    )
