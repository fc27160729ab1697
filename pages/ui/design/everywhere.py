"""Apply to all: one setting for the whole network, at a click."""

from collections.abc import Callable
from typing import Any

import streamlit as st

from models.catalogue import catalogue
from models.differences import differences
from models.editing import everywhere as edit
from models.errors import NetloomError
from models.spec import ModelSpec
from pages.ui import state, text
from pages.ui.design import work

KEY = "design.everywhere"
PENALTIES = {"l2": "L2", "l1": "L1", "l1_l2": "L1 and L2", "none": "none"}
_BESIDE: dict[str, Any] = {"label_visibility": "collapsed", "width": "stretch"}  # the row says what a field is


def show() -> None:
    """The button, and behind it a row for each setting."""
    with st.popover("Apply to all", icon=":material/select_all:", key=KEY, on_change="rerun") as opened:
        if opened.open:
            _rows(work.model())


def _rows(model: ModelSpec) -> None:
    known = catalogue()
    with _row("Activation of the hidden layers"):
        activation = st.selectbox("Activation", list(known.activations), key=f"{KEY}.activation", **_BESIDE)
        _button("Apply", "activation", edit.with_activation, activation)
    with _row("Kernel initializer"):
        initializer = st.selectbox("Initializer", list(known.initializers), key=f"{KEY}.initializer", **_BESIDE)
        _button("Apply", "initializer", edit.with_initializer, initializer)
    with _row("Penalty on the weights"):
        kind = st.selectbox(
            "Penalty", list(PENALTIES), key=f"{KEY}.penalty", format_func=PENALTIES.__getitem__, **_BESIDE
        )
        strength = st.number_input(
            "Strength", 0.0, None, 0.01, 0.01, "%g", key=f"{KEY}.strength", disabled=kind == "none", **_BESIDE
        )
        _button("Apply", "penalty", edit.with_regularizer, kind, strength)
    with _row("Dropout after the hidden layers"):
        rate = st.number_input("Rate", 0.05, 0.95, 0.5, 0.05, "%g", key=f"{KEY}.rate", **_BESIDE)
        _button("Apply", "dropout", edit.with_dropout, rate)
        _button("Remove", "dropout.remove", edit.with_dropout, None)
    with _row("Batch normalisation of the hidden layers"):
        _button("Add", "norm", edit.with_batch_norm)
        _button("Remove", "norm.remove", edit.with_batch_norm, False)
    chosen = work.selection().names
    names = chosen if len(chosen) > 1 else tuple(node.name for node in model.nodes)
    with _row(f"Training of the {len(names)} selected layers" if names == chosen else "Training of all layers"):
        _button("Freeze", "freeze", edit.with_trainable, names, False)
        _button("Train", "train", edit.with_trainable, names, True)


def _row(words: str) -> Any:
    st.caption(words)
    return st.container(horizontal=True, vertical_alignment="bottom", gap="small")


def _button(words: str, key: str, setting: Callable[..., ModelSpec], *args: Any) -> None:
    st.button(words, key=f"{KEY}.{key}.put", on_click=apply, args=(setting, *args))


def apply(setting: Callable[..., ModelSpec], *args: Any) -> None:
    """Carry a setting out, and say how many layers it changed."""
    before = work.model()
    try:
        work.apply(setting, *args)
    except NetloomError as error:
        state.notify(error)
    else:
        state.notify(f"{text.sentence(differences(before, work.model()))}.")
