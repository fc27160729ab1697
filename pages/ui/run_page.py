"""One run, whole: its name, what can be done with it, how it goes, what it was asked to do."""

import streamlit as st

from models.errors import NetloomError
from pages.ui import resources, run_actions, run_delete, run_fork, run_view, state, text, trained_run
from pipelines.comparison.variants import outside_study
from pipelines.drafts import Draft
from pipelines.runs.facts import Run, RunNotFound
from pipelines.runs.specs import spec_of
from pipelines.spec import RunSpec


def show(uid: str) -> None:
    """The run with this uid, or one sentence why it is not here."""
    st.button("All runs", key="runs.back", icon=":material/arrow_back:", type="tertiary", on_click=state.show_run,
              args=(None,))  # fmt: skip
    try:
        run = resources.store().get(uid)
        spec = spec_of(run)
    except RunNotFound as error:
        text.show_error(NetloomError(error.message, "It may have been deleted, or made in another home; see all runs."))
        return
    _head(run)
    _actions(run, spec)
    with st.container(horizontal=True, vertical_alignment="center"):
        st.toggle("Log scale for the loss", key="runs.log_y")
        if run.active:
            st.toggle("Live", value=True, key="runs.live", help="Off: the curves stand still while you look.")
    live = bool(state.entered("runs.live")) if run.active else False
    run_view.show_now(run.uid, run, live)
    run_view.show_rest(run, spec, live)


def _head(run: Run) -> None:
    with st.container(horizontal=True, vertical_alignment="center", gap="small"):
        st.title(text.escape(run.name), anchor=False, width="content")
        text.status_badge(run)
    st.caption(text.escape(f"{run.experiment} · {run.uid} · submitted {text.ago(run.created_at)}{_took(run)}"))
    if run.notes:
        st.markdown(run.notes)


def _took(run: Run) -> str:
    """Where a run trains or trained, and how long that took."""
    if not run.device:
        return ""
    if run.started_at and run.ended_at:
        return f" · took {text.duration(run.ended_at - run.started_at)} on {run.device.upper()}"
    return f" · on {run.device.upper()}"


def _actions(run: Run, spec: RunSpec) -> None:
    """What can be done with a run as it is now."""
    with st.container(horizontal=True, vertical_alignment="center"):
        run_actions.buttons(run)
        run_actions.train_longer([run])
        run_fork.button(run)
        with st.popover("Clone and edit", icon=":material/edit:", help="Its settings become a draft of their own."):
            _draft_buttons(spec)
        run_delete.button([run])
        if trained_run.states(run):
            st.page_link("inspection.py", label="Inspect", icon=":material/visibility:", query_params={"run": run.uid})
        if not run.active and trained_run.has_network(run):
            st.page_link("export.py", label="Export", icon=":material/download:", query_params={"run": run.uid})


def _draft_buttons(spec: RunSpec) -> None:
    for page, label, icon in (("data", "Its data", "table_view"), ("design", "Its network", "schema"),
                              ("train", "Its training", "play_circle")):  # fmt: skip
        if st.button(label, key=f"runs.{page}", icon=f":material/{icon}:", width="stretch"):
            clone_and_edit(spec, f"{page}.py")


def clone_and_edit(spec: RunSpec, page: str) -> None:
    """Make a run's spec a draft of its own, and go to a page that edits it.

    It belongs to no study: it is about to become another run. Where it was forked from another one it still is, unless
    its data or its network may change, which that one's state would not fit.
    """
    spec = outside_study(spec)
    if page != "train.py":
        spec = spec.replace(start=None)
    draft = Draft(spec=spec, match_data=True)
    if draft.matched() != draft:
        draft = Draft(spec=spec, match_data=False)
    state.begin(draft)
    state.go(page)
