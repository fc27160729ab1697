"""The form of several selected layers: what can be done to, and set for, all of them."""

import streamlit as st

from models.editing import many
from models.spec import ModelSpec
from pages.ui import fields, forms
from pages.ui.design import actions, work

PREFIX = "design.several"
DEEDS = (
    ("Move up", "arrow_upward", many.move_all, ("up",), False),
    ("Move down", "arrow_downward", many.move_all, ("down",), False),
    ("Duplicate", "content_copy", many.duplicate_all, (), True),
    ("Remove", "delete", many.remove_all, (), False),
)


def show(model: ModelSpec, names: tuple[str, ...]) -> None:
    """Draw the form of the nodes called `names`, of which there are at least two."""
    with st.container(horizontal=True, gap="xsmall"):
        for words, icon, edit, arguments, take_new in DEEDS:
            st.button(
                words,
                key=f"{PREFIX}.{icon}",
                icon=f":material/{icon}:",
                on_click=work.change,
                args=(edit, names, *arguments),
                kwargs={"take_new": take_new},
            )
    blocks = {node.block for node in model.nodes if node.name in names}
    fields.line(
        "Block", f"{PREFIX}.block", (blocks.pop() or "") if len(blocks) == 1 else "",
        lambda block: work.apply(actions.grouped, names, block.strip()),
        placeholder="none" if len(blocks) < 2 else "various",
        help="Rows of one block are folded together. Empty: no block.",
    )  # fmt: skip
    _argument(model, names)


def _argument(model: ModelSpec, names: tuple[str, ...]) -> None:
    """One argument, set for every layer that has it."""
    found = actions.common(model, names)
    if not found:
        return

    def words(name: str) -> str:
        param, having = found[name]
        return f"{forms.label(param)} · {len(having)} of {len(names)}"

    left, right = st.columns(2)
    with left:
        chosen = st.selectbox("Set for all", list(found), key=f"{PREFIX}.argument", format_func=words)
    param, having = found[chosen]
    values = [forms.value_of(model.nodes[model.index_of(name)].config, param) for name in having]
    same = all(forms.same(param, value, values[0]) for value in values)
    with right:
        forms.widget(
            f"{PREFIX}.value.{chosen}",
            param,
            values[0] if same else param.default,
            lambda value: work.apply(actions.with_argument, having, chosen, value),
            {"help": param.help or None},
        )
        if not same:
            st.caption("They differ; what is entered here holds for all of them.")
