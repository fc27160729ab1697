"""How the numbers of a table go together, the target among them."""

from dataclasses import dataclass
from typing import Literal

import numpy as np
import pandas as pd

from pipelines.data.preview.columns import column_types, target_names
from pipelines.data.preview.looked import Looked

_ROWS = 20_000  # training rows that are looked at, at most
_COLUMNS = 40
_CLASSES = 6
_MOST_VALUES = 200_000
Method = Literal["pearson", "spearman"]


@dataclass(frozen=True, slots=True, eq=False)
class Correlation:
    """How columns go together.

    Attributes:
        table: square, in [-1, 1], the names on both sides; empty where there are not two columns that change.
        num_targets: the last so many columns are the target's.
        left_out: numeric columns that are not among them because there are too many.
    """

    table: pd.DataFrame
    num_targets: int
    left_out: int

    def strongest(self, most: int = 3) -> list[tuple[str, str, float]]:
        """The pairs of different columns that go together most, the strongest first; not two of the target."""
        values, names = self.table.to_numpy(), list(self.table.columns)
        first, second = np.triu_indices(len(names), 1)
        inputs = first < len(names) - self.num_targets
        first, second = first[inputs], second[inputs]
        order = np.argsort(-np.nan_to_num(np.abs(values[first, second])), kind="stable")[:most]
        return [(names[first[at]], names[second[at]], float(values[first[at], second[at]])) for at in order]


def correlation(looked: Looked, method: Method = "pearson") -> Correlation:
    """Correlation of each numeric column with each other, in [-1, 1], over training rows where both are known.

    The target is one of them: a number, or, for classes, 1 for rows of the class and 0 for others (for two classes, of
    the second). A column that never changes is left out. Of many columns, those are kept that go with the target most.

    Args:
        looked: what is looked at.
        method: `pearson` measures straight lines, `spearman` (of ranks) whatever rises or falls.
    """
    names = [name for name, kind in column_types(looked).items() if kind == "numeric"]
    many = max(1, len(names))
    rows = looked.some("train", min(_ROWS, max(500, _MOST_VALUES * 20 // many)))
    inputs = looked.frame(rows)[names].astype(np.float64)
    target = _target(looked, rows)
    inputs = inputs.drop(columns=[name for name in target.columns if name in inputs])
    inputs, target = _varying(inputs), _varying(target)
    left_out = max(0, len(inputs.columns) - _COLUMNS)
    if left_out:
        inputs = inputs[_most_telling(inputs, target)]
    both = pd.concat([inputs, target], axis=1)
    table = both.corr(method=method) if len(both.columns) > 1 else pd.DataFrame()
    return Correlation(table, len(target.columns), left_out)


def _target(looked: Looked, rows: np.ndarray) -> pd.DataFrame:
    y, names, title = looked.data.y, looked.source.class_names, looked.source.target_name
    index = pd.Index(rows, name="row")
    if looked.labels is not None:
        ids = looked.labels[rows]
        if len(names) == 2:
            return pd.DataFrame({f"{title} = {names[1]}": ids == 1}, index).astype(np.float64)
        shown = range(len(names)) if len(names) <= _CLASSES else ()
        return pd.DataFrame({f"{title} = {names[label]}": ids == label for label in shown}, index).astype(np.float64)
    if not isinstance(y, np.ndarray):
        return pd.DataFrame(index=index)
    values = y[rows].astype(np.float64)
    return pd.DataFrame({title: values}, index) if y.ndim == 1 else pd.DataFrame(values, index, target_names(looked))


def _varying(frame: pd.DataFrame) -> pd.DataFrame:
    return frame.loc[:, (frame.max() > frame.min()).to_numpy(dtype=bool)]


def _most_telling(inputs: pd.DataFrame, target: pd.DataFrame) -> list[str]:
    """The columns that go with the target most, in their own order; with no target, the first ones."""
    if target.empty or not len(target.columns):
        return list(inputs.columns[:_COLUMNS])
    of_target = np.column_stack([inputs.corrwith(column).abs().fillna(0) for _, column in target.items()]).max(axis=1)
    return list(inputs.columns[np.sort(np.argsort(-of_target, kind="stable")[:_COLUMNS])])
