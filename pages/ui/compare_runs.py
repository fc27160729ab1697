"""Runs beside each other: their curves in one chart, how they did, and which of their settings differ."""

from collections.abc import Sequence

import pandas as pd
import streamlit as st

from models.errors import SpecError
from pages.ui import best, compare_seeds, live_chart, resources, state, text
from pages.ui.charts.overlay import ACROSS_LABEL, Across, overlay
from pages.ui.charts.style import SPLIT_LABEL, metric_label
from pages.ui.run_view import follow
from pages.ui.run_words import differing
from pipelines.comparison.measure import RATE, Measure, measures, values
from pipelines.runs.facts import Run
from pipelines.runs.specs import spec_of

MOST = 10  # runs in one chart: as many as there are colours
OFFERED = 300  # newest runs in the list
_ACROSS_WORDS: dict[Across, str] = {"epoch": "Epochs", "step": "Steps", "time_s": "Seconds"}


def show() -> None:
    """The picker, and what it picked."""
    store = resources.store()
    asked = state.run_uids()
    found = {run.uid: run for run in store.find(uids=asked)} if asked else {}
    runs = [found[uid] for uid in asked if uid in found]
    offered = {run.uid: run for run in [*store.find(limit=OFFERED), *runs]}
    if not offered:
        text.empty("There is nothing to compare yet: train two networks first.", "home.py", "Start with an example",
                   ":material/home:")  # fmt: skip
        return
    missing = [uid for uid in asked if uid not in found]
    if missing:
        these = "There is no run" if len(missing) == 1 else "There are no runs"
        st.warning(text.escape(f"{these} {', '.join(missing)} here."), icon=":material/link_off:")
    st.multiselect(
        "Runs",
        list(offered),
        key=state.field("compare.runs", [run.uid for run in runs][:MOST]),
        format_func=lambda uid: f"{offered[uid].name} · {uid[:4]}",
        max_selections=MOST,
        placeholder="Choose runs to compare",
        on_change=_pick,
    )
    compare_seeds.offer_others(runs, list(offered.values()), MOST)
    if len(runs) > MOST:
        st.caption(f"The first {MOST} of {len(runs)} runs: a chart tells no more colours apart.")
    if not runs:
        st.caption("Choose two runs or more; each gets a colour.")
        return
    active = any(run.active for run in runs[:MOST])
    st.fragment(_beside, run_every=1.0 if active else None)([run.uid for run in runs[:MOST]], active)
    _settings(runs[:MOST])


def _pick() -> None:
    state.show_runs(state.entered("compare.runs"))


def _beside(uids: Sequence[str], was_active: bool) -> None:
    found = {run.uid: run for run in resources.store().find(uids=uids)}
    runs = [found[uid] for uid in uids if uid in found]
    if was_active and not any(run.active for run in runs):
        st.rerun()
    history = follow(runs)
    curves = history[history["split"] != "test"]
    if curves.empty:
        st.caption("None of these runs has finished an epoch yet.")
        return
    _curves(runs, curves)
    _results(runs, history)
    compare_seeds.table(runs, history)


def _curves(runs: Sequence[Run], history: pd.DataFrame) -> None:
    metrics = sorted(history["name"].unique(), key=lambda name: (name == RATE, name != "loss", name))
    with st.container(horizontal=True, vertical_alignment="bottom", gap="medium"):
        metric = st.segmented_control("Metric", metrics, default=metrics[0], format_func=metric_label, required=True,
                                      key=f"compare.metric.{'.'.join(metrics)}")  # fmt: skip
        splits = st.segmented_control("Rows", ["train", "val"], selection_mode="multi", default=["val"],
                                      format_func=SPLIT_LABEL.__getitem__, key="compare.splits")  # fmt: skip
        across: Across = st.segmented_control("Across", list(ACROSS_LABEL), default="epoch", required=True,
                                      format_func=_ACROSS_WORDS.__getitem__, key="compare.across")  # fmt: skip
        log_y = st.toggle("Log scale", key="compare.log_y")
        means = bool(compare_seeds.seeded(runs)) and st.toggle("Means of the seeds", key="compare.means")
    shown = [split for split in ("train", "val") if split in (splits or ["val"])]
    if metric == RATE:
        shown = ["train"]  # it belongs to no rows
    if means and metric != RATE:
        compare_seeds.curves(runs, history, Measure(metric, "val" if "val" in shown else "train"), log_y)
        return
    names = _names(runs)
    if across == "epoch":
        history = best.each_by_step(runs, history)
    live_chart.show(
        overlay(history, metric, names, shown, across=across, log_y=log_y),
        f"compare.curves.{'.'.join(names)}.{metric}.{across}.{log_y}",
        alt=f"{metric_label(metric)} of {len(names)} runs, a colour a run",
    )


def _results(runs: Sequence[Run], history: pd.DataFrame) -> None:
    st.subheader("Results", anchor=False)
    table = pd.DataFrame(
        {
            "Run": list(_names(runs).values()),
            "Status": [run.status for run in runs],
            "Epochs": [run.progress.epoch for run in runs],
            "Duration": [
                text.duration(run.ended_at - run.started_at) if run.ended_at and run.started_at else "–" for run in runs
            ],
        },
        index=[run.uid for run in runs],
    )
    for measure in measures(history):
        table[text.sentence(str(measure))] = values(runs, history, measure).reindex(table.index)
    numbers = {
        name: st.column_config.NumberColumn(format="%.4g")
        for name in table.select_dtypes("number").columns
        if name != "Epochs"
    }
    st.dataframe(
        table, hide_index=True, height="content", placeholder="–", column_config=numbers, key="compare.results"
    )
    words = "Training and validation at the epoch whose weights were kept; the test once, at the end."
    if not compare_seeds.seeded(runs):
        words += " One run of each says little about chance: *Does it help?* repeats with several seeds."
    st.caption(words)


def _settings(runs: Sequence[Run]) -> None:
    if len(runs) < 2:
        return
    st.subheader("What differs", anchor=False)
    specs = {}
    names = _names(runs)
    for run in runs:
        try:
            specs[names[run.uid]] = spec_of(run)
        except SpecError as error:
            text.show_error(error)
    table = differing(list(specs.values()))
    table.columns = list(specs)
    if table.empty:
        st.caption("Nothing: these runs have the same settings.")
    else:
        if len({(spec.data.source, spec.data.task) for spec in specs.values()}) > 1:
            st.markdown(":orange[:material/warning:] Not all were trained on the same data for the same task: such "
                        "losses and scores do not say which network is better.")  # fmt: skip
        st.table(table.map(text.escape), border="horizontal")


def _names(runs: Sequence[Run]) -> dict[str, str]:
    """What to call each run: its name, with the beginning of its uid where two share it."""
    seen = [run.name for run in runs]
    return {run.uid: f"{run.name} · {run.uid[:4]}" if seen.count(run.name) > 1 else run.name for run in runs}
