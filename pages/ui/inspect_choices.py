"""Which rows are looked at, and which of them come first."""

from typing import Literal, cast

import numpy as np
import streamlit as st

from pages.ui import state
from pages.ui.charts.style import SPLIT_LABEL
from pipelines.runs.facts import Split

Order = Literal["worst", "first"]


def split_choice() -> Split:
    """One of the splits, the test rows unless another was chosen."""
    chosen = st.segmented_control(
        "Rows", ["test", "val", "train"], default="test", required=True, format_func=SPLIT_LABEL.__getitem__,
        key="inspection.split", help="On rows that it was trained on, a network looks better than it is.",
    )  # fmt: skip
    return cast("Split", chosen)


def order_choice(worst: str) -> Order:
    """The worst examples, under that name, or those that the split begins with."""
    names: dict[Order, str] = {"worst": worst, "first": "As they come"}
    return st.segmented_control("Examples", list(names), default="worst", required=True, key="inspection.order",
                                format_func=names.__getitem__)  # fmt: skip


def row_choice(name: str, rows: int | None) -> int:
    """Position in the test split of the example that was chosen, or drawn; from 0.

    Args:
        name: of the view, for its widgets.
        rows: how many test examples there are; None: not known yet.
    """
    key = f"inspection.{name}"
    with st.container(horizontal=True, vertical_alignment="bottom"):
        if state.recall(key) is not None and rows and state.recall(key) > rows:
            state.forget(key)
        number = st.number_input("Test example", 1, rows, 1, key=key, width=160)
        st.button("Another", key=f"{key}.another", icon=":material/shuffle:", on_click=_draw, args=(key, rows))
    return number - 1


def _draw(key: str, rows: int | None) -> None:
    state.remember(key, int(np.random.default_rng().integers(1, (rows or 1) + 1)))
