"""Choices that several views of the data share."""

import streamlit as st

from pages.ui import state
from pages.ui.charts.style import SPLIT_LABEL
from pipelines.runs.facts import Split

_SEED = "data.look.seed"


def split_choice(key: str) -> Split:
    """Of which split rows are shown."""
    return st.segmented_control(
        "Split", ["train", "val", "test"], default="train", required=True, key=f"data.look.{key}.split",
        format_func=SPLIT_LABEL.__getitem__, label_visibility="collapsed",
    )  # fmt: skip


def seed_choice(what: str) -> int:
    """A button that draws others. Returns the seed to draw by."""
    st.button(f"Other {what}", key=f"data.look.other.{what}", icon=":material/shuffle:", on_click=_next_seed)
    return state.recall(_SEED, 0)


def page_choice(what: str, total: int, size: int) -> range:
    """Which of many are shown at once; a list opens where they are more than `size`."""
    starts = list(range(0, total, size))
    if len(starts) < 2:
        return range(total)
    start = st.selectbox(
        what, starts, key=f"data.look.page.{what}", format_func=lambda at: f"{what} {at + 1}–{min(at + size, total)}",
        label_visibility="collapsed", width=220,
    )  # fmt: skip
    return range(start, min(start + size, total))


def _next_seed() -> None:
    state.remember(_SEED, state.recall(_SEED, 0) + 1)
