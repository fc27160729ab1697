"""All runs: the table, live while anything is under way, and what can be done with those that are ticked."""

import time
from collections.abc import Sequence

import streamlit as st

from pages.ui import resources, run_actions, run_delete, run_table, run_view, state, text, webhook
from pipelines.runs.facts import ACTIVE, Run

SHOWN = 100  # newest runs in the table
ALL, ANY = "All experiments", "Any status"
TICK_S = 2.0


def show() -> None:
    """The fields that narrow the table, and the table."""
    text.title(
        "Runs",
        "All that was trained here, newest first. Click a run to see it, tick several to compare or to steer them.",
    )
    store = resources.store()
    if not store.find(limit=1):
        text.empty("Nothing was trained yet.", "home.py", "Start with an example", ":material/home:")
        return
    with st.container(horizontal=True, vertical_alignment="bottom"):
        st.text_input("Search", key="runs.search", placeholder="Part of a name", icon=":material/search:", width=260)
        st.selectbox("Experiment", [ALL, *store.experiments()], key="runs.experiment", width=220)
        st.selectbox("Status", [ANY, *text.STATUS_LOOK], key="runs.status", width=160)
        st.space("stretch")
        webhook.show()
    active = bool(store.find(statuses=ACTIVE, limit=1))
    st.fragment(_table, run_every=TICK_S if active else None)()


def _table() -> None:
    """The runs that the fields let through."""
    if state.has_notice():
        st.rerun()  # a click here draws this part alone; what came of it is said on the page, where it stays
    found = _found()
    if not found:
        st.caption("No run has this in its name." if state.entered("runs.search") else "There is no such run.")
        return
    bar = st.container(horizontal=True, vertical_alignment="center", gap="small", key="runs.bar")
    shown = found[:SHOWN]
    rows = run_table.run_rows(shown, run_view.follow(shown), time.time())
    ticked, clicked = run_table.draw(rows, f"runs.table.{len(shown)}.{shown[0].uid}")
    if clicked is not None:
        state.show_run(shown[clicked].uid)
        st.rerun()
    if len(found) > SHOWN:
        st.caption(f"The newest {SHOWN} of {len(found)} runs. Search to find the others.")
    with bar:
        _bar([shown[row] for row in ticked])


def _found() -> list[Run]:
    experiment, status = state.entered("runs.experiment"), state.entered("runs.status")
    search = (state.entered("runs.search") or "").strip().lower()
    runs = resources.store().find(
        experiment=None if experiment in (None, ALL) else experiment,
        statuses=None if status in (None, ANY) else [status],
    )
    return [run for run in runs if search in run.name.lower() or run.uid.startswith(search)]


def _bar(ticked: Sequence[Run]) -> None:
    """What can be done with the ticked runs: each button says for how many of them it is."""
    several = len(ticked) > 1
    if st.button(f"Compare {len(ticked)} runs" if several else "Compare", key="runs.compare", disabled=not several,
                 type="primary" if several else "secondary", icon=":material/stacked_line_chart:"):  # fmt: skip
        state.go("compare.py", runs=",".join(run.uid for run in ticked))
    if not ticked:
        st.caption("Tick runs to compare, stop, pause, resume, train longer or delete them.", width="content")
        return
    run_actions.buttons_for(ticked)
    run_actions.train_longer(ticked)
    run_delete.button(ticked)
