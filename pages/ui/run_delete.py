"""Deleting runs for good: what would go, how much disk that frees, and the click that means it."""

from collections.abc import Sequence

import streamlit as st

from models.errors import NetloomError
from pages.ui import resources, state, text
from pipelines.runs.facts import Run

NAMED = 8  # runs by name; of more it says how many


def button(runs: Sequence[Run]) -> None:
    """The button that asks, for those of the runs that have ended."""
    ended = [run for run in runs if not run.active]
    if not ended:
        return
    label = f"Delete {len(ended)}" if len(runs) > 1 else "Delete"
    if st.button(label, key="runs.delete", icon=":material/delete:", help="For good, with its files."):
        _dialog([run.uid for run in ended])


@st.dialog("Delete for good", icon=":material/delete:")
def _dialog(uids: Sequence[str]) -> None:
    if state.recall("runs.deleted"):
        state.forget("runs.deleted")
        st.rerun()  # which closes it
    store = resources.store()
    found = store.find(uids=uids)
    for run in found[:NAMED]:
        with st.container(horizontal=True, vertical_alignment="center", gap="small"):
            text.status_badge(run)
            st.markdown(text.escape(run.name), width="content")
            st.caption(f"{run.progress.epoch} epochs, submitted {text.ago(run.created_at)}", width="content")
    if len(found) > NAMED:
        st.caption(f"and {len(found) - NAMED} more.")
    what = "Its curves, its networks, its snapshots and its log" if len(found) == 1 else \
        f"The curves, networks, snapshots and logs of these {len(found)} runs"  # fmt: skip
    st.markdown(f"{what} are removed. That cannot be undone, and frees **{text.size(store.bytes_of(uids))}**.")
    st.button(f"Delete {len(found)} runs" if len(found) > 1 else "Delete it", key="runs.delete.sure", type="primary",
              icon=":material/delete_forever:", on_click=_delete, args=(uids,))  # fmt: skip


def _delete(uids: Sequence[str]) -> None:
    try:
        freed = resources.store().delete(uids)
    except NetloomError as error:
        state.notify(error)
    else:
        state.notify(f"{len(uids)} run{'s' if len(uids) > 1 else ''} deleted, {text.size(freed)} freed.")
        if state.run_uid() in uids:
            state.show_run(None)
    state.remember("runs.deleted", True)
