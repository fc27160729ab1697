"""What is predicted: the target columns of a table, and what is asked of the network."""

from collections.abc import Sequence

import streamlit as st

from pages.ui import fields, state
from pages.ui.data import naming
from pages.ui.data.edit import change, data, table, use
from pipelines.data.facts import DataFacts
from pipelines.data.registry import source_of
from pipelines.data.spec import ArraysSource, MasksSource, TableSource, Task
from pipelines.data.tables.propose import complete, possible_tasks, with_task
from pipelines.data.tables.reading import table_of

TASKS: dict[Task, str] = {
    "binary": "2 classes",
    "multiclass": "One of several classes",
    "multilabel": "Several labels at once",
    "regression": "Regression",
    "reconstruction": "Reconstruct the inputs",
    "segmentation": "A class for each pixel",
}
_SEVERAL = "data.target.several"


def controls(known: DataFacts) -> None:
    """What in the file is to be predicted, and the task, where there is a choice."""
    source = data().source
    tasks = known.tasks
    if isinstance(source, TableSource):
        _target(source)
        tasks = possible_tasks(source)
    elif isinstance(source, ArraysSource):
        naming.arrays(source)
    elif isinstance(source, MasksSource):
        naming.masks(source, known)
    if len(tasks) > 1:
        fields.choice("Task", "data.task", known.task, list(tasks), _set_task, format_func=TASKS.__getitem__)


def _set_task(task: Task) -> None:
    now = data()
    if isinstance(now.source, TableSource):
        use(with_task(now, task))
    else:
        change(task=None if task == source_of(now.source).tasks[0] else task)


def _target(source: TableSource) -> None:
    names = [column.name for column in table_of(source).profile.columns]
    target = complete(source).target or ()
    several = len(target) > 1 or state.recall(_SEVERAL, False)
    left, right = st.columns([5, 3], vertical_alignment="bottom")
    with left:
        if several:
            fields.several("Targets", "data.targets", target, names, aim_at, placeholder="None: the inputs themselves")
        else:
            fields.choice(
                "Target", "data.target", target[0] if target else None, names,
                lambda name: aim_at([] if name is None else [name]), "None: the inputs themselves",
                help="The column to predict. None: the network reconstructs its inputs.",
            )  # fmt: skip
    with right:
        fields.switch(
            "Several", _SEVERAL + ".switch", several, _set_several, disabled=len(target) > 1,
            help="Several columns of 0 and 1 are labels; several of numbers are a regression.",
        )  # fmt: skip


def aim_at(names: Sequence[str]) -> None:
    """Predict these columns; those predicted before become inputs again."""
    source = table()
    now = complete(source)
    order = [column.name for column in table_of(source).profile.columns]
    aimed = source.replace(target=tuple(names), target_type=None, columns=())
    anew = complete(aimed)
    freed = [column for column in anew.columns if column.name in (now.target or ())]
    kept = [column for column in now.columns if column.name not in names]
    inputs = sorted([*kept, *freed], key=lambda column: order.index(column.name))
    change(source=aimed.replace(columns=tuple(inputs) or anew.columns), task=None)


def _set_several(on: bool) -> None:
    state.remember(_SEVERAL, on)
