"""Look inside: filters, feature maps and mistakes of a trained network."""

import streamlit as st

from models.errors import NetloomError
from pages.ui import look_filters, look_maps, look_mistakes, state, text, trained_run
from pipelines.runs.facts import Run

VIEWS = {"Filters": look_filters.show, "Feature maps": look_maps.show, "Mistakes": look_mistakes.show}


def main() -> None:
    """The run that the address names, seen in three ways."""
    text.title("Look inside", "What a network has learned, what it makes of an example, and where it errs.")
    text.show_notice(state.pop_notice())
    run = trained_run.choose("look_inside")
    if run is not None:
        show(run)


def show(run: Run) -> None:
    """Each view is drawn when it is opened."""
    tabs = st.tabs(list(VIEWS), key="look_inside.tab", on_change="rerun")
    for (name, view), tab in zip(VIEWS.items(), tabs, strict=True):
        if tab.open:
            with tab:
                try:
                    view(run)
                except NetloomError as error:
                    text.show_error(error)
                    st.button("Try again", key=f"look_inside.retry.{name}", icon=":material/refresh:")


main()
