"""How the rows are shared out to train, val and test."""

import streamlit as st

from pages.ui import fields
from pages.ui.data.edit import change_part, data
from pipelines.data.facts import DataFacts
from pipelines.data.registry import source_of
from pipelines.data.spec import SplitSpec, TableSource
from pipelines.data.tables.reading import table_of

METHODS = {"random": "At random", "group": "By group", "time": "By time", "column": "As a column says"}
METHOD_HELP = (
    "By group: rows with equal values in a column stay together. By time: the earliest rows train, the latest test. "
    "As a column says: its values are train, val or test."
)
SPLIT_NAMES = ("split", "subset", "set", "fold", "partition")
PERCENT = {"min_value": 1, "max_value": 80, "format": "%d %%"}


def words(known: DataFacts) -> str:
    """The split in a few words: what share of the rows trains, validates, tests."""
    total = sum(known.rows.values())
    return " / ".join(f"{known.rows[name] / total:.0%}" for name in ("train", "val", "test"))


def controls(known: DataFacts) -> None:
    """Shares, seed, stratification, and by what rows are shared out."""
    now = data()
    split, source = now.split, now.source
    if source_of(source).own:
        fields.switch(
            "Keep the set's own splits",
            "data.own",
            split.own,
            lambda v: change_part("split", own=v),
            help="Off: all its rows are shared out anew.",
        )
    if isinstance(source, TableSource):
        _method(split, source)
    decided = split.method == "column"
    left, right = st.columns(2)
    with left:
        fields.slider(
            "Validation",
            "data.val",
            round(split.val * 100),
            lambda v: change_part("split", val=v / 100),
            **PERCENT,
            disabled=decided or "val" in known.own,
            help="Rows that training never sees; curves and early stopping watch them.",
        )
    with right:
        fields.slider(
            "Test",
            "data.test",
            round(split.test * 100),
            lambda v: change_part("split", test=v / 100),
            **PERCENT,
            disabled=decided or known.own_test,
            help="This set brings its own test rows." if known.own_test else "Rows used once, when training has ended.",
        )
    left, right = st.columns(2, vertical_alignment="bottom")
    with left:
        fields.number(
            "Seed of the split",
            "data.seed",
            split.seed,
            lambda v: change_part("split", seed=v),
            min_value=0,
            step=1,
            help="The same seed gives the same split.",
        )
    with right:
        fields.switch(
            "Stratify",
            "data.stratify",
            split.stratify,
            lambda v: change_part("split", stratify=v),
            disabled=known.task not in ("binary", "multiclass") or split.method != "random",
            help="Keep the shares of the classes equal in every split.",
        )
    st.caption(
        "Everything is fitted on the training rows only. "
        "The test rows are used once, at the end of a run, and never for choosing."
    )


def _method(split: SplitSpec, source: TableSource) -> None:
    columns = table_of(source).profile.columns
    by_type = {column.name: column.type for column in columns}

    def by(method: str) -> None:
        change_part("split", method=method, column=None if method == "random" else likely_column(method, by_type))

    left, right = st.columns(2)
    with left:
        fields.choice(
            "Shared out", "data.method", split.method, list(METHODS), by,
            format_func=METHODS.__getitem__, help=METHOD_HELP,
        )  # fmt: skip
    if split.method != "random":
        with right:
            fields.choice(
                "Column", "data.split_column", split.column, list(by_type),
                lambda v: change_part("split", column=v),
            )  # fmt: skip


def likely_column(method: str, types: dict[str, str]) -> str:
    """The column that a split by `method` most likely means; the user may take another.

    Args:
        method: `group`, `time` or `column`.
        types: of each column, in order.

    >>> likely_column("time", {"id": "id", "day": "date"})
    'day'
    """
    if method == "column":
        named = next((name for name in types if name.lower() in SPLIT_NAMES), None)
        if named is not None:
            return named
    wanted = {"time": ("date", "numeric"), "group": ("id", "categorical")}.get(method, ("categorical",))
    return next((name for kind in wanted for name, own in types.items() if own == kind), next(iter(types)))
