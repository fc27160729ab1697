"""One run on a page: where it is, its curves, what it was asked to do, its network, its log, notes on it."""

import os
from pathlib import Path

import pandas as pd
import streamlit as st
from streamlit.delta_generator import DeltaGenerator

from models.errors import NetloomError
from pages.ui import best, live_chart, resources, run_state, run_usage, state, text
from pages.ui.charts.batch_loss import batch_loss
from pages.ui.charts.curves import learning_curve
from pages.ui.charts.style import metric_label
from pages.ui.design import facts_panel, graph_view
from pages.ui.follow import Follower
from pages.ui.run_words import settings
from pipelines.comparison.measure import RATE, is_loss, measures, place, values
from pipelines.runs.facts import Run, RunNotFound
from pipelines.runs.specs import spec_of
from pipelines.spec import RunSpec

LOG_TAIL_BYTES = 64 * 1024
LOG_LINES, LOG_HEIGHT = 15, 480  # a longer log scrolls, and stands at its end
POLL_S = 1.0
FIRST_POLL_S = 0.3  # until the first epoch is there: people wait for it, and there is little to draw
SETTINGS, NETWORK, LOG, NOTES = "Settings", "Network", "Log", "Notes"
Phase = tuple[object, ...]


def show_now(uid: str, drawn: Run, live: bool) -> None:
    """State, figures and curves; drawn again each second while the run is active and `live` is on."""
    poll_s = POLL_S if drawn.progress.epoch else FIRST_POLL_S
    tick = st.fragment(_now, run_every=poll_s if drawn.active and live else None)
    tick(uid, _phase(drawn))


def show_rest(run: Run, spec: RunSpec, live: bool) -> None:
    """Settings, network, log and notes, each drawn when it is opened. What waits, trains or failed opens on its log."""
    tabs_key = f"runs.tabs.{run.uid}"
    start = state.entered(tabs_key) or (LOG if run.active or run.status in ("failed", "lost") else SETTINGS)
    names = [SETTINGS, NETWORK, LOG, NOTES]
    tabs = st.tabs(names, default=start, key=tabs_key, on_change="rerun")
    for name, tab in zip(names, tabs, strict=True):
        if not tab.open:
            continue
        with tab:
            if name == SETTINGS:
                st.table(
                    pd.Series(settings(spec), name="Value").to_frame().rename_axis("Setting"),
                    border="horizontal",
                    hide_header=True,
                )
            elif name == NETWORK:
                _network(run.uid, spec)
            elif name == LOG:
                st.fragment(_log, run_every=2 * POLL_S if run.active and live else None)(run.uid)
            else:
                _notes(run)


def follow(runs: list[Run]) -> pd.DataFrame:
    """Histories of `runs`, of which only what is new is read. One memory a tab."""
    follower = state.recall("runs.follower")
    if follower is None:
        follower = Follower()
        state.remember("runs.follower", follower)
    return follower.poll(resources.store(), runs)


def _phase(run: Run) -> Phase:
    """What, when it changes, changes more than the fragment: the buttons, the tabs, the pace of live updates."""
    return run.status, run.request, run.held, run.progress.epoch > 0


def _now(uid: str, drawn: Phase) -> None:
    if state.has_notice():
        st.rerun()  # a click here draws this part alone; what came of it is said by the page
    try:
        run = resources.store().get(uid)
    except RunNotFound:
        st.rerun()  # the page says that it is gone
    if _phase(run) != drawn:
        st.rerun()
    spec = spec_of(run)
    history, batches = follow([run]), resources.store().batch_history(uid)
    own_epochs = run.progress.epoch - (spec.start.epoch if spec.start else 0)
    expected = resources.store().forecast(spec) if run.active and own_epochs < 2 else None
    run_state.show(run, spec, expected)
    _figures(run, history, expected.seconds_left(spec, run.progress.epoch) if expected else None)
    measured = history["value"].notna().any()  # a first epoch that ended in NaN leaves nothing to draw
    if measured:
        _curves(run, spec, history, batches)
    elif len(batches):
        _batches(run, batches)
    elif run.status == "running":
        st.caption("The first points appear when the first batches are done.")


def _figures(run: Run, history: pd.DataFrame, expected_s: float | None) -> None:
    now = run.progress
    figures: list[tuple[str, str, str | None]] = []
    if now.epochs and run.status != "running":  # else the bar says it
        figures.append(("Epochs", f"{now.epoch} of {now.epochs}", None))
    for measure in sorted(measures(history), key=lambda each: (each.split == "test", place(each.name))):
        found = values([run], history, measure)
        if measure.split != "train" and len(found):
            figures.append((text.sentence(str(measure)), text.number(found[run.uid]), None))
    if run.status == "running":
        figures += run_usage.figures(run, history, expected_s)
    if figures:
        with st.grid(min_column_width=165):
            for label, value, help in figures:
                st.metric(label, value, border=True, help=help)
    if run.status == "running":
        run_usage.machine(now)
    if (history["split"] == "test").any():
        st.caption("The test rows were used once, when training had ended; nothing was chosen by them.")


def _curves(run: Run, spec: RunSpec, history: pd.DataFrame, batches: pd.DataFrame) -> None:
    """A chart a metric; the loss of single batches last."""
    history = best.by_step(history, run.progress.steps)
    at_best, waited = best.best_epoch(run, spec, history), best.waited_to(run, spec, history)
    stopped = best.stopped_epoch(run, history)
    log_y = bool(state.entered("runs.log_y"))
    metrics = _metrics(history)
    places = _in_pairs(len(metrics) + bool(len(batches)))
    for metric, spot in zip(metrics, places, strict=False):
        with spot:
            log = log_y and is_loss(metric)
            if metric == RATE:
                figure = learning_curve(history, metric)
            else:
                figure = learning_curve(history, metric, best_epoch=at_best, stopped_epoch=stopped, waited_to=waited,
                                        log_y=log)  # fmt: skip
            live_chart.show(
                figure,
                f"runs.curve.{run.uid}.{metric}.{'log' if log else 'linear'}",
                alt=f"{metric_label(metric)} of run {run.name} by epoch, for training and validation",
            )
    if len(batches):
        with places[-1]:
            _batches(run, batches)


def _in_pairs(count: int) -> list[DeltaGenerator]:
    """Places for so many charts, two beside each other; below each other in this order where there is little room."""
    return [column for _ in range(0, count, 2) for column in st.columns(2, gap="medium")][:count]


def _batches(run: Run, batches: pd.DataFrame) -> None:
    log_y = bool(state.entered("runs.log_y"))
    live_chart.show(
        batch_loss(batches, steps=run.progress.steps, log_y=log_y),
        f"runs.batches.{run.uid}.{'log' if log_y else 'linear'}",
        alt=f"Training loss of run {run.name} from batch to batch",
    )


def _notes(run: Run) -> None:
    key = f"runs.notes.{run.uid}"
    st.text_area("Notes", run.notes, key=key, height=160, label_visibility="collapsed", on_change=_note,
                 args=(run.uid, key), placeholder="What you tried, and what came of it.")  # fmt: skip


def _note(uid: str, key: str) -> None:
    resources.store().set_notes(uid, (state.entered(key) or "").strip())


def _network(uid: str, spec: RunSpec) -> None:
    try:
        with st.spinner("Asking Keras"):
            summary = resources.summary(spec.model)
    except NetloomError as error:
        text.show_error(error)
        return
    if summary is None:
        st.caption("Keras has not answered yet; open this tab again in a moment.")
        return
    st.caption(f"{text.count(summary.total_params)} parameters, {text.count(summary.trainable_params)} trainable.")
    picture, layers = st.columns([5, 6], gap="medium")
    with picture:
        graph_view.show(spec.model, summary, None, None, f"runs.graph.{uid}")
    with layers:
        facts_panel.layers(summary)


def _log(uid: str) -> None:
    words = log_tail(resources.store().run_dir(uid) / "log.txt")
    if words:
        long = words.count("\n") >= LOG_LINES
        with st.container(height=LOG_HEIGHT if long else "content", border=False, autoscroll=long, key="runs.log"):
            st.code(words, language=None, wrap_lines=True)
    else:
        st.caption("Nothing was logged yet.")


def log_tail(path: Path, max_bytes: int = LOG_TAIL_BYTES) -> str:
    """The last whole lines of a log file; "" where there is none."""
    try:
        with path.open("rb") as stream:
            size = stream.seek(0, os.SEEK_END)
            stream.seek(max(0, size - max_bytes))
            tail = stream.read().decode("utf-8", errors="replace")
    except OSError:
        return ""
    return (tail.partition("\n")[2] if size > max_bytes else tail).rstrip("\n")


def _metrics(history: pd.DataFrame) -> list[str]:
    """Names of what was measured: the loss, metrics, losses of single outputs, the learning rate where it varied."""
    return sorted(history["name"].unique(), key=lambda name: (name == RATE, place(name), name))
