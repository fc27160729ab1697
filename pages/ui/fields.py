"""Widgets whose value is always the draft's: each hands its entry to a function, and says why if it was refused.

Each is given its value twice: by `state.field`, which changes what the browser shows, and as its own. A browser that
comes to draw it late, after another run, would else show the widget's default and report that as if it was entered.
"""

from collections.abc import Callable, Sequence
from typing import Any

import streamlit as st

from pages.ui import state, text

Apply = Callable[[Any], None]


def number(label: str, key: str, value: float | None, apply: Apply, **options: Any) -> None:
    """A number; whole where `value` and the options are whole. None shows an empty field."""
    if value is None:
        options["value"] = None
    elif _in_bounds(value, options):
        # Streamlit wants the number and its step to be of one type.
        options["value"] = value if isinstance(options.get("step", value), int) else float(value)
    st.number_input(label, key=state.field(key, value), on_change=state.take, args=(key, apply), **options)
    show_refusal(key)


def slider(label: str, key: str, value: float, apply: Apply, **options: Any) -> None:
    """A number between bounds, by a handle."""
    options["value"] = value
    st.slider(label, key=state.field(key, value), on_change=state.take, args=(key, apply), **options)
    show_refusal(key)


def line(label: str, key: str, value: str, apply: Apply, **options: Any) -> None:
    """A line of text."""
    st.text_input(label, value, key=state.field(key, value), on_change=state.take, args=(key, apply), **options)
    show_refusal(key)


def switch(label: str, key: str, value: bool, apply: Apply, **options: Any) -> None:
    """On or off."""
    st.toggle(label, value, key=state.field(key, value), on_change=state.take, args=(key, apply), **options)
    show_refusal(key)


def choice(
    label: str, key: str, value: Any, choices: Sequence[Any], apply: Apply, empty: str | None = None, **options: Any
) -> None:
    """One of several, from a list that opens and can be searched. empty: what it says for None, where None may be."""
    if empty is not None:
        options |= {"index": None, "placeholder": empty}
    # What may be empty must begin empty: Streamlit lets nothing else be cleared.
    if empty is None and value in choices:
        options["index"] = list(choices).index(value)
    st.selectbox(label, choices, key=state.field(key, value), on_change=state.take, args=(key, apply), **options)
    show_refusal(key)


def segments(label: str, key: str, value: Any, choices: Sequence[Any], apply: Apply, **options: Any) -> None:
    """One of a few, side by side."""
    st.segmented_control(
        label, choices, default=value, key=state.field(key, value), required=True, on_change=state.take,
        args=(key, apply), **options,
    )  # fmt: skip
    show_refusal(key)


def several(label: str, key: str, value: Sequence[Any], choices: Sequence[Any], apply: Apply, **options: Any) -> None:
    """Any number of several, in the order in which they were picked."""
    st.multiselect(
        label, choices, [each for each in value if each in choices], key=state.field(key, list(value)),
        on_change=state.take, args=(key, apply), **options,
    )  # fmt: skip
    show_refusal(key)


def section(title: str, words: str, key: str, wrong: bool = False) -> Any:
    """A folded part of a page, whose heading says in a few words how it is set. wrong: they say what is amiss."""
    said = text.escape(text.sentence(words))
    return st.expander(f"**{title}** · {f':red[{said}]' if wrong else said}", key=key)


def fold(label: str, key: str) -> Any:
    """A part that opens on demand (`.open`), and stays as it is whatever its label comes to say meanwhile."""
    return st.expander(label, key=state.held(key, False), on_change="rerun")


def _in_bounds(value: float, options: dict[str, Any]) -> bool:
    low, high = options.get("min_value"), options.get("max_value")
    return (low is None or value >= low) and (high is None or value <= high)


def show_refusal(key: str) -> None:
    """Under a widget: why its entry was refused, if it was."""
    reason = state.refusal(key)
    if reason:
        st.markdown(f":red[:material/error: {text.escape(reason)}]")
