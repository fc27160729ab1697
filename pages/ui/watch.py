"""The watch over runs, on every page: a few lines in the sidebar on what trains, and a word when a run ends.

It ticks only after something was seen to train; a page on which nothing ever did has no clock, and each tick asks for
one cheap list.
"""

from collections.abc import Collection

import streamlit as st

from models.errors import NetloomError
from pages.ui import resources, state, text
from pipelines.comparison.measure import measures, values
from pipelines.runs.facts import Run, RunNotFound, Status
from pipelines.runs.store import RunStore

TICK_S = 2.0
NAMED = 3  # running runs that have a line each
_ACTIVE, _ENDED = "watch.active", "watch.ended"
_DONE: dict[Status, str] = {
    "finished": "has finished",
    "stopped": "was stopped",
    "paused": "is paused",
    "failed": "has failed",
    "lost": "was lost",
}
_TOLD_S = 10


def show(on_runs_page: bool) -> None:
    """Draw it into the sidebar, after the page: what a click there has queued is seen, too.

    Args:
        on_runs_page: somebody looks at the runs: those that ended are no news any more.
    """
    if on_runs_page:
        state.remember(_ENDED, [])
    try:
        busy = bool(_active(resources.store()) or state.recall(_ACTIVE))
        if busy or state.recall(_ENDED):
            with st.sidebar:
                st.fragment(_tick, run_every=TICK_S if busy else None)(on_runs_page)
    except NetloomError:  # the page has said it
        return


def _tick(on_runs_page: bool) -> None:
    store = resources.store()
    active = _active(store)
    before: Collection[str] = state.recall(_ACTIVE, ())
    for uid in before:
        if uid not in active:
            _ended(store, uid, on_runs_page)
    state.remember(_ACTIVE, list(active))
    if active:
        _under_way(store, active)
    _news(store)


def _active(store: RunStore) -> dict[str, Status]:
    return {uid: status for uid, status, _ in store.pulse()}


def _ended(store: RunStore, uid: str, on_runs_page: bool) -> None:
    """Say how a run has ended."""
    try:
        run = store.get(uid)
    except RunNotFound:
        return  # deleted
    if run.active:
        return  # held
    icon = text.STATUS_LOOK[run.status][0]
    st.toast(f"**{text.escape(run.name)}** {_DONE[run.status]}{_result(store, run)}", icon=icon, duration=_TOLD_S)
    if not on_runs_page:
        state.remember(_ENDED, [*state.recall(_ENDED, []), uid])


def _result(store: RunStore, run: Run) -> str:
    """What came of it, in a few words."""
    if run.status in ("failed", "lost"):
        return f". {text.escape(run.error)}" if run.error else "."
    if run.status == "paused":
        return f" after epoch {run.progress.epoch} of {run.progress.epochs}."
    history = store.history([run.uid])
    for measure in measures(history):
        found = values([run], history, measure)
        if len(found):
            return f": {text.escape(str(measure))} {text.number(found[run.uid])}."
    return "."


def _under_way(store: RunStore, active: dict[str, Status]) -> None:
    running = [uid for uid, status in active.items() if status == "running"]
    for run in sorted(store.find(uids=running[:NAMED]), key=lambda run: running.index(run.uid)):
        now = run.progress
        epoch = f"epoch {min(now.epoch + 1, now.epochs)} of {now.epochs}" if now.epochs else "starting"
        with st.container(gap="xsmall", key=f"watch.run.{run.uid}"):
            st.page_link("runs.py", label=text.escape(run.name), icon=text.STATUS_LOOK["running"][0],
                         query_params={"run": run.uid})  # fmt: skip
            st.progress(now.fraction, text.sentence(epoch))
    more = len(running) - NAMED
    waiting = len(active) - len(running)
    parts = [f"{more} more train{'s' if more == 1 else ''}"] if more > 0 else []
    parts += [f"{waiting} wait{'s' if waiting == 1 else ''}"] if waiting else []
    if parts:
        st.caption(text.sentence(" · ".join(parts)))


def _news(store: RunStore) -> None:
    """The badge: what has ended since somebody looked at the runs."""
    ended = state.recall(_ENDED)
    if not ended:
        return
    runs = store.find(uids=ended)
    badges = []
    for status, (icon, color) in text.STATUS_LOOK.items():
        count = sum(run.status == status for run in runs)
        if count:
            badges.append(f":{color}-badge[{icon} {count} {status}]")
    if badges:
        st.markdown(" ".join(badges))
        query = {"run": runs[0].uid} if len(runs) == 1 else {}
        st.page_link("runs.py", label="See it" if query else "See them", icon=":material/arrow_forward:",
                     query_params=query)  # fmt: skip
