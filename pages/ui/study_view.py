"""A study under way or done: how far it is, its mean curves, its table, and what may be concluded."""

from collections.abc import Sequence

import pandas as pd
import streamlit as st

from pages.ui import best, live_chart, resources, state, text
from pages.ui.charts.bands import mean_bands
from pages.ui.charts.differences import differences
from pages.ui.run_view import follow
from pipelines.comparison.conclusion import conclude
from pipelines.comparison.curves import mean_curves
from pipelines.comparison.measure import Measure, measures
from pipelines.comparison.statistics import Comparison, compare
from pipelines.comparison.variants import STUDY_TAG, VARIANT_TAG
from pipelines.runs.facts import Run


def runs_of(study: str) -> list[Run]:
    """Runs of one study in the order in which they were queued."""
    found = [run for run in resources.store().find() if run.tags.get(STUDY_TAG) == study and VARIANT_TAG in run.tags]
    return sorted(found, key=lambda run: (run.created_at, run.id))


def show(runs: Sequence[Run]) -> None:
    """The study that these runs make up, live while any of them is under way."""
    active = any(run.active for run in runs)
    st.fragment(_study, run_every=2.0 if active else None)([run.uid for run in runs], active)


def _study(uids: Sequence[str], was_active: bool) -> None:
    found = {run.uid: run for run in resources.store().find(uids=uids)}
    runs = [found[uid] for uid in uids if uid in found]
    active = [run for run in runs if run.active]
    if was_active and not active:
        st.rerun()
    _progress(runs, active)
    history = follow(runs)
    if history.empty:
        st.caption("The first curves appear when the first epochs end.")
        return
    measure = _choose(history)
    comparison = compare(runs, history, measure)
    st.info(text.escape(conclude(comparison)), icon=":material/lightbulb:")
    _curves(runs, history, measure, comparison)
    _table(comparison)


def _progress(runs: Sequence[Run], active: Sequence[Run]) -> None:
    done = len(runs) - len(active)
    lost = sum(run.status in ("failed", "lost", "stopped") for run in runs)
    beside = f", {lost} of them without a result" if lost else ""
    if not active:
        if lost:
            st.caption(f"{done} runs{beside}.")
        return
    share = sum(1.0 if not run.active else run.progress.fraction for run in runs) / len(runs)
    with st.container(horizontal=True, vertical_alignment="center"):
        st.progress(share, f"{done} of {len(runs)} runs done{beside}")
        st.button("Stop the rest", key="compare.study.stop", icon=":material/stop_circle:", on_click=_stop,
                  args=([run.uid for run in active],), disabled=all(run.request for run in active),
                  help="Ends what runs within its epoch, and cancels what waits.")  # fmt: skip


def _stop(uids: Sequence[str]) -> None:
    for uid in uids:
        resources.store().request(uid, "stop")


def _choose(history: pd.DataFrame) -> Measure:
    found = measures(history)
    with st.container(horizontal=True, vertical_alignment="bottom", gap="medium"):
        measure = st.selectbox("Compare by", found, format_func=lambda one: text.sentence(str(one)), width=300,
                               key=f"compare.study.measure.{len(found)}")  # fmt: skip
        st.toggle("Log scale", key="compare.study.log_y")
    return measure


def _curves(runs: Sequence[Run], history: pd.DataFrame, measure: Measure, comparison: Comparison) -> None:
    drawn = Measure(measure.name, "train" if measure.split == "train" else "val")
    members = best.each_by_step(runs, history)
    members = members[(members["name"] == drawn.name) & (members["split"] == drawn.split)]
    variants = [result.variant for result in comparison.results]
    log_y = bool(state.entered("compare.study.log_y"))
    title = text.sentence(str(drawn))
    variant_of = {run.uid: run.tags[VARIANT_TAG] for run in runs}
    live_chart.show(
        mean_bands(mean_curves(runs, history, drawn), members, variant_of, variants, title, log_y=log_y),
        f"compare.study.curves.{runs[0].tags[STUDY_TAG]}.{drawn}.{log_y}",
        alt=f"{title} by epoch: the mean of each variant with its 95 % band, single runs faint",
    )
    st.caption("Strong lines: means over the seeds, with their 95 % bands, as far as every run of a variant goes. "
               "Faint lines: single runs.")  # fmt: skip


def _table(comparison: Comparison) -> None:
    measure = text.sentence(str(comparison.measure))
    table = comparison.frame()
    st.subheader("Difference from the baseline", anchor=False)
    if table["difference"].notna().any():
        live_chart.show(
            differences(table, f"Difference in {comparison.measure}"),
            f"compare.study.differences.{comparison.measure}",
            alt=f"Mean difference of {measure} to the baseline with its 95 % interval, one row a variant",
        )
    table["interval"] = [
        f"{low:+.3g} to {high:+.3g}" if pd.notna(low) else None
        for low, high in zip(table["low"], table["high"], strict=True)
    ]
    shown = ["variant", "n", "mean", "std", "difference", "interval", "p", "p_adjusted"]
    shown += [name for name in ("waiting", "failed") if table[name].any()]
    number = st.column_config.NumberColumn
    st.dataframe(
        table[shown],
        hide_index=True,
        height="content",
        placeholder="–",
        key="compare.study.table",
        column_config={
            "variant": st.column_config.TextColumn("Variant", width="medium"),
            "n": number("Runs", help="Finished runs with a value, one a seed."),
            "mean": number(f"Mean {comparison.measure}", format="%.4g"),
            "std": number("Standard deviation", format="%.2g", help="Between the seeds."),
            "difference": number("Difference", format="%+.3g", help="Mean of the differences, seed by seed."),
            "interval": st.column_config.TextColumn("95 % interval", help="Of the mean difference."),
            "p": number("p", format="%.2g", help="Student's paired t test, two-sided."),
            "p_adjusted": number("Adjusted p", format="%.2g", help="After Holm's correction for several variants."),
            "waiting": number("Waiting", help="Runs that wait or train."),
            "failed": number("No result", help="Runs that failed, were stopped or were lost."),
        },
    )
