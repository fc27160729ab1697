"""Where a run stands, in words: what it waits for, how far it is, why it ended, and the way on."""

import streamlit as st

from pages.ui import resources, run_actions, text
from pipelines.runs.facts import Request, Run
from pipelines.runs.forecast import Forecast
from pipelines.spec import RunSpec, StartSpec

STARTING = "Starting: the data are read, and prepared where this is their first run"
_ENDING: dict[Request, str] = {
    "stop": "Stopping: the network is tested and saved",
    "pause": "Pausing at the end of this epoch",
    "kill": "Ending at once",
}


def show(run: Run, spec: RunSpec, expected: Forecast | None) -> None:
    """The line, box or bar that says it.

    Args:
        run: as the store knows it.
        spec: of it.
        expected: what past runs of the same settings took.
    """
    if run.status == "queued":
        _waiting(run, spec, expected)
    elif run.status == "running":
        _bar(run)
    elif run.status == "paused":
        st.info(f"Paused after epoch {_done(run)}. It holds no place and no memory; Resume goes on from there, and "
                "gives the same curve as if it had never paused.", icon=":material/pause_circle:")  # fmt: skip
    _fault(run, spec)
    if run.attempt > 1:
        since = f", and went on after epoch {run.progress.resumed_from}" if run.progress.resumed_from else ""
        st.caption(f":material/history: Started {run.attempt} times{since}.")
    if spec.start is not None:
        _origin(run, spec.start)


def _waiting(run: Run, spec: RunSpec, expected: Forecast | None) -> None:
    if run.held:
        words = "It is held, and starts when it is released."
    else:
        before = [other.uid for other in resources.store().queued() if not other.held]
        ahead = before.index(run.uid) if run.uid in before else 0
        waiting = "It is next." if not ahead else f"{ahead} run{'s wait' if ahead > 1 else ' waits'} before it."
        words = f"Waiting for a free slot. {waiting}"
    if expected is not None:
        past = "a past run" if expected.runs == 1 else f"{expected.runs} past runs"
        took = text.duration(expected.seconds_left(spec, run.progress.epoch))
        words += f" It will take about {took}, going by {past} of the same settings."
    st.info(words, icon=text.look(run)[1])


def _bar(run: Run) -> None:
    now = run.progress
    if run.request is not None:
        words = _ENDING[run.request]
    else:
        words = text.epoch(now) if now.epochs else STARTING
    st.progress(now.fraction, words)


def _fault(run: Run, spec: RunSpec) -> None:
    """What went wrong, with its cure where a click can bring it."""
    if run.status == "lost":
        lost = run.error or "Its process ended twice without a word."
        st.error(text.escape(lost), icon=":material/help:")
        if run.progress.epoch:
            st.caption(f"Nothing is lost but the epoch under way: Resume goes on after epoch {_done(run)}.")
    elif run.error and run.status == "failed":
        st.error(text.escape(run.error), icon=":material/error:")
    elif run.error:
        st.warning(text.escape(run.error), icon=":material/history:")
    if run.status in ("failed", "lost") and run.cause == "memory":
        run_actions.retry_smaller(run, spec)


def _origin(run: Run, start: StartSpec) -> None:
    where = "before its first epoch" if start.epoch == 0 else f"after epoch {start.epoch}"
    known = resources.store().find(uids=[start.run])
    if known:
        with st.container(horizontal=True):
            st.page_link("runs.py", label=f"Forked from {text.escape(known[0].name)} {where}",
                         icon=":material/fork_right:", query_params={"run": start.run})  # fmt: skip
            st.page_link("compare.py", label="Compare the two", icon=":material/stacked_line_chart:",
                         query_params={"runs": f"{start.run},{run.uid}"})  # fmt: skip
    else:
        st.caption(f":material/fork_right: Forked from run {start.run}, which was deleted since, {where}.")


def _done(run: Run) -> str:
    return f"{run.progress.epoch} of {run.progress.epochs}"
