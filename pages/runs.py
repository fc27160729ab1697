"""Runs: what trains, what trained, and how it went."""

import time
from collections.abc import Callable
from typing import Any

import streamlit as st

from models.errors import NetloomError
from pages.ui import resources, run_table, run_view, state, text, trained_run
from pages.ui.run_words import spec_of
from pipelines.comparison.variants import outside_study
from pipelines.drafts import Draft
from pipelines.launch.again import extend, resume
from pipelines.launch.submit import submit
from pipelines.runs.facts import Request, Run, RunNotFound
from pipelines.spec import RunSpec

SHOWN = 100  # newest runs in the table
ALL = "All experiments"


def main() -> None:
    """The run that the address names, else all of them."""
    text.show_notice(state.pop_notice())
    uid = state.run_uid()
    if uid is None:
        list_runs()
        return
    st.button("All runs", key="runs.back", icon=":material/arrow_back:", type="tertiary", on_click=state.show_run,
              args=(None,))  # fmt: skip
    try:
        run = resources.store().get(uid)
        spec = spec_of(run)
    except RunNotFound as error:
        text.show_error(NetloomError(error.message, "It may have been made in another home; see all runs."))
        return
    show_run(run, spec)


def list_runs() -> None:
    """The table, live while anything is under way."""
    text.title(
        "Runs",
        "All that was trained here, newest first. Click a run to see it, tick several to compare them.",
    )
    store = resources.store()
    if not store.find(limit=1):
        text.empty("Nothing was trained yet.", "home.py", "Start with an example", ":material/home:")
        return
    with st.container(horizontal=True, vertical_alignment="bottom"):
        st.text_input("Search", key="runs.search", placeholder="Part of a name", icon=":material/search:", width=260)
        st.selectbox("Experiment", [ALL, *store.experiments()], key="runs.experiment", width=260)
    active = bool(store.find(statuses=["queued", "running"], limit=1))
    st.fragment(table, run_every=2.0 if active else None)()


def table() -> None:
    """The runs that the two fields above let through."""
    store = resources.store()
    experiment, search = state.entered("runs.experiment"), (state.entered("runs.search") or "").strip().lower()
    found = store.find(experiment=None if experiment in (None, ALL) else experiment)
    found = [run for run in found if search in run.name.lower() or run.uid.startswith(search)]
    if not found:
        st.caption("No run has this in its name.")
        return
    shown = found[:SHOWN]
    rows = run_table.run_rows(shown, run_view.follow(shown), time.time())
    ticked, clicked = run_table.draw(rows, f"runs.table.{len(shown)}.{shown[0].uid}")
    if clicked is not None:
        state.show_run(shown[clicked].uid)
        st.rerun()
    if len(found) > SHOWN:
        st.caption(f"The newest {SHOWN} of {len(found)} runs. Search to find the others.")
    if len(ticked) > 1 and st.button(f"Compare {len(ticked)} runs", key="runs.compare", type="primary",
                                     icon=":material/stacked_line_chart:"):  # fmt: skip
        state.go("compare.py", runs=",".join(shown[row].uid for row in ticked))


def show_run(run: Run, spec: RunSpec) -> None:
    """One run, whole."""
    with st.container(horizontal=True, vertical_alignment="center", gap="small"):
        st.title(text.escape(run.name), anchor=False, width="content")
        text.status_badge(run)
    st.caption(text.escape(f"{run.experiment} · {run.uid} · submitted {text.ago(run.created_at)}{took(run)}"))
    with st.container(horizontal=True, vertical_alignment="center"):
        actions(run, spec)
        st.space("stretch")
        st.toggle("Log scale for the loss", key="runs.log_y")
        if run.active:
            st.toggle("Live", value=True, key="runs.live", help="Off: the curves stand still while you look.")
    live = bool(state.entered("runs.live")) if run.active else False
    run_view.show_now(run.uid, run, live)
    run_view.show_rest(run, spec, live)


def took(run: Run) -> str:
    """Where a run trains or trained, and how long that took."""
    if not run.device:
        return ""
    if run.started_at and run.ended_at:
        return f" · took {text.duration(run.ended_at - run.started_at)} on {run.device.upper()}"
    return f" · on {run.device.upper()}"


def actions(run: Run, spec: RunSpec) -> None:
    """What can be done with a run as it is now."""
    if run.active:
        end(run)
    else:
        go_on(run, spec)
    if st.button("Open in Design", key="runs.design", icon=":material/schema:"):
        open_in_design(spec)
    if not run.active and trained_run.has_network(run):
        st.page_link("inspection.py", label="Inspect", icon=":material/visibility:", query_params={"run": run.uid})
        st.page_link("export.py", label="Export", icon=":material/download:", query_params={"run": run.uid})


def end(run: Run) -> None:
    """Buttons that end a run."""
    waits = run.status == "queued"
    st.button(
        "Cancel" if waits else "Stop", key="runs.stop", icon=":material/stop_circle:", on_click=ask,
        args=(run.uid, "stop"), disabled=run.request is not None,
        help="Takes it out of the queue." if waits else "Ends with this epoch and keeps the best weights.",
    )  # fmt: skip
    if not waits:
        st.button("Kill", key="runs.kill", icon=":material/cancel:", on_click=ask, args=(run.uid, "kill"),
                  disabled=run.request == "kill",
                  help="Ends at once; what the epoch under way has learned is lost.")  # fmt: skip


def go_on(run: Run, spec: RunSpec) -> None:
    """Buttons that train on from where a run ended, or do the same once more."""
    if run.status != "finished" and run.progress.epoch:
        st.button("Resume", key="runs.resume", icon=":material/resume:", on_click=queue, args=(resume, run.uid),
                  help=f"Goes on after epoch {run.progress.epoch}.")  # fmt: skip
    if run.status in ("finished", "stopped"):
        with st.popover("Train longer", icon=":material/more_time:"):
            done = run.progress.epoch
            total = st.number_input("Epochs in all", done + 1, 100_000, done + 10, key="runs.longer.epochs",
                                    help=f"{done} are done; it goes on from there.")  # fmt: skip
            st.button("Queue", key="runs.longer", type="primary", on_click=queue, args=(extend, run.uid, total))
    st.button("Run again", key="runs.again", icon=":material/replay:", on_click=queue, args=(submit, spec),
              kwargs={"parent_uid": run.uid}, help="The same settings and seed: on a CPU, the same curve.")  # fmt: skip


def ask(uid: str, request: Request) -> None:
    """Ask a run to end."""
    resources.store().request(uid, request)


def queue(how: Callable[..., Run], *what: Any, **kwargs: Any) -> None:
    """Queue a run by `how(store, ...)`, and show it."""
    try:
        queued = how(resources.store(), *what, **kwargs)
    except NetloomError as error:
        state.notify(error)
        return
    state.show_run(queued.uid)


def open_in_design(spec: RunSpec) -> None:
    """Make a run's spec the draft, and go there. It belongs to no study: it is about to become another network."""
    spec = outside_study(spec)
    draft = Draft(spec=spec, match_data=True)
    if draft.matched() != draft:
        draft = Draft(spec=spec, match_data=False)
    state.keep(draft)
    state.go("design.py")


main()
