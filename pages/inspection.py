"""Inspect: filters, feature maps and mistakes of a trained network."""

import streamlit as st

from models.errors import NetloomError
from pages.ui import inspect_filters, inspect_maps, inspect_mistakes, state, text, trained_run
from pipelines.runs.facts import Run

VIEWS = {"Filters": inspect_filters.show, "Feature maps": inspect_maps.show, "Mistakes": inspect_mistakes.show}


def main() -> None:
    """The run that the address names, seen in three ways."""
    text.title("Inspect", "What a network has learned, what it makes of an example, and where it errs.")
    text.show_notice(state.pop_notice())
    run = trained_run.choose("inspection")
    if run is not None:
        show(run)


def show(run: Run) -> None:
    """Each view is drawn when it is opened."""
    tabs = st.tabs(list(VIEWS), key="inspection.tab", on_change="rerun")
    for (name, view), tab in zip(VIEWS.items(), tabs, strict=True):
        if tab.open:
            with tab:
                try:
                    view(run)
                except NetloomError as error:
                    text.show_error(error)
                    st.button("Try again", key=f"inspection.retry.{name}", icon=":material/refresh:")


main()
