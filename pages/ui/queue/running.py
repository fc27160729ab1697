"""A run under way, as the queue shows it: where it is, how long it will take, and what can be asked of it."""

import streamlit as st

from pages.ui import resources, run_actions, text
from pipelines.runs.facts import Progress, Run
from pipelines.runs.specs import spec_of

_ASKED = {"stop": "Stopping", "pause": "Pausing", "kill": "Ending"}


def card(run: Run) -> None:
    """One run in a frame of its own."""
    with st.container(border=True, key=f"queue.run.{run.uid}", gap="xsmall"):
        with st.container(horizontal=True, vertical_alignment="center"):
            text.status_badge(run)
            st.page_link("runs.py", label=text.escape(run.name), query_params={"run": run.uid}, width="content")
            st.caption(f"on {(run.device or '–').upper()}", width="content")
            st.space("stretch")
            for name in ("pause", "stop"):
                _button(run, run_actions.named(name))
            run_actions.kill(run, f"queue.kill.{run.uid}")
        st.progress(run.progress.fraction, progress_words(run.progress, _left(run), run.request))


def progress_words(now: Progress, left_s: float | None, request: str | None = None) -> str:
    """Where a run is, in one line.

    >>> progress_words(Progress(epoch=2, epochs=10, step=5, steps=40, examples_per_s=1234.4), 75.0)
    'Epoch 3 of 10, step 5 of 40 · 1,234 rows a second · about 1 min 15 s left'
    """
    words = []
    if request in _ASKED:
        words.append(_ASKED[request])
    words.append(text.epoch(now))
    if not now.epochs:
        return " · ".join(words)
    if now.examples_per_s:
        words.append(f"{now.examples_per_s:,.0f} rows a second")
    if left_s is not None:
        words.append(f"about {text.duration(left_s)} left")
    return " · ".join(words)


def _button(run: Run, action: run_actions.Action) -> None:
    asked = run.request in action.shut
    st.button(action.label, key=f"queue.{action.name}.{run.uid}", icon=action.icon, disabled=asked, help=action.help,
              on_click=run_actions.carry_out, args=(action, [run.uid]))  # fmt: skip


def _left(run: Run) -> float | None:
    """Seconds that it still needs: at its own pace, and before it has one at that of past runs that did the same."""
    own = text.time_left(run, resources.store().clock())
    if own is not None:
        return own
    past = resources.forecast(run.uid)
    return past.seconds_left(spec_of(run), run.progress.epoch) if past else None
