"""What a table is asked to predict: classes, labels or numbers, and the rows that can be learned from."""

import functools
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Literal

import numpy as np

from models.errors import NetloomError
from pipelines.data.spec import TableSource, Task
from pipelines.data.tables.names import check_known
from pipelines.data.tables.profile import ColumnProfile
from pipelines.data.tables.reading import Table

MOST_CLASSES = 1000
YES_NO = {"0": 0.0, "1": 1.0, "false": 0.0, "true": 1.0, "no": 0.0, "yes": 1.0}
"""What a label of several may say, in small letters."""

Aim = Literal["none", "class", "labels", "numbers"]


@dataclass(frozen=True, slots=True, eq=False)
class Target:
    """What is predicted.

    Attributes:
        aim: nothing but the inputs, one class of several, several labels at once, or numbers.
        class_names: by class id, numbers in their order, words in alphabetical order; the labels' columns; or empty.
        kept: rows that have all that is needed: a value in each target, and in each column whose missing values are
            dropped. bool of shape `(rows of the file,)`.
    """

    aim: Aim
    class_names: tuple[str, ...]
    kept: np.ndarray


def tasks_of(target: Target, source: TableSource) -> tuple[Task, ...]:
    """What can be asked of a network with this target and these inputs, the first where nothing is said."""
    own: dict[Aim, tuple[Task, ...]] = {
        "none": (),
        "class": ("binary" if len(target.class_names) == 2 else "multiclass",),
        "labels": ("multilabel",),
        "numbers": ("regression",),
    }
    inputs = any(column.type == "text" for column in source.columns)
    return own[target.aim] if inputs else (*own[target.aim], "reconstruction")


def aims(columns: Sequence[ColumnProfile]) -> tuple[Aim, ...]:
    """What these target columns could be predicted as, the likeliest first; empty: they cannot be."""
    if not columns:
        return ("none",)
    numbers = all(column.kind in ("int", "float") or column.odd for column in columns)
    if len(columns) > 1:
        labels = all(_is_yes_no(column) for column in columns)
        return (*(("labels",) if labels else ()), *(("numbers",) if numbers else ()))
    column = columns[0]
    few = column.unique <= (MOST_CLASSES if column.kind == "str" or column.whole else 20)
    classes = column.kind != "date" and column.unique >= 2 and few
    if numbers and (column.type in ("numeric", "id") or column.odd):
        return ("numbers", *(("class",) if classes else ()))
    return (*(("class",) if classes else ()), *(("numbers",) if numbers else ()))


def target_of(table: Table, source: TableSource) -> Target:
    """The target of a source whose target and columns are filled in.

    Raises:
        NetloomError: a column is not there or empty, no row is left, there is one class only, dates are predicted, or
            texts are to be reconstructed.
    """
    return _target_of(table, source.model_dump_json())


@functools.lru_cache(maxsize=8)
def _target_of(table: Table, source_json: str) -> Target:
    source = TableSource.model_validate_json(source_json)
    names: tuple[str, ...] = source.target or ()
    inputs = [column.name for column in source.columns]
    check_known([*names, *inputs], table.by_name, table.file)
    for name in [*inputs, *names]:
        if table.column(name).type == "empty":
            raise NetloomError(
                f"Column {name!r} of {table.file} has no value in any of its {table.profile.rows:,} rows.",
                "Choose another target." if name in names else "Leave it out.",
            )
    if not inputs:
        raise NetloomError(
            f"{table.file} has no column to learn from: all but the target are empty, or the same in each row.",
            "Choose another file, or columns of your own.",
        )
    aim = _aim(table, source)
    if aim == "none" and any(column.type == "text" for column in source.columns):
        raise NetloomError(
            f"{table.file} has no target to learn, and texts cannot be reconstructed.", "Choose a target."
        )
    kept = table.present([*names, *(column.name for column in source.columns if column.missing == "drop")])
    if not kept.any():
        raise NetloomError(
            f"No row of {table.file} has a value in each of the columns that must have one.",
            "Fill missing values in instead of dropping their rows.",
        )
    class_names = names if aim == "labels" else ()
    if aim == "class":
        class_names = _classes(table, next(iter(names)), kept)
    return Target(aim=aim, class_names=class_names, kept=kept)


def _aim(table: Table, source: TableSource) -> Aim:
    columns = [table.column(name) for name in source.target or ()]
    for column in columns:
        if column.kind == "date":
            raise NetloomError(
                f"Column {column.name!r} of {table.file} holds dates, which cannot be predicted.",
                "Choose another target, or write it as a number, such as days since a date.",
            )
        if column.unique == 1:
            raise _one_class(table, column.name, str(column.examples[0]))
    possible = aims(columns)
    wanted: Aim | None = None
    if columns and source.target_type:
        classes: Aim = "labels" if len(columns) > 1 else "class"
        wanted = "numbers" if source.target_type == "numeric" else classes
    if wanted == "numbers" or wanted in possible:
        return wanted  # reading says which value is no number
    if wanted is None and possible:
        return possible[0]
    if len(columns) == 1:
        raise NetloomError(
            f"Column {columns[0].name!r} of {table.file} has {columns[0].unique:,} different values; a target has "
            f"{MOST_CLASSES:,} classes at most.",
            "Choose another target, or predict it as a number if it is one.",
        )
    odd = next(column for column in columns if not _is_yes_no(column))
    values = ", ".join(str(value)[:40] for value in odd.examples[:3])
    raise NetloomError(
        f"Several targets are 0 or 1 each, or all numbers; column {odd.name!r} of {table.file} holds {values}, ...",
        "Choose other targets, or only one.",
    )


def _classes(table: Table, name: str, kept: np.ndarray) -> tuple[str, ...]:
    values = table.words(name)[kept]
    found = sorted(set(values.tolist()), key=float if table.column(name).kind != "str" else None)
    if len(found) == 1:
        raise _one_class(table, name, found[0])
    return tuple(found)


def _one_class(table: Table, name: str, value: str) -> NetloomError:
    return NetloomError(
        f"The target {name!r} of {table.file} has one class only: every row that has all it needs says {value[:80]!r}.",
        "Choose another target, or add rows of other classes.",
    )


def _is_yes_no(column: ColumnProfile) -> bool:
    known = {str(value).lower().removesuffix(".0") for value, _ in column.top}
    return column.unique == len(column.top) <= 2 and bool(known) and known <= YES_NO.keys()
