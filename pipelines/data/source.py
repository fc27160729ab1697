"""What every data source tells of itself: what is known before its rows are wanted, and how to read them."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from typing import Literal

import numpy as np
import pandas as pd

from pipelines.data.images.files import ImageFiles
from pipelines.data.spec import Task
from pipelines.runs.facts import Split

DataKind = Literal["image", "table", "text"]
RawRows = np.ndarray | pd.DataFrame | ImageFiles


@dataclass(frozen=True, slots=True, eq=False)
class RawData:
    """All rows of a data set, as they come.

    Attributes:
        x: one of: an array of shape `(rows, *Source.input_shape)`; a DataFrame, one column an input column (numbers
            float64 with NaN where missing, dates datetime64 with NaT, categories and texts str objects with None); or
            ImageFiles, decoded when they are wanted.
        y: int64 class ids of shape `(rows,)`; float32 `(rows,)` or `(rows, targets)` for regression; float32 0/1 of
            shape `(rows, labels)` for multilabel; ImageFiles of masks for segmentation; None where inputs are
            reconstructed.
        keys: the columns that a split may go by, one row a row of x; None: there are none.
    """

    x: RawRows
    y: np.ndarray | ImageFiles | None
    keys: pd.DataFrame | None = None


@dataclass(frozen=True, slots=True)
class Source:
    """One data set.

    Attributes:
        name: as in the DataSpec, or the file's.
        title: as people know it.
        kind: `image` (rows are height x width x channels), `table` (rows are features) or `text` (one text a row).
        tasks: what can be asked of it, the first where nothing else is said.
        input_shape: of one row as read: `(height, width, channels)`, None where sizes differ; `(features,)`; `()` for
            a DataFrame.
        class_names: by class id, or by label for multilabel; empty for regression.
        feature_names: names of the columns, in order; empty for images.
        target_name: what the class or the number means, with its unit where it has one.
        dtype: of x as read: `uint8` or `float32`; `table` for a DataFrame.
        num_rows: rows in all, those of its own splits included.
        own: row numbers of the splits that the set brings, in order; a split that is not there is drawn from `train`,
            which is every other row.
        ignore_class: of masks; None: every pixel counts.
        num_targets: numbers that regression predicts for a row.
        read: gives all rows. The order of the rows never changes. Raises NetloomError where the data is missing.
        code: standalone Python lines, imports first, after which `x` and `y` are what `read` returns; `keras` and
            `np` are there already. Exported scripts begin with them.
        notes: one or two sentences on what it is and where it comes from.
        licence: what its makers allow, as far as they say.
    """

    name: str
    title: str
    kind: DataKind
    tasks: tuple[Task, ...]
    input_shape: tuple[int | None, ...]
    target_name: str
    dtype: Literal["uint8", "float32", "table"]
    num_rows: int
    read: Callable[[], RawData]
    code: str
    notes: str
    licence: str
    class_names: tuple[str, ...] = ()
    feature_names: tuple[str, ...] = ()
    own: Mapping[Split, np.ndarray] = field(default_factory=dict)
    ignore_class: int | None = None
    num_targets: int = 1


def taken(rows: RawRows, order: np.ndarray) -> RawRows:
    """The rows of these numbers, in this order: a copy, but for image files."""
    if isinstance(rows, ImageFiles):
        return rows.take(order)
    return rows[order] if isinstance(rows, np.ndarray) else rows.iloc[order]
