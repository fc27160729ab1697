"""The table of runs: what each is doing, how well it did, and a small curve."""

from collections.abc import Sequence
from datetime import UTC, datetime

import pandas as pd
import streamlit as st

from pages.ui import text
from pipelines.comparison.measure import is_loss, measures, values
from pipelines.runs.facts import Run

ROWS = 18  # seen at once; a longer table scrolls
_CURVE_POINTS = 40
_TAG_COLOR = {status: color for status, (_, color) in text.STATUS_LOOK.items()} | {text.HELD[0]: text.HELD[2]}


def run_rows(runs: Sequence[Run], history: pd.DataFrame, now: float) -> pd.DataFrame:
    """One row a run, in their order; columns as people read them, metrics of these runs only.

    Args:
        runs: of any status.
        history: of these runs, as RunStore.history gives it.
        now: seconds since 1970, for the runs that are still under way.
    """
    curves = _curves(history)
    rows = [
        {
            "Status": [text.look(run)[0]],
            "Name": run.name,
            "Experiment": run.experiment,
            "Progress": round(100 * run.progress.fraction) if run.status != "finished" else 100,
            "Validation loss": curves.get(run.uid, []),
            "Submitted": datetime.fromtimestamp(run.created_at, UTC),
            "Duration": text.duration((run.ended_at or now) - run.started_at) if run.started_at else "–",
            "Device": run.device or "–",
            "Notes": run.notes,
        }
        for run in runs
    ]
    table = pd.DataFrame(rows, index=[run.uid for run in runs])
    if not any(run.notes for run in runs):
        table = table.drop(columns="Notes", errors="ignore")
    if len({run.experiment for run in runs}) < 2:
        table = table.drop(columns="Experiment", errors="ignore")
    measured = _measured(runs, history).reindex(table.index)
    place = list(table.columns).index("Submitted") if len(table) else 0
    for offset, name in enumerate(measured.columns):
        table.insert(place + offset, name, measured[name])
    return table


def draw(table: pd.DataFrame, key: str) -> tuple[list[int], int | None]:
    """Draw what `run_rows` gave. Returns the positions of the rows that are ticked, and of the one that was clicked."""
    shown = st.dataframe(
        table,
        hide_index=True,
        key=key,
        on_select="rerun",
        selection_mode=("multi-row", "single-cell"),
        height="content" if len(table) <= ROWS else 38 + 35 * ROWS,
        placeholder="–",
        column_config={
            "Status": st.column_config.MultiselectColumn(options=list(_TAG_COLOR), color=list(_TAG_COLOR.values())),
            "Name": st.column_config.TextColumn(width=200),
            "Progress": st.column_config.ProgressColumn(min_value=0, max_value=100, format="%d %%", width="small"),
            "Validation loss": st.column_config.LineChartColumn(width=115),
            "Submitted": st.column_config.DatetimeColumn(format="distance"),
            **{
                name: st.column_config.NumberColumn(format="%.4g")
                for name in table.select_dtypes("number").columns
                if name != "Progress"
            },
        },
    )
    clicked = [row for row, _ in shown.selection.cells]
    return sorted(shown.selection.rows), clicked[0] if clicked else None


def _curves(history: pd.DataFrame) -> dict[str, list[float]]:
    losses = history[(history["name"] == "loss") & (history["split"] == "val")].dropna(subset=["value"])
    return {
        str(uid): points["value"].iloc[:: max(1, len(points) // _CURVE_POINTS)].tolist()
        for uid, points in losses.groupby("run", sort=False)
    }


def _measured(runs: Sequence[Run], history: pd.DataFrame) -> pd.DataFrame:
    """What each run is judged by: a column a metric, validation first, but losses, which have their curves."""
    judged = [measure for measure in measures(history) if measure.split != "train" and not is_loss(measure.name)]
    judged.sort(key=lambda measure: measure.split != "val")
    return pd.DataFrame({text.sentence(str(measure)): values(runs, history, measure) for measure in judged})
