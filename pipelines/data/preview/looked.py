"""`Looked`: the raw rows of a DataSpec and the split that each went to, which everything else here looks at."""

import math
from dataclasses import dataclass
from typing import Literal

import numpy as np
import pandas as pd

from pipelines.data.encoding.fit_encoding import task_of
from pipelines.data.images.files import ImageFiles
from pipelines.data.registry import source_of
from pipelines.data.source import RawData, Source
from pipelines.data.spec import DataSpec, Task
from pipelines.data.splitting import share_out
from pipelines.runs.facts import Split


@dataclass(frozen=True, slots=True, eq=False)
class Looked:
    """Raw rows, shared out. Treat them as read-only.

    Attributes:
        spec: as asked for.
        source: what is known of the data set.
        task: what is asked of the network.
        data: all rows.
        rows: by split, int64 row numbers of `data`.
    """

    spec: DataSpec
    source: Source
    task: Task
    data: RawData
    rows: dict[Split, np.ndarray]

    @property
    def labels(self) -> np.ndarray | None:
        """Class ids of all rows, shape `(rows,)`, also where inputs are reconstructed. None: there are none."""
        y = self.data.y
        if isinstance(y, np.ndarray) and y.ndim == 1 and y.dtype.kind in "iu" and self.source.class_names:
            return y
        return None

    @property
    def numbers(self) -> np.ndarray | None:
        """The number to predict of all rows, float of shape `(rows,)`; None where there is not just one."""
        y = self.data.y
        return y if isinstance(y, np.ndarray) and y.ndim == 1 and y.dtype.kind == "f" else None

    @property
    def table(self) -> pd.DataFrame | None:
        """The inputs as a table, where they come as one; else None."""
        return None if isinstance(self.data.x, np.ndarray | ImageFiles) else self.data.x

    @property
    def names(self) -> list[str]:
        """Of the input columns of a table or of flat arrays."""
        if self.table is not None:
            return list(self.table)
        count, names = self.flat.shape[1], self.source.feature_names
        return list(names) if len(names) == count else numbered(count)

    @property
    def flat(self) -> np.ndarray:
        """The inputs as an array of shape `(rows, features)`, where they come as an array."""
        x = self.data.x
        if not isinstance(x, np.ndarray):
            raise TypeError(f"images have no columns. Received: x of type {type(x).__name__}")
        return x.reshape(len(x), math.prod(x.shape[1:]))

    def some(self, split: Split, count: int) -> np.ndarray:
        """At most `count` row numbers of a split, drawn at random but the same each time, ascending."""
        return draw(self.rows[split], count)

    def files(self, what: Literal["x", "y"] = "x") -> ImageFiles:
        """Image files, or masks, where they are what is looked at."""
        values = self.data.x if what == "x" else self.data.y
        if not isinstance(values, ImageFiles):
            raise TypeError(f"only image files are read one by one. Received: {type(values).__name__}")
        return values

    def frame(self, rows: np.ndarray) -> pd.DataFrame:
        """The inputs of these rows, a column a feature, indexed by row number. For tables, texts and flat arrays."""
        index, names = pd.Index(rows, name="row"), self.names
        if self.table is not None:
            return self.table.iloc[rows].set_axis(index, axis=0)
        return pd.DataFrame(self.flat[rows], index, names)

    def column(self, name: str, rows: np.ndarray) -> np.ndarray:
        """The values of one input column of these rows, without a copy of the others."""
        if self.table is not None:
            return self.table[name].to_numpy()[rows]
        return self.flat[rows, self.names.index(name)]


def look_at(spec: DataSpec, data: RawData | None = None) -> Looked:
    """Reads and splits the data that `spec` names.

    Args:
        spec: what to look at.
        data: all its rows, where they have been read before.

    Raises:
        NetloomError: the data is not on this machine, is damaged, or cannot be split as asked.
    """
    source = source_of(spec.source)
    data = source.read() if data is None else data
    return Looked(spec, source, task_of(spec, source), data, share_out(spec, source, data))


def draw(rows: np.ndarray, count: int) -> np.ndarray:
    """At most `count` of `rows`, at random but the same each time, ascending.

    >>> draw(np.arange(3), 5)
    array([0, 1, 2])
    """
    if len(rows) > count:
        rows = np.random.default_rng(0).choice(rows, count, replace=False)
    return np.sort(rows)


def numbered(count: int, word: str = "feature") -> list[str]:
    """Names for what has none.

    >>> numbered(2)
    ['feature 1', 'feature 2']
    """
    return [f"{word} {number}" for number in range(1, count + 1)]
