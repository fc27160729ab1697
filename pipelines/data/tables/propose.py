"""What is most likely meant with a table: its target, its inputs, the task, and how they are prepared."""

import re

from pipelines.data.spec import ColumnSpec, DataSpec, SplitSpec, TableSource, Task, TextSpec
from pipelines.data.tables.names import check_known
from pipelines.data.tables.profile import ColumnProfile
from pipelines.data.tables.reading import Table, table_of
from pipelines.data.tables.sniffing import sniffed
from pipelines.data.tables.targets import Aim, aims, target_of, tasks_of

TARGET_NAMES = (
    "target", "targets", "label", "labels", "class", "classes", "y", "output", "outcome", "response", "category",
    "survived", "species", "diagnosis", "disease", "sentiment", "spam", "fraud", "churn", "exited", "default",
    "approved", "income", "salary", "price", "saleprice", "medv", "median_house_value", "mpg", "quality", "rating",
    "grade", "score", "digit", "result",
)  # fmt: skip
"""Names that a target mostly has, the surest first."""

_SPLIT_NAMES = ("split", "subset", "partition", "set", "fold")
_SPLIT_VALUES = {"train", "val", "test"}
_READABLE = 6  # words that a text has, on average, where a network may learn from it beside other columns
_TYPES: dict[Aim, str] = {"class": "categorical", "labels": "categorical", "numbers": "numeric"}


def propose(source: TableSource) -> DataSpec:
    """All that is to be done with a table, as far as it can be told from its content.

    Args:
        source: read with the options that it gives; what it says of target and columns is kept.

    Raises:
        NetloomError: the file cannot be read as a table, or nothing can be learned from it.
    """
    table = table_of(source)
    full = _completed(table, source)
    alone = [column.type for column in full.columns] == ["text"]
    used = {*(full.target or ()), *(column.name for column in full.columns)}
    split_column = next((c.name for c in table.profile.columns if c.name not in used and _is_split(c)), None)
    return DataSpec(
        source=full,
        task=tasks_of(target_of(table, full), full)[0],
        scaling="standardise",
        text=TextSpec(mode="sequence" if alone else "tf_idf"),
        split=SplitSpec(method="column", column=split_column) if split_column else SplitSpec(),
    )


def propose_file(path: str) -> DataSpec:
    """`propose` with the reading options found out too. Raises: as `propose`."""
    return propose(sniffed(path))


def complete(source: TableSource) -> TableSource:
    """The same source with its target and its columns filled in where they are left to be proposed.

    Raises:
        NetloomError: the file cannot be read as a table, or has no column of that name.
    """
    return _completed(table_of(source), source)


def possible_tasks(source: TableSource) -> tuple[Task, ...]:
    """Every task that the target and the inputs allow, the likeliest first; `with_task` brings one about.

    Raises:
        NetloomError: the target cannot be predicted.
    """
    table = table_of(source)
    full = _completed(table, source)
    columns = [table.column(name) for name in full.target or ()]
    asked = [full.replace(target_type=_TYPES.get(aim)) for aim in aims(columns)] or [full]
    found: dict[Task, None] = dict.fromkeys(task for each in asked for task in tasks_of(target_of(table, each), each))
    return tuple(sorted(found, key=lambda task: task == "reconstruction"))


def with_task(data: DataSpec, task: Task) -> DataSpec:
    """`data` with another task, the target of its table read as that task needs it.

    Raises:
        NetloomError: the target cannot be predicted.
    """
    source = data.source
    if not isinstance(source, TableSource):
        return data.replace(task=task)
    if task != "reconstruction":
        likeliest = possible_tasks(source)[0]
        natural = None if task == likeliest else "numeric" if task == "regression" else "categorical"
        source = source.replace(target_type=natural)
    return data.replace(source=source, task=task)


def _completed(table: Table, source: TableSource) -> TableSource:
    check_known([*(source.target or ()), *(column.name for column in source.columns)], table.by_name, table.file)
    given = {column.name for column in source.columns}
    target = source.target
    if target is None:
        free = [column for column in table.profile.columns if column.name not in given]
        target = _target(free, alone=not given)
    columns = source.columns
    if not columns:
        columns = _inputs([column for column in table.profile.columns if column.name not in target], table)
        if not columns and source.target is None:  # nothing else to see: the inputs themselves
            target, columns = (), _inputs(list(table.profile.columns), table)
    return source.replace(target=target, columns=columns)


def _target(columns: list[ColumnProfile], alone: bool) -> tuple[str, ...]:
    """The column with the surest name of a target, else the last one that can be one, else none."""
    able = [c for c in columns if c.type in ("numeric", "categorical") and not _is_split(c) and aims([c])]
    plain = {re.sub(r"[^a-z]+", "_", column.name.lower()).strip("_"): column.name for column in reversed(able)}
    named = next((plain[name] for name in TARGET_NAMES if name in plain), None)
    if named is None and able and (len(columns) > 1 or not alone):
        named = able[-1].name
    return () if named is None else (named,)


def _inputs(columns: list[ColumnProfile], table: Table) -> tuple[ColumnSpec, ...]:
    """All that a network may learn from; what only names rows is taken where there is nothing else."""
    usual = [c for c in columns if c.type in ("numeric", "categorical", "date") and not _is_split(c)]
    texts = [c for c in columns if c.type == "text"]
    chosen = [*usual, *(c for c in texts if c.words >= _READABLE)] or texts
    chosen = chosen or [column for column in columns if column.type == "id"]
    names = {column.name for column in chosen}
    return tuple(ColumnSpec(name=c.name, type=table.natural_type(c.name)) for c in columns if c.name in names)


def _is_split(column: ColumnProfile) -> bool:
    """Whether a column says which split a row is in."""
    values = {str(value).lower() for value, _ in column.top}
    return column.name.lower() in _SPLIT_NAMES and not column.missing and {"train"} < values <= _SPLIT_VALUES
