"""Inspect: filters, feature maps, mistakes and attention of a trained network."""

import streamlit as st

from models.errors import NetloomError
from pages.ui import inspect_attention, inspect_filters, inspect_maps, inspect_mistakes, state, text, trained_run
from pipelines.inspection.attending import attending
from pipelines.runs.facts import Run
from pipelines.runs.specs import spec_of

VIEWS = {"Filters": inspect_filters.show, "Feature maps": inspect_maps.show, "Mistakes": inspect_mistakes.show}
ATTENTION = {"Attention": inspect_attention.show}
"""Of networks that have it."""


def main() -> None:
    """The run that the address names, seen in several ways."""
    text.title("Inspect", "What a network has learned, what it makes of an example, and where it errs.")
    text.show_notice(state.pop_notice())
    run = trained_run.choose("inspection", snapshots=True)
    if run is not None:
        trained_run.choose_state(run)
        show(run)


def show(run: Run) -> None:
    """Each view is drawn when it is opened."""
    views = VIEWS | (ATTENTION if _attends(run) else {})
    tabs = st.tabs(list(views), key="inspection.tab", on_change="rerun")
    for (name, view), tab in zip(views.items(), tabs, strict=True):
        if tab.open:
            with tab:
                try:
                    view(run)
                except NetloomError as error:
                    text.show_error(error)
                    st.button("Try again", key=f"inspection.retry.{name}", icon=":material/refresh:")


def _attends(run: Run) -> bool:
    try:
        return bool(attending(spec_of(run).model))
    except NetloomError:
        return False  # the views say what is wrong


main()
