"""Sharing rows out to train, val and test: seeded, and stratified where classes should keep their shares."""

from collections.abc import Sequence

import numpy as np
from sklearn.model_selection import train_test_split

from models.errors import NetloomError
from pipelines.data.source import RawData, Source
from pipelines.data.spec import DataSpec, SplitSpec
from pipelines.runs.facts import Split


def own_splits(spec: SplitSpec, source: Source) -> tuple[Split, ...]:
    """The splits that the data set brings and the spec keeps."""
    return tuple(source.own) if spec.own else ()


def row_counts(spec: DataSpec, source: Source) -> dict[Split, int]:
    """How many rows each split will have. Raises: as `share_out`."""
    return split_sizes(source.num_rows, len(source.own.get("test", ())), spec.split)


def share_out(spec: DataSpec, source: Source, data: RawData) -> dict[Split, np.ndarray]:
    """Which rows of `data` go to which split: int64 row numbers, disjoint and complete (but for `train_rows`).

    Raises:
        NetloomError: too few rows, too few of a class to stratify, or a column that cannot be split by.
    """
    labels = data.y if source.class_names and isinstance(data.y, np.ndarray) and data.y.ndim == 1 else None
    num_test = len(source.own.get("test", ())) if spec.split.own else 0
    return split_rows(spec.split, source.num_rows, num_test, labels, source.class_names)


def split_sizes(num_rows: int, num_test_rows: int, spec: SplitSpec) -> dict[Split, int]:
    """How many rows each split gets: shares rounded to the nearest row, and one row at least.

    Args:
        num_rows: rows in all.
        num_test_rows: the last so many rows are a test split of the data set's own; 0: it has none. With one, the
            spec's test share is ignored and its val share is of the other rows.
        spec: the shares.

    Raises:
        NetloomError: too few rows for three splits.

    >>> split_sizes(1797, 0, SplitSpec())
    {'train': 1257, 'val': 270, 'test': 270}
    """
    free = num_rows - num_test_rows
    val = max(1, round(free * spec.val))
    test = num_test_rows or max(1, round(free * spec.test))
    train = num_rows - val - test
    if train < 1:
        raise NetloomError(
            f"The data has too few rows to share out: {num_rows} rows leave none to train on.",
            "Take smaller shares for validation and test, or more rows.",
        )
    return {"train": train, "val": val, "test": test}


def split_rows(
    spec: SplitSpec, num_rows: int, num_test_rows: int = 0, labels: np.ndarray | None = None,
    class_names: Sequence[str] = (),
) -> dict[Split, np.ndarray]:  # fmt: skip
    """Which rows go to which split: disjoint, complete, shuffled, and the same for the same arguments.

    The test rows depend on the seed and the test share alone, so changing the val share leaves the test untouched.

    Args:
        spec: shares, seed, and whether to stratify.
        num_rows: rows in all.
        num_test_rows: the last so many rows are the test split, in their order; 0: the test is drawn.
        labels: class ids of shape `(num_rows,)` to stratify by; None where there are no classes.
        class_names: by class id, for messages.

    Returns:
        Row numbers by split: int64 arrays of the lengths that `split_sizes` gives.

    Raises:
        NetloomError: too few rows, or too few rows of a class to stratify.
    """
    sizes = split_sizes(num_rows, num_test_rows, spec)
    stratify_by = labels if spec.stratify else None
    remaining = np.arange(num_rows - num_test_rows, dtype=np.int64)
    if num_test_rows:
        test = np.arange(num_rows - num_test_rows, num_rows, dtype=np.int64)
    else:
        remaining, test = _divide(remaining, sizes["test"], spec.seed, stratify_by, class_names)
    train, val = _divide(remaining, sizes["val"], spec.seed, stratify_by, class_names)
    return {"train": train, "val": val, "test": test}


def _divide(
    rows: np.ndarray, num_second: int, seed: int, labels: np.ndarray | None, class_names: Sequence[str]
) -> tuple[np.ndarray, np.ndarray]:
    strata = None if labels is None else labels[rows]
    if strata is not None:
        _refuse_thin_classes(strata, min(num_second, len(rows) - num_second), class_names)
    first, second = train_test_split(rows, test_size=num_second, random_state=seed, stratify=strata)
    return first, second


def _refuse_thin_classes(labels: np.ndarray, smallest_part: int, class_names: Sequence[str]) -> None:
    classes, counts = np.unique(labels, return_counts=True)
    hint = "Switch stratify off, or take other shares or more rows."
    if counts.min() < 2:
        rare = int(classes[counts.argmin()])
        name = class_names[rare] if rare < len(class_names) else str(rare)
        raise NetloomError(
            f"Class {name!r} has too few rows to keep its share in every split: one row cannot be shared by two.", hint
        )
    if smallest_part < len(classes):
        raise NetloomError(
            f"A split of {smallest_part} rows cannot hold each of the {len(classes)} classes, as stratify asks.", hint
        )
