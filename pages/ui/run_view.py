"""One run on a page: where it is, its curves, what it was asked to do, its network, its log."""

import os
from pathlib import Path

import pandas as pd
import streamlit as st

from models.errors import NetloomError
from pages.ui import live_chart, resources, state, text
from pages.ui.best import best_epoch, waited_to
from pages.ui.charts.curves import learning_curve
from pages.ui.charts.style import metric_label
from pages.ui.design import facts_panel, graph_view
from pages.ui.follow import Follower
from pages.ui.run_words import settings, spec_of
from pipelines.comparison.measure import is_loss, measures, place, values
from pipelines.runs.facts import Run
from pipelines.spec import RunSpec

STARTING = "Starting: the data are read, and prepared where this is their first run"
LOG_TAIL_BYTES = 64 * 1024
POLL_S = 1.0
FIRST_POLL_S = 0.3  # until the first epoch is there: people wait for it, and there is little to draw


def show_now(uid: str, drawn: Run, live: bool) -> None:
    """Progress, figures and curves; drawn again each second while the run is active and `live` is on."""
    poll_s = POLL_S if drawn.progress.epoch else FIRST_POLL_S
    tick = st.fragment(_now, run_every=poll_s if drawn.active and live else None)
    tick(uid, _phase(drawn))


def show_rest(run: Run, spec: RunSpec, live: bool) -> None:
    """Settings, network and log, each drawn when it is opened. A failed run opens on its log."""
    names = ["Settings", "Network", "Log"]
    start = "Log" if run.status in ("failed", "lost") else "Settings"
    tabs = st.tabs(names, default=start, key=f"runs.tabs.{run.uid}", on_change="rerun")
    for name, tab in zip(names, tabs, strict=True):
        if not tab.open:
            continue
        with tab:
            if name == "Settings":
                st.table(
                    pd.Series(settings(spec), name="Value").to_frame().rename_axis("Setting"),
                    border="horizontal",
                    hide_header=True,
                )
            elif name == "Network":
                _network(run.uid, spec)
            else:
                st.fragment(_log, run_every=2 * POLL_S if run.active and live else None)(run.uid)


def follow(runs: list[Run]) -> pd.DataFrame:
    """Histories of `runs`, of which only what is new is read. One memory a tab."""
    follower = state.recall("runs.follower")
    if follower is None:
        follower = Follower()
        state.remember("runs.follower", follower)
    return follower.poll(resources.store(), runs)


def _phase(run: Run) -> tuple[str, str | None, bool]:
    """What, when it changes, changes more than the fragment: the buttons, the tabs, the pace of live updates."""
    return run.status, run.request, run.progress.epoch > 0


def _now(uid: str, drawn: tuple[str, str | None, bool]) -> None:
    run = resources.store().get(uid)
    if _phase(run) != drawn:
        st.rerun()
    spec = spec_of(run)
    history = follow([run])
    _progress(run)
    _figures(run, spec, history)
    if history["value"].notna().any():  # a first epoch that ended in NaN leaves nothing to draw
        _curves(run, spec, history)
    elif run.status == "running":
        st.caption("The first points appear when the first epoch ends.")


def _progress(run: Run) -> None:
    now = run.progress
    if run.status == "queued":
        before = [other.uid for other in resources.store().queued()]
        ahead = before.index(run.uid) if run.uid in before else 0
        waiting = "It is next." if not ahead else f"{ahead} run{'s wait' if ahead > 1 else ' waits'} before it."
        st.info(f"Waiting for a free slot. {waiting}", icon=":material/schedule:")
    elif run.status == "running":
        epoch = min(now.epoch + 1, now.epochs)
        words = f"Epoch {epoch} of {now.epochs}, step {now.step} of {now.steps}" if now.epochs else STARTING
        st.progress(now.fraction, "Stopping at the end of this epoch" if run.request == "stop" else words)
    if run.error and run.status in ("failed", "lost"):
        st.error(text.escape(run.error), icon=":material/error:")
    elif run.error:
        st.warning(text.escape(run.error), icon=":material/history:")
    if run.attempt > 1:
        since = f", and went on after epoch {now.resumed_from}" if now.resumed_from else ""
        st.caption(f":material/history: Started {run.attempt} times{since}.")


def _figures(run: Run, spec: RunSpec, history: pd.DataFrame) -> None:
    now, figures = run.progress, []
    if now.epochs:
        figures.append(("Epochs", f"{now.epoch} of {now.epochs}"))
    for measure in sorted(measures(history), key=lambda each: (each.split == "test", place(each.name))):
        found = values([run], history, measure)
        if measure.split != "train" and len(found):
            figures.append((text.sentence(str(measure)), text.number(found[run.uid])))
    if run.status == "running":
        if now.examples_per_s:
            figures.append(("Speed", f"{now.examples_per_s:,.0f} rows/s"))
        figures.append(("Time left", text.duration(text.time_left(run, resources.store().clock()))))
    if figures:
        with st.grid(min_column_width=165):
            for label, value in figures:
                st.metric(label, value, border=True)
    if (history["split"] == "test").any():
        st.caption("The test rows were used once, when training had ended; nothing was chosen by them.")


def _curves(run: Run, spec: RunSpec, history: pd.DataFrame) -> None:
    best, waited = best_epoch(run, spec, history), waited_to(run, spec, history)
    log_y = bool(state.entered("runs.log_y"))
    charts = st.columns(2, gap="medium")
    for index, metric in enumerate(_metrics(history)):
        with charts[index % 2]:
            log = log_y and is_loss(metric)
            figure = learning_curve(history, metric, best_epoch=best, stopped_epoch=run.stopped_epoch,
                                    waited_to=waited, log_y=log)  # fmt: skip
            live_chart.show(
                figure,
                f"runs.curve.{run.uid}.{metric}.{'log' if log else 'linear'}",
                alt=f"{metric_label(metric)} of run {run.name} by epoch, for training and validation",
            )


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
        st.code(words, language=None, height=min(480, 60 + 21 * words.count("\n")), wrap_lines=True)
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
    """Names of what was measured: the loss, metrics, and the losses of single outputs."""
    return sorted(history["name"].unique(), key=lambda name: (place(name), name))
