"""Which trained run a page is about: the one in its address, else the newest; or one sentence why there is none."""

from pathlib import Path

import streamlit as st

from models.errors import NetloomError
from pages.ui import resources, state, text
from pipelines.runs.facts import Run, RunNotFound

OFFERED = 300  # newest runs in the list


def choose(page: str) -> Run | None:
    """Draw the list of trained runs, with the asked one chosen. None where there is nothing to show; it says why.

    Args:
        page: its widgets' prefix: `export`, `inspection`.
    """
    store = resources.store()
    asked = state.run_uid()
    try:
        wanted = store.get(asked) if asked else None
    except RunNotFound as error:
        text.show_error(NetloomError(error.message, "It may have been made in another home; choose another run."))
        wanted = None
    trained = {run.uid: run for run in store.find(limit=OFFERED) if has_network(run)}
    if wanted is None and not trained:
        text.empty("There is no trained network yet: it is kept when a run finishes or is stopped.", "home.py",
                   "Start with an example", ":material/home:")  # fmt: skip
        return None
    if wanted is None:
        wanted = next(iter(trained.values()))
    offered = {wanted.uid: wanted, **trained} if wanted.uid not in trained else trained
    key = f"{page}.run"
    with st.container(horizontal=True, vertical_alignment="bottom"):
        st.selectbox(
            "Run",
            list(offered),
            key=state.field(key, wanted.uid),
            format_func=lambda uid: f"{offered[uid].name} · {uid[:4]}",
            on_change=lambda: state.show_run(state.entered(key)),
            width=420,
        )
        st.page_link("runs.py", label="Its curves", icon=":material/show_chart:", query_params={"run": wanted.uid})
    if has_network(wanted):
        return wanted
    _explain(wanted)
    return None


def network_file(run: Run) -> Path:
    """Where a run's trained network lies, or will."""
    return resources.store().run_dir(run.uid) / "model.keras"


def has_network(run: Run) -> bool:
    """Whether a run has left a trained network."""
    return network_file(run).is_file()


def _explain(run: Run) -> None:
    name = text.escape(run.name)
    if run.status == "queued":
        st.info(f"{name} has not started yet. Its network can be used when it has trained.", icon=":material/schedule:")
    elif run.active:
        st.info(
            f"{name} is still training: epoch {run.progress.epoch} of {run.progress.epochs} is done. "
            "Its network can be used when it finishes, or when you stop it.",
            icon=":material/progress_activity:",
        )
    else:
        st.warning(
            f"{name} left no trained network: it is {run.status}"
            + (f". {text.escape(run.error)}" if run.error else " before its first epoch ended."),
            icon=":material/error:",
        )
