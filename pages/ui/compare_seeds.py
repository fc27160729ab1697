"""Runs of one launch that differ in their seed: their means beside each other, and those that were not chosen."""

from collections.abc import Sequence

import pandas as pd
import streamlit as st

from pages.ui import best, live_chart, state, text
from pages.ui.charts.bands import mean_bands
from pipelines.comparison.curves import mean_curves
from pipelines.comparison.launches import launches, over_seeds
from pipelines.comparison.measure import Measure, measures
from pipelines.runs.facts import Run
from pipelines.seeds import SEEDS_TAG


def seeded(runs: Sequence[Run]) -> dict[str, list[Run]]:
    """Launches of which two seeds or more are among `runs`, by their names."""
    return {name: together for name, together in launches(runs).items() if len(together) > 1}


def offer_others(runs: Sequence[Run], offered: Sequence[Run], most: int) -> None:
    """A button that chooses the other seeds of the launches that `runs` are of, where there are any."""
    chosen, tags = {run.uid for run in runs}, {run.tags.get(SEEDS_TAG) for run in runs} - {None}
    others = [run.uid for run in reversed(offered) if run.tags.get(SEEDS_TAG) in tags and run.uid not in chosen]
    others = others[: max(most - len(runs), 0)]
    if others:
        words = f"Add the {len(others)} other seeds" if len(others) > 1 else "Add the other seed"
        st.button(words, key="compare.seeds", icon=":material/add:", on_click=state.show_runs,
                  args=([*[run.uid for run in runs], *others],))  # fmt: skip


def curves(runs: Sequence[Run], history: pd.DataFrame, measure: Measure, log_y: bool) -> None:
    """The mean of each launch's curves with its band, single runs faint; runs of no launch by themselves."""
    name_of = {run.uid: name for name, together in seeded(runs).items() for run in together}
    name_of |= {run.uid: f"{run.name} · {run.uid[:4]}" for run in runs if run.uid not in name_of}
    members = best.each_by_step(runs, history)
    members = members[(members["name"] == measure.name) & (members["split"] == measure.split)]
    names = list(dict.fromkeys(name_of.values()))
    title = text.sentence(str(measure))
    live_chart.show(
        mean_bands(
            mean_curves(runs, history, measure, variant_of=name_of), members, name_of, names, title, log_y=log_y
        ),
        f"compare.seeds.curves.{'.'.join(names)}.{measure}.{log_y}",
        alt=f"{title} by epoch: the mean over the seeds of each launch with its 95 % band, single runs faint",
    )


def table(runs: Sequence[Run], history: pd.DataFrame) -> None:
    """What each launch comes to over its seeds."""
    together = [run for found in seeded(runs).values() for run in found]
    if not together:
        return
    st.subheader("Over the seeds", anchor=False)
    shown = pd.DataFrame()
    for measure in measures(history):
        found = over_seeds(together, history, measure).set_index("launch")
        shown["Seeds"] = found["n"]
        half = found["high"] - found["mean"]
        shown[text.sentence(str(measure))] = [
            "–" if pd.isna(mean) else f"{mean:.4g}" + ("" if pd.isna(width) else f" ± {width:.2g}")
            for mean, width in zip(found["mean"], half, strict=True)
        ]
    st.dataframe(shown.rename_axis("Launch").reset_index(), hide_index=True, height="content",
                 key="compare.seeds.table")  # fmt: skip
    st.caption("Means over the finished seeds, and half the width of their 95 % intervals (Student).")
