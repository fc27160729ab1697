"""Widgets whose value is always the draft's: each hands its entry to a function, and says why if it was refused."""

from collections.abc import Callable, Sequence
from typing import Any

import streamlit as st

from pages.ui import state, text

Apply = Callable[[Any], None]


def number(label: str, key: str, value: float | None, apply: Apply, **options: Any) -> None:
    """A number; whole where `value` and the options are whole. None shows an empty field."""
    if value is None:
        options["value"] = None
    st.number_input(label, key=state.field(key, value), on_change=state.take, args=(key, apply), **options)
    show_refusal(key)


def slider(label: str, key: str, value: float, apply: Apply, **options: Any) -> None:
    """A number between bounds, by a handle."""
    st.slider(label, key=state.field(key, value), on_change=state.take, args=(key, apply), **options)
    show_refusal(key)


def line(label: str, key: str, value: str, apply: Apply, **options: Any) -> None:
    """A line of text."""
    st.text_input(label, key=state.field(key, value), on_change=state.take, args=(key, apply), **options)
    show_refusal(key)


def switch(label: str, key: str, value: bool, apply: Apply, **options: Any) -> None:
    """On or off."""
    st.toggle(label, key=state.field(key, value), on_change=state.take, args=(key, apply), **options)
    show_refusal(key)


def choice(
    label: str, key: str, value: Any, choices: Sequence[Any], apply: Apply, empty: str | None = None, **options: Any
) -> None:
    """One of several, from a list that opens and can be searched. empty: what it says for None, where None may be."""
    if empty is not None:
        options |= {"index": None, "placeholder": empty}
    st.selectbox(label, choices, key=state.field(key, value), on_change=state.take, args=(key, apply), **options)
    show_refusal(key)


def segments(label: str, key: str, value: Any, choices: Sequence[Any], apply: Apply, **options: Any) -> None:
    """One of a few, side by side."""
    st.segmented_control(
        label, choices, key=state.field(key, value), required=True, on_change=state.take, args=(key, apply), **options
    )
    show_refusal(key)


def several(label: str, key: str, value: Sequence[Any], choices: Sequence[Any], apply: Apply, **options: Any) -> None:
    """Any number of several, in the order in which they were picked."""
    st.multiselect(
        label, choices, key=state.field(key, list(value)), on_change=state.take, args=(key, apply), **options
    )
    show_refusal(key)


def show_refusal(key: str) -> None:
    """Under a widget: why its entry was refused, if it was."""
    reason = state.refusal(key)
    if reason:
        st.markdown(f":red[:material/error: {text.escape(reason)}]")
