"""The queue: what runs, where, how far it is; what waits; stop and kill. It ticks only while something is under way."""

import streamlit as st

from pages.ui import resources, state, text
from pipelines.runs.facts import Request, Run

TICK_S = 1.0


def show() -> None:
    """Draw the queue under its heading."""
    st.subheader("Queue", anchor=False)
    inventory = resources.inventory()
    places = [f"{gpu.device} ({gpu.name})" for gpu in inventory.gpus] + [f"CPU, {inventory.cpu_slots} runs at a time"]
    st.caption(f"This machine: {', '.join(places)}.")
    busy = bool(resources.store().find(statuses=["queued", "running"], limit=1))
    st.fragment(_list, run_every=TICK_S if busy else None)(busy)


def _list(was_busy: bool) -> None:
    store = resources.store()
    running = [*reversed(store.find(statuses=["running"]))]
    waiting = store.queued()
    if not running and not waiting:
        if was_busy:
            st.rerun()  # the whole page once more, without the tick
        st.caption("Nothing runs and nothing waits.")
        return
    for run in running:
        _running(run)
    for place, run in enumerate(waiting, start=1):
        _waiting(run, place)


def _running(run: Run) -> None:
    now = run.progress
    with st.container(border=True, key=f"queue.run.{run.uid}", gap="xsmall"):
        with st.container(horizontal=True, vertical_alignment="center"):
            text.status_badge(run)
            _link(run)
            st.caption(f"on {(run.device or '–').upper()}", width="content")
            st.space("stretch")
            stopping = run.request is not None
            st.button(
                "Stopping" if stopping else "Stop",
                key=f"queue.stop.{run.uid}",
                icon=":material/stop_circle:",
                disabled=stopping,
                on_click=_ask,
                args=(run.uid, "stop"),
                help="Ends it within the epoch and keeps the best weights.",
            )
            with st.popover("Kill", icon=":material/dangerous:", disabled=run.request == "kill"):
                st.markdown("End its process at once? Its curves stay; its model is lost.")
                st.button("Kill it", key=f"queue.kill.{run.uid}", type="primary", on_click=_ask, args=(run.uid, "kill"))
        if not now.epochs:
            st.progress(0.0, "Starting")
            return
        speed = f" · {text.count(round(now.examples_per_s))} rows a second" if now.examples_per_s else ""
        left = text.time_left(run, resources.store().clock())
        st.progress(
            now.fraction,
            f"Epoch {min(now.epoch + 1, now.epochs)} of {now.epochs}{speed}"
            + (f" · about {text.duration(left)} left" if left is not None else ""),
        )


def _waiting(run: Run, place: int) -> None:
    with st.container(border=True, horizontal=True, vertical_alignment="center", key=f"queue.run.{run.uid}"):
        text.status_badge(run)
        _link(run)
        st.caption(f"place {place} in line · submitted {text.ago(run.created_at)}", width="content")
        if run.error:
            st.caption(text.escape(run.error), width="content")
        st.space("stretch")
        st.button("Cancel", key=f"queue.stop.{run.uid}", icon=":material/close:", on_click=_ask, args=(run.uid, "stop"))


def _link(run: Run) -> None:
    st.page_link("runs.py", label=text.escape(run.name), query_params={"run": run.uid}, width="content")


def _ask(uid: str, request: Request) -> None:
    resources.store().request(uid, request)
    state.notify({"stop": "It will stop soon.", "kill": "It will be killed."}[request])
