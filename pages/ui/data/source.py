"""Where rows come from: one of the sets that have a name, or the user's own files."""

from collections.abc import Callable
from typing import Any

import streamlit as st

from pages.ui import fields, state
from pages.ui.data import own_files
from pages.ui.data.edit import change_part, data, proposed, use
from pipelines.data.registry import NAMED, source_of
from pipelines.data.spec import FILE_KINDS, Source, ToySource

OWN = "Yours"
GROUPS = {"toy": "Toy problems", "bundled": "Built in", "keras": "Download", "mcycle": "Download"}
GROUPS |= dict.fromkeys(FILE_KINDS, OWN)
_SEEN = "data.group.chosen"


def controls() -> None:
    """Choose a group, a set in it, and what belongs to that set alone."""
    source = data().source
    group = _group(source)
    fields.segments(
        "Where from", "data.group", group, list(dict.fromkeys(GROUPS.values())), _show_group,
        label_visibility="collapsed",
    )  # fmt: skip
    if group == OWN:
        own_files.controls()
        return
    sets = [named for named in NAMED if GROUPS[named.kind] == group]
    chosen = next((named for named in sets if _same(named, source)), None)
    fields.choice(
        "Data set", "data.source", chosen, sets, lambda named: use(proposed(named)),
        None if chosen else "Choose one", format_func=_title,
    )  # fmt: skip
    if isinstance(source, ToySource) and chosen is not None:
        _toy(source)


def _group(source: Source) -> str:
    """The group that was chosen last, as long as the data are those it was chosen beside; else the data's own."""
    group, beside = state.recall(_SEEN, (None, None))
    return group if group is not None and beside == source else GROUPS[source.kind]


def _show_group(group: str) -> None:
    state.remember(_SEEN, (group, data().source))


def _same(named: Source, source: Source) -> bool:
    return (named.kind, getattr(named, "name", None)) == (source.kind, getattr(source, "name", None))


def _title(named: Source) -> str:
    return source_of(named).title


def _toy(toy: ToySource) -> None:
    def to(name: str) -> Callable[[Any], None]:
        return lambda value: change_part("source", **{name: value})

    left, middle, right = st.columns(3)
    with left:
        fields.number("Rows", "data.toy.n", toy.n, to("n"), min_value=16, max_value=100_000, step=100)
    with middle:
        fields.number(
            "Noise", "data.toy.noise", toy.noise, to("noise"), min_value=0.0, max_value=10.0, step=0.05, format="%g",
            help="Standard deviation of the Gaussian noise on the inputs, or on the target of a regression.",
        )  # fmt: skip
    with right:
        fields.number(
            "Seed", "data.toy.seed", toy.seed, to("seed"), min_value=0, step=1, help="Equal seeds give equal rows."
        )
