"""The batch size as the lectures have it: one example, a few, or the whole training set."""

from typing import Literal

import streamlit as st

from pages.ui import fields, text
from pages.ui.train import change
from pipelines.spec import TrainSpec

Way = Literal["one", "some", "all"]
WAYS: dict[Way, str] = {"one": "1", "some": "Mini-batch", "all": "Whole set"}
SOME = 32


def way_of(train: TrainSpec) -> Way:
    """Which of the three a batch size is.

    >>> way_of(TrainSpec(batch_size=1)), way_of(TrainSpec(batch_size=7)), way_of(TrainSpec(batch_size="all"))
    ('one', 'some', 'all')
    """
    return {1: "one", "all": "all"}.get(train.batch_size, "some")  # type: ignore[return-value]


def rows_in_batch(train: TrainSpec, rows: int | None) -> int | None:
    """Rows in a batch of a training set of `rows` rows; None where that is asked for whole, and not known."""
    return None if train.batch_size == "all" and rows is None else train.rows_in_batch(rows or 0)


def show(train: TrainSpec, key: str) -> None:
    """The three ways side by side, and the number where there is one to choose. key: `page.batch_size`."""
    way = way_of(train)
    with st.container(horizontal=True, vertical_alignment="bottom", gap="small"):
        fields.segments(
            "Batch size", f"{key}.way", way, list(WAYS), _choose, format_func=WAYS.__getitem__,
            help="Rows in one step down the gradient: stochastic gradient descent takes one, batch gradient descent "
            "all of them.",
        )  # fmt: skip
        if way == "some" and train.batch_size != "all":
            fields.number(
                "Rows", key, train.batch_size, lambda v: change.training(batch_size=v), step=1, width=130
            )  # fmt: skip


def steps_words(train: TrainSpec, rows: int) -> str:
    """What that comes to in an epoch.

    >>> steps_words(TrainSpec(batch_size=32), 100), steps_words(TrainSpec(batch_size="all"), 100)
    ('4 steps an epoch', '1 step an epoch')
    """
    steps = train.steps_in_epoch(rows)
    return f"{text.count(steps)} step{'s' if steps != 1 else ''} an epoch"


def _choose(way: Way) -> None:
    sizes: dict[Way, int | str] = {"one": 1, "some": SOME, "all": "all"}
    if way != way_of(change.train()):
        change.training(batch_size=sizes[way])
