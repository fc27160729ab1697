"""Sharing rows out to train, val and test: at random (stratified where it can be), by group, by time or by a column.

The test rows are taken first, and depend on the seed and the test share alone: another val share leaves them alone.
"""

import json
from collections.abc import Callable, Mapping, Sequence, Sized
from pathlib import Path

import numpy as np
import pandas as pd
from sklearn.model_selection import train_test_split

from models.errors import NetloomError
from pipelines.data.changes.corruption import kept_rows, num_kept
from pipelines.data.files.cache import key_of, made
from pipelines.data.files.files import fingerprint, resolve
from pipelines.data.source import RawData, Source
from pipelines.data.spec import DataSpec, SplitSpec
from pipelines.runs.facts import Split

_Divide = Callable[[np.ndarray, int, int], tuple[np.ndarray, np.ndarray]]
"""(rows, how many of them for the second part, parts that the first still has to make) -> first, second."""


def own_splits(spec: SplitSpec, source: Source) -> tuple[Split, ...]:
    """The splits that the data set brings and the spec keeps."""
    return tuple(source.own) if spec.own else ()


def row_counts(spec: DataSpec, source: Source) -> dict[Split, int]:
    """How many rows each split will have. Where groups or a column decide, the data is read for it, the first time.

    Raises:
        NetloomError: as `share_out`.
    """
    if spec.split.method in ("group", "column"):
        return _counted(spec, source)
    own = _own_rows(spec.split, source)
    sizes = split_sizes(source.num_rows - sum(map(len, own.values())), spec.split, own)
    return {**sizes, "train": num_kept(sizes["train"], spec.corrupt.train_rows)}


def share_out(spec: DataSpec, source: Source, data: RawData) -> dict[Split, np.ndarray]:
    """Which rows of `data` go to which split: int64 row numbers, disjoint and complete (but for `train_rows`).

    A split that the data set brings, or that the split column names, is taken as it is; any other is drawn from the
    rest. Only rows drawn at random are stratified: by class, and for multilabel by set of labels, where sets too rare
    to be in each split count as one.

    Raises:
        NetloomError: too few rows, too few of a class to stratify, or a column that cannot be split by.
    """
    split = spec.split
    fixed = _own_rows(split, source)
    strata = _strata(spec, source, data)
    if split.method == "group":
        groups = pd.factorize(_column(split, data), use_na_sentinel=False)[0]  # rows without a group are a group
        divide = _by_group(groups, split)
    elif split.method == "time":
        divide = _by_time(_times(split, data))
    else:
        if split.method == "column":
            fixed = _named(split, data) | fixed
        divide = _by_chance(split, strata if split.stratify else None, source.class_names, _strict(spec, source))
    rest = np.arange(source.num_rows, dtype=np.int64)
    rest = np.delete(rest, np.concatenate([*fixed.values(), rest[:0]]))
    sizes = split_sizes(len(rest), split, fixed)
    drawn: list[Split] = [name for name in ("test", "val") if name not in fixed]
    for position, name in enumerate(drawn):
        rest, fixed[name] = divide(rest, sizes[name], len(drawn) - position)
    labels = None if strata is None else strata[rest]
    train = kept_rows(rest, spec.corrupt.train_rows, spec.corrupt.seed, labels)
    return {"train": train, "val": fixed["val"], "test": fixed["test"]}


def split_sizes(num_free: int, spec: SplitSpec, fixed: Mapping[Split, Sized] | None = None) -> dict[Split, int]:
    """How many rows each split gets: shares rounded to the nearest row, and one row at least.

    Args:
        num_free: rows that are in no fixed split.
        spec: the shares, of the free rows.
        fixed: the rows of val and test where they need not be drawn.

    Raises:
        NetloomError: too few rows for three splits.

    >>> split_sizes(1797, SplitSpec())
    {'train': 1257, 'val': 270, 'test': 270}
    """
    sizes: dict[Split, int] = {split: len(rows) for split, rows in (fixed or {}).items()}
    num_rows = num_free + sum(sizes.values())
    val = sizes.get("val") or max(1, round(num_free * spec.val))
    test = sizes.get("test") or max(1, round(num_free * spec.test))
    train = num_rows - val - test
    if train < 1:
        raise NetloomError(
            f"The data has too few rows to share out: {num_rows} rows leave none to train on.",
            "Take smaller shares for validation and test, or more rows.",
        )
    return {"train": train, "val": val, "test": test}


def _own_rows(spec: SplitSpec, source: Source) -> dict[Split, np.ndarray]:
    own = source.own if spec.own else {}
    return {split: np.asarray(own[split], np.int64) for split in ("val", "test") if len(own.get(split, ()))}


def _counted(spec: DataSpec, source: Source) -> dict[Split, int]:
    path = getattr(spec.source, "path", None)
    version = fingerprint(resolve(path)) if path else ""
    asked = DataSpec(source=spec.source, task=spec.task, split=spec.split, corrupt=spec.corrupt)

    def count(folder: Path) -> None:
        rows = share_out(spec, source, source.read())
        (folder / "rows.json").write_text(json.dumps({split: len(found) for split, found in rows.items()}))

    folder = made(key_of("rows 1", version, asked.model_dump_json()), count)
    return json.loads((folder / "rows.json").read_text())


def _by_chance(
    spec: SplitSpec, strata: np.ndarray | None, class_names: Sequence[str], strict: bool
) -> _Divide:  # fmt: skip
    def divide(rows: np.ndarray, num_second: int, parts: int) -> tuple[np.ndarray, np.ndarray]:
        of_rows = None if strata is None else strata[rows]
        smallest_part = min(num_second, len(rows) - num_second)
        if of_rows is not None and strict:
            _refuse_thin_classes(of_rows, smallest_part, class_names)
        elif of_rows is not None:
            of_rows = _pooled(of_rows, smallest_part)
        first, second = train_test_split(rows, test_size=num_second, random_state=spec.seed, stratify=of_rows)
        return first, second

    return divide


def _by_group(groups: np.ndarray, spec: SplitSpec) -> _Divide:
    """Groups in random order, each that still fits, until the share of the rows is reached.

    scikit-learn's GroupShuffleSplit takes a share of the groups, which of uneven groups is no share of the rows.
    """

    def divide(rows: np.ndarray, num_second: int, parts: int) -> tuple[np.ndarray, np.ndarray]:
        of_rows = groups[rows]
        found, sizes = np.unique(of_rows, return_counts=True)
        if len(found) <= parts:
            raise NetloomError(
                f"Column {spec.column!r} has too few groups to share out: each split needs one of its own.",
                "Split by a column with more different values, or at random.",
            )
        order = np.random.default_rng(spec.seed).permutation(len(found))
        taken: list[int] = []
        room = num_second
        for group, size in zip(order.tolist(), sizes[order].tolist(), strict=True):
            if size <= room and len(found) - len(taken) > parts:
                taken.append(group)
                room -= size
        second = np.isin(of_rows, found[taken or [int(order[sizes[order].argmin()])]])
        return rows[~second], rows[second]

    return divide


def _by_time(times: np.ndarray) -> _Divide:
    def divide(rows: np.ndarray, num_second: int, parts: int) -> tuple[np.ndarray, np.ndarray]:
        ordered = rows[np.argsort(times[rows], kind="stable")]
        return ordered[:-num_second], ordered[-num_second:]

    return divide


def _column(spec: SplitSpec, data: RawData) -> pd.Series:
    if data.keys is None or spec.column not in data.keys:
        columns = "" if data.keys is None else f"Its columns: {', '.join(map(str, data.keys.columns))}."
        raise NetloomError(f"The data has no column {spec.column!r} to split by.", columns or "Split at random.")
    return data.keys[spec.column]


def _times(spec: SplitSpec, data: RawData) -> np.ndarray:
    times = _column(spec, data)
    missing = int(times.isna().sum())
    if missing:
        raise NetloomError(
            f"Column {spec.column!r} has no time in {missing} of {len(times)} rows, so they cannot be put in order.",
            "Fill them in the file, remove these rows, or split another way.",
        )
    if not (pd.api.types.is_datetime64_any_dtype(times) or pd.api.types.is_numeric_dtype(times)):
        raise NetloomError(
            f"Column {spec.column!r} holds words, which have no order in time. Received: {str(times.iloc[0])[:40]!r}.",
            "Split by a column of dates or numbers.",
        )
    return times.to_numpy("datetime64[ns]" if times.dtype.kind == "M" else "float64")


def _named(spec: SplitSpec, data: RawData) -> dict[Split, np.ndarray]:
    """Row numbers of the val and test rows that a column names."""
    words = _column(spec, data).map(lambda word: "" if pd.isna(word) else str(word).strip().lower(), na_action=None)
    others = words[~words.isin(("train", "val", "test"))]
    if len(others):
        told = ", ".join("a missing value" if word == "" else repr(word[:40]) for word in others.unique()[:3])
        raise NetloomError(
            f"Column {spec.column!r} must say train, val or test in each row, "
            f"but does not in {len(others)} of {len(words)}. Received: {told}.",
            "Mend the column, or split another way.",
        )
    if not (words == "train").any():
        raise NetloomError(f"Column {spec.column!r} leaves no rows to train on.", "Name some rows `train` in it.")
    found: dict[Split, np.ndarray] = {}
    for split in ("val", "test"):
        rows = np.flatnonzero(words == split)
        if len(rows):
            found[split] = rows
    return found


def _strict(spec: DataSpec, source: Source) -> bool:
    """Whether a class too rare to be in each split is refused: where the classes are what is learned."""
    return (spec.task or source.tasks[0]) in ("binary", "multiclass")


def _strata(spec: DataSpec, source: Source, data: RawData) -> np.ndarray | None:
    """What to stratify by: for each row its class, or a number for its set of labels; None: nothing."""
    if not source.class_names or not isinstance(data.y, np.ndarray) or spec.task in ("regression", "segmentation"):
        return None
    if data.y.ndim == 1:
        return data.y
    return np.unique(data.y, axis=0, return_inverse=True)[1] if data.y.ndim == 2 else None


def _pooled(strata: np.ndarray, smallest_part: int) -> np.ndarray | None:
    """Strata with less than a row for the smallest part put together; None: even so they cannot be shared out."""
    _, of_rows, counts = np.unique(strata, return_inverse=True, return_counts=True)
    rare = counts * smallest_part < len(strata)
    if counts[rare].sum() == 1:
        rare |= counts == counts[~rare].min()  # a row by itself joins another stratum
    pooled = np.where(rare[of_rows], -1, of_rows)
    return pooled if len(np.unique(pooled)) <= smallest_part else None


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
