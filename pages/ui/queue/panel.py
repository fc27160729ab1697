"""The queue: what runs and how far it is; what waits, and in which order. It ticks only while there is something."""

import streamlit as st

from pages.ui import resources, state, text
from pages.ui.queue import running, slots, waiting

TICK_S = 1.0


def show() -> None:
    """Draw the queue under its heading."""
    with st.container(horizontal=True, vertical_alignment="center"):
        st.subheader("Queue", anchor=False, width="content")
        st.space("stretch")
        slots.show()
    busy = _busy()
    st.fragment(_list, run_every=TICK_S if busy else None)(busy)


def _busy() -> bool:
    """Whether anything changes by itself: a run that is held does not."""
    return bool(resources.store().pulse())


def _list(was_busy: bool) -> None:
    waiting.leave()
    if _busy() != was_busy:
        st.rerun()  # the whole page once more, with or without the tick
    text.show_notice(state.pop_notice())
    store = resources.store()
    under_way = [*reversed(store.find(statuses=["running"]))]
    queued = store.queued()
    if not under_way and not queued:
        st.caption("Nothing runs and nothing waits.")
        return
    for run in under_way:
        running.card(run)
    waiting.show(queued)
