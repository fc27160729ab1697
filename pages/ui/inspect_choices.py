"""Which rows are looked at, and which of them come first."""

from typing import Literal, cast

import streamlit as st

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
