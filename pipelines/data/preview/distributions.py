"""How the values of one column are spread, in each split or each class."""

from dataclasses import dataclass
from typing import Literal

import numpy as np
import pandas as pd

from pipelines.data.preview.columns import column_types, values
from pipelines.data.preview.looked import Looked

_ROWS = 50_000  # of each split, at most, are looked at
_LEAST_BARS, _MOST_BARS, _WHOLE_NUMBERS, _CATEGORIES, _CLASSES = 10, 40, 25, 15, 8
OTHERS = "all others"
By = Literal["split", "class"]


@dataclass(frozen=True, slots=True, eq=False)
class Distribution:
    """How often what occurs.

    Attributes:
        column: its name.
        kind: `numbers` and `dates` (classes between edges) or `categories`.
        edges: of numbers, float64, and of dates, datetime64, one more than there are classes; None for categories.
        categories: the most frequent first; empty for others.
        groups: a split (`train`, `val`, `test`) or a class name -> share of its values in each class, summing to 1.
        sampled: rows that were looked at, where those are not all; else 0.
    """

    column: str
    kind: Literal["numbers", "dates", "categories"]
    edges: np.ndarray | None
    categories: tuple[str, ...]
    groups: dict[str, np.ndarray]
    sampled: int


def distribution(looked: Looked, column: str, by: By = "split") -> Distribution:
    """The distribution of an input column, or of the target.

    Args:
        looked: what is looked at.
        column: a name of `frame`, or the target's.
        by: `split`: a group a split. `class`: of the training rows, a group a class, the most frequent ones.
    """
    splits = ("train",) if by == "class" else tuple(looked.rows)
    rows = {split: looked.some(split, _ROWS) for split in splits}
    found = {split: values(looked, column, chosen) for split, chosen in rows.items()}
    seen = sum(map(len, rows.values()))
    sampled = seen if seen < sum(len(looked.rows[split]) for split in splits) else 0
    groups = dict(found) if by == "split" else _by_class(looked, found["train"], rows["train"])
    every = pd.concat(list(found.values()))
    kind = column_types(looked).get(column)
    if kind in ("categorical", "text") or not (_is_number(every) or _is_date(every)):
        return _of_categories(column, every, groups, sampled)
    if _is_date(every):
        days = {name: _days(part) for name, part in groups.items()}
        edges = _edges(_days(every), _smallest(groups))
        shares = {name: _shares(part, edges) for name, part in days.items()}
        moments = np.datetime64("1970-01-01", "s") + (edges * 86_400).astype("timedelta64[s]")
        return Distribution(column, "dates", moments, (), shares, sampled)
    edges = _edges(every.to_numpy(np.float64), _smallest(groups))
    shares = {name: _shares(part.to_numpy(np.float64), edges) for name, part in groups.items()}
    return Distribution(column, "numbers", edges, (), shares, sampled)


def distributed(looked: Looked) -> list[str]:
    """The columns whose distribution can be drawn: the target's first, no texts."""
    y = looked.data.y
    target = [looked.source.target_name] if isinstance(y, np.ndarray) and y.ndim == 1 else []
    return target + [name for name, kind in column_types(looked).items() if kind != "text"]


def _by_class(looked: Looked, column: pd.Series, rows: np.ndarray) -> dict[str, pd.Series]:
    if looked.labels is None:
        raise ValueError("rows without a class cannot be told apart by it")
    ids = looked.labels[rows]
    often = np.bincount(ids, minlength=len(looked.source.class_names))
    most = np.sort(np.argsort(-often, kind="stable")[:_CLASSES])
    return {looked.source.class_names[label]: column[ids == label] for label in most if often[label]}


def _is_number(values: pd.Series) -> bool:
    return pd.api.types.is_numeric_dtype(values.dtype)


def _is_date(values: pd.Series) -> bool:
    return pd.api.types.is_datetime64_any_dtype(values.dtype)


def _days(values: pd.Series) -> np.ndarray:
    present = values.dropna()
    return (present - pd.Timestamp("1970-01-01")).dt.total_seconds().to_numpy() / 86_400


def _smallest(groups: dict[str, pd.Series]) -> int:
    return min((int(part.count()) for part in groups.values()), default=0)


def _edges(values: np.ndarray, smallest: int) -> np.ndarray:
    """Edges of equally wide classes: one a whole number where those are few, else after Freedman and Diaconis.

    Few enough that the smallest group, of so many values, is no comb.
    """
    values = values[np.isfinite(values)]
    if not len(values):
        return np.array([0.0, 1.0])
    low, high = values.min(), values.max()
    if (values == np.rint(values)).all() and high - low <= _WHOLE_NUMBERS:
        return np.arange(low, high + 2) - 0.5
    spread = np.subtract(*np.quantile(values, [0.75, 0.25]))
    width = 2 * spread / len(values) ** (1 / 3)
    wanted = int(min((high - low) / width, _MOST_BARS)) if width > 0 else _MOST_BARS
    most = max(_LEAST_BARS, int(2 * smallest**0.5))
    return np.histogram_bin_edges(values, min(max(wanted, 2 * _LEAST_BARS), most), (low, high))


def _shares(values: np.ndarray, edges: np.ndarray) -> np.ndarray:
    counts = np.histogram(values[np.isfinite(values)], edges)[0]
    return counts / max(1, counts.sum())


def _of_categories(column: str, every: pd.Series, groups: dict[str, pd.Series], sampled: int) -> Distribution:
    counts = every.value_counts()
    names = [str(name) for name in counts.index[:_CATEGORIES]]
    more = len(counts) > _CATEGORIES
    shares = {}
    for group, part in groups.items():
        of_group = part.value_counts()
        found = of_group.reindex(counts.index[:_CATEGORIES]).fillna(0).to_numpy(np.float64)
        if more:
            found = np.append(found, of_group.sum() - found.sum())
        shares[group] = found / max(1, of_group.sum())
    return Distribution(column, "categories", None, (*names, OTHERS) if more else tuple(names), shares, sampled)
