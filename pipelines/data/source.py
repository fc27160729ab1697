"""What every data source tells of itself: what is known before it is read, and how to read it."""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Literal

import numpy as np

from pipelines.spec import Task

DataKind = Literal["image", "table"]


@dataclass(frozen=True, slots=True)
class Source:
    """One data set.

    Attributes:
        name: as in the DataSpec.
        title: as people know it.
        kind: `image` (rows are height x width x channels) or `table` (rows are features).
        task: what is predicted.
        input_shape: of one row, `(height, width, channels)` or `(features,)`.
        class_names: by class id; empty for regression.
        feature_names: in column order; empty for images.
        target_name: what the class or the number means, with its unit where it has one.
        dtype: of x as read: `uint8` or `float32`.
        num_rows: rows in all, the test rows of its own included.
        num_test_rows: the last so many rows are a test split of its own; 0: it has none.
        read: returns `(x, y)`: x of shape `(num_rows, *input_shape)` and `dtype`; y of shape `(num_rows,)`, int64
            class ids or float32. The order of the rows never changes. Raises NetloomError where the data is missing.
        code: standalone Python lines, imports first, after which `x` and `y` are what `read` returns; `keras` and
            `np` are there already. Exported scripts begin with them.
        notes: one or two sentences on what it is and where it comes from.
        licence: what its makers allow, as far as they say.
    """

    name: str
    title: str
    kind: DataKind
    task: Task
    input_shape: tuple[int, ...]
    target_name: str
    dtype: Literal["uint8", "float32"]
    num_rows: int
    read: Callable[[], tuple[np.ndarray, np.ndarray]]
    code: str
    notes: str
    licence: str
    class_names: tuple[str, ...] = ()
    feature_names: tuple[str, ...] = ()
    num_test_rows: int = 0
