"""The outputs of a network: what is given out, what each is compared with, and how much that counts."""

from collections.abc import Callable
from typing import Any

import streamlit as st

from models.catalogue import catalogue
from models.editing.outputs import add_output, main_output, remove_output, set_output
from models.spec import ModelSpec, Output, node_of
from pages.ui import fields, state
from pages.ui.design import work

TARGETS = {"label": "the label", "input": "the input", "none": "nothing"}
_PREFIX = "design.outputs"


def show(model: ModelSpec) -> None:
    """A row of fields for each output, and a field to add one."""
    if not model.nodes:
        st.caption("The last layer is the output, once there is one.")
        return
    if not model.outputs:
        st.caption("The last layer is the output. Add others for networks with several heads.")
    for place, output in enumerate(model.given):
        _row(model, place, output)
    _adder(model)


def words(place: int, output: Output) -> str:
    """What an output is called.

    >>> words(0, Output(node="head")), words(1, Output(node="aux"))
    ('head · main output', 'aux')
    """
    return f"{output.node} · main output" if place == 0 else output.node


def candidates(model: ModelSpec) -> list[str]:
    """Nodes that are no output yet, the last first; Inputs give nothing."""
    given = {node_of(output.node) for output in model.given}
    return [node.name for node in reversed(model.nodes) if node.kind != "Input" and node.name not in given]


def loss_name(loss: str | dict[str, Any] | None) -> str | None:
    """The name of a loss, given as such or as Keras's dict, in the words of the catalogue; None: what follows."""
    name = loss.get("class_name") if isinstance(loss, dict) else loss
    entry = catalogue().find("losses", name) if isinstance(name, str) else None
    return entry.kind if entry else name


def _row(model: ModelSpec, place: int, output: Output) -> None:
    source, key = output.node, f"{_PREFIX}.{output.node}"

    def change(**changes: Any) -> None:
        work.apply(set_output, source, **changes)

    with st.container(border=True, gap="xsmall", key=f"{key}.row"):
        with st.container(horizontal=True, vertical_alignment="center"):
            st.markdown(f"**`{source}`**" + (" :gray[main output]" if place == 0 else ""), width="content")
            st.space("stretch")
            if place:
                st.button("Make main", key=f"{key}.main", type="tertiary", icon=":material/keyboard_double_arrow_up:",
                          on_click=_edit, args=(main_output, source),
                          help="Metrics are measured on the main output, and it is the one that predicts.")  # fmt: skip
            if len(model.given) > 1:
                st.button("", key=f"{key}.remove", type="tertiary", icon=":material/close:",
                          help=f"Give {source} out no more; the layer stays.",
                          on_click=_edit, args=(remove_output, source))  # fmt: skip
        target, loss, weight = st.columns([3, 4, 2])
        with target:
            fields.choice("Compared with", f"{key}.target", output.target, list(TARGETS), lambda v: change(target=v),
                          format_func=TARGETS.__getitem__)  # fmt: skip
        if output.target == "none":
            return
        with loss:
            follows = "as the task asks" if output.target == "label" else "mean squared error"
            known = loss_name(output.loss)
            names = [*catalogue().losses] + ([known] if known and known not in catalogue().losses else [])
            fields.choice("Loss", f"{key}.loss", known, names, lambda v: change(loss=v), follows)
        with weight:
            fields.number("Weight", f"{key}.weight", output.weight, lambda v: change(weight=v), min_value=0.0, step=0.1,
                          format="%g", help="What its loss is multiplied by in the sum.")  # fmt: skip


def _edit(how: Callable[..., ModelSpec], source: str) -> None:
    work.change(how, source)


def _adder(model: ModelSpec) -> None:
    others = candidates(model)
    if not others:
        return

    def add() -> None:
        chosen = state.entered(f"{_PREFIX}.add")
        if chosen is not None and work.change(add_output, chosen):
            state.forget(f"{_PREFIX}.add")

    st.selectbox("Add an output", others, index=None, key=f"{_PREFIX}.add", on_change=add,
                 placeholder="a layer whose output is given, too")  # fmt: skip
