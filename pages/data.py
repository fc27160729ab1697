"""Data: choose what to train on, how its rows are shared out and prepared, and look at it."""

import streamlit as st

from models.errors import NetloomError
from pages.ui import resources, state, text
from pages.ui.data import download, goal, look, sections, source
from pages.ui.data.edit import attempt
from pipelines.data.facts import facts
from pipelines.data.spec import DataSpec
from pipelines.fitting import copies, problems, start_from, suggested
from pipelines.spec import RunSpec


def take_network(name: str) -> None:
    """Start the network anew from an architecture that suits the data."""
    draft = state.draft()
    state.keep(draft.replace(spec=draft.spec.replace(model=start_from(name, draft.spec.data))))
    state.forget("design.")


def fit_network(spec: RunSpec) -> None:
    """Say so where the draft's network does not fit the data, and offer one that does."""
    try:
        summary = resources.summary(spec.model, patience_s=0.3)
    except NetloomError:
        summary = None  # the Design page shows what ails the engine
    found = problems(spec, summary)
    if found:
        said = f"The network of your draft does not fit this data. {text.escape(str(found[0]))}"
    elif copies(spec):
        said = "No layer of your draft's network is narrower than the inputs: it can copy them and learn nothing."
    else:
        return
    name = suggested(spec.data)
    with st.container(border=True):
        st.markdown(f":orange[:material/warning:] {said}")
        st.button(
            f"Start from {name}", key="data.fit", icon=":material/schema:", on_click=attempt, args=(take_network, name)
        )


def controls(spec: RunSpec) -> None:
    """What can be chosen. Raises: NetloomError where the data cannot be used; the choice of other data is drawn."""
    source.controls()
    if download.needed(spec.data):
        return
    with st.spinner("Learning the preparation from the training rows"):  # of a large table, the first time
        known = facts(spec.data)
    goal.controls(known)
    fit_network(spec)
    sections.controls(known)


def show(data: DataSpec, fault: NetloomError | None) -> None:
    """What the data look like, or the way to them; as far as can be where `fault` keeps them from being used."""
    if download.needed(data):
        download.show(data)
    else:
        look.show(data, str(fault or ""))


spec = state.draft().spec
text.title("Data", "Choose what to train on, how its rows are shared out, and what becomes of them.")
text.show_notice(state.pop_notice())
left, right = st.columns([5, 7], gap="large")
fault: NetloomError | None = None
with left:
    try:
        controls(spec)
    except NetloomError as error:
        fault = error
        text.show_error(error)
        sections.start_over()
with right:
    show(spec.data, fault)
