"""Rows of two numbers as dots in a plane, of all splits."""

from dataclasses import dataclass

import numpy as np

from pipelines.data.preview.columns import values
from pipelines.data.preview.looked import Looked

_ROWS = 3_000


@dataclass(frozen=True, slots=True, eq=False)
class Points:
    """Rows by two of their numbers; those that lack one are left out.

    Attributes:
        x, y: float64 of shape `(rows,)`.
        rows: their int64 row numbers. splits: the split of each.
        labels: class ids, or None. numbers: the number to predict of each, or None.
        sampled: rows that were drawn, where those are not all; else 0.
    """

    x: np.ndarray
    y: np.ndarray
    rows: np.ndarray
    splits: np.ndarray
    labels: np.ndarray | None
    numbers: np.ndarray | None
    sampled: int


def points(looked: Looked, x: str, y: str) -> Points:
    """The rows by the columns `x` and `y`, either of which may be the target; each split has its share of the dots."""
    total = sum(map(len, looked.rows.values()))
    drawn = {
        split: looked.some(split, len(rows) if total <= _ROWS else max(1, round(_ROWS * len(rows) / total)))
        for split, rows in looked.rows.items()
    }
    rows = np.concatenate(list(drawn.values()))
    splits = np.repeat(list(drawn), [len(some) for some in drawn.values()])
    across, up = (values(looked, name, rows).to_numpy(np.float64) for name in (x, y))
    kept = np.isfinite(across) & np.isfinite(up)
    rows = rows[kept]
    return Points(
        x=across[kept],
        y=up[kept],
        rows=rows,
        splits=splits[kept],
        labels=None if looked.labels is None else looked.labels[rows],
        numbers=None if looked.numbers is None else looked.numbers[rows],
        sampled=sum(map(len, drawn.values())) if total > _ROWS else 0,
    )
