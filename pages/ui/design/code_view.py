"""The network as code that runs by itself, to read, copy and take home."""

import streamlit as st
from pydantic import ValidationError

from models.checking.structure import problems
from models.code import model_code, model_script
from models.errors import NetloomError
from models.exchange.notebook import notebook
from models.facts import Summary
from models.spec import ModelSpec
from pages.ui import fields, text
from pages.ui.design import work


def show(model: ModelSpec, summary: Summary | None) -> None:
    """The code, with downloads; for a network that cannot be built, why not.

    Args:
        model: whether it suits the data does not matter here.
        summary: what Keras says of it; None: not known yet, and only its structure is looked at.
    """
    wrong = summary.problems if summary is not None else problems(model)
    if wrong:
        st.caption("The code appears once the network has no problem:")
        for problem in wrong:
            where = f"**{text.escape(problem.node)}** " if problem.node else ""
            st.markdown(f":red[:material/error:] {where}{text.escape(problem.message)} {text.escape(problem.hint)}")
        return
    with st.container(horizontal=True, gap="small", vertical_alignment="bottom"):
        fields.line("Name of the network", "design.name", model.name, _rename, width=260)
        st.download_button(
            "Python", lambda: model_script(model), f"{model.name}.py", "text/x-python", key="design.code.py",
            icon=":material/download:", on_click="ignore", help="Runs by itself: python, with keras installed.",
        )  # fmt: skip
        st.download_button(
            "Notebook", lambda: notebook(model), f"{model.name}.ipynb", "application/x-ipynb+json",
            key="design.code.ipynb", icon=":material/download:", on_click="ignore", help="For Jupyter.",
        )  # fmt: skip
    st.code(model_code(model), language="python")


def _rename(name: str) -> None:
    try:
        work.apply(lambda model: model.replace(name=name.strip()))
    except ValidationError as error:
        raise NetloomError(
            f"{name!r} cannot be the name of a network.",
            "It begins with a letter, and holds letters, digits, _ . and - (64 at most).",
        ) from error
