"""What keeps the network from learning its training rows by heart: penalties, dropout, normalisation, all at once."""

from collections.abc import Callable
from typing import Any

import streamlit as st

from models.editing import everywhere as edit
from models.editing.regularity import MIXED, Regularity, regularity
from models.spec import ModelSpec
from pages.ui import fields, state, text
from pages.ui.design import work

PENALTIES = {"none": "None", "l2": "L2", "l1": "L1", "l1_l2": "L1 and L2", MIXED: "Not the same everywhere"}
STRENGTH = 1e-4
_SHORT = {"l2": "L2", "l1": "L1", "l1_l2": "L1 and L2", MIXED: "penalties of several kinds"}


def words(model: ModelSpec) -> str:
    """What the network has, in one line."""
    has, said = regularity(model), []
    if has.penalty != "none":
        said.append(_SHORT[has.penalty] + (f" {has.strength:g}" if has.strength is not None else ""))
    if has.dropouts:
        said.append(f"dropout {_rates(has)}")
    if has.normalizations:
        said.append("batch normalisation")
    return ", ".join(said) or "none"


def controls(model: ModelSpec) -> None:
    """One setting for the whole network each; what single layers have is Design's."""
    has = regularity(model)
    left, right = st.columns(2)
    with left:
        kinds = [kind for kind in PENALTIES if kind != MIXED or has.penalty == MIXED]
        fields.choice(
            "Penalty on the weights", "train.penalty", has.penalty, kinds,
            lambda kind: _set(edit.with_regularizer, kind, has.strength or STRENGTH) if kind != MIXED else None,
            format_func=PENALTIES.__getitem__, help="Added to the loss for the kernel of every layer.",
        )  # fmt: skip
        rate = has.dropouts[0] if len(set(has.dropouts)) == 1 else 0.0 if not has.dropouts else None
        fields.number(
            "Dropout rate", "train.dropout", rate, lambda v: _set(edit.with_dropout, v), min_value=0.0, max_value=0.95,
            step=0.05, format="%g", placeholder=_rates(has),
            help="After every hidden Dense and convolution; 0 takes every Dropout away (Srivastava et al., 2014).",
        )  # fmt: skip
    with right:
        if has.strength is not None:
            fields.number(
                "Strength", "train.penalty.strength", has.strength,
                lambda v: _set(edit.with_regularizer, has.penalty, v), min_value=0.0, step=1e-4, format="%g",
            )  # fmt: skip
        fields.switch(
            "Batch normalisation", "train.batch_norm", has.normalizations > 0,
            lambda on: _set(edit.with_batch_norm, on),
            help="Before the activation of every hidden Dense and convolution (Ioffe and Szegedy, 2015).",
        )  # fmt: skip
    st.caption("These change the network itself, for all its layers at once; Design shows each, and undoes.")


def _set(setting: Callable[..., ModelSpec], *args: Any) -> None:
    """Carry a setting out; a network that it leaves as it is, is told."""
    before = work.model()
    work.apply(setting, *args)
    if work.model() == before:
        state.notify("The network has no layer that this could change.")


def _rates(has: Regularity) -> str:
    return ", ".join(f"{rate:g}" for rate in dict.fromkeys(has.dropouts)) or text.number(None)
