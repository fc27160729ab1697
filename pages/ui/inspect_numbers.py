"""Mistakes of a regression: predicted against true, and the rows that are furthest off."""

import streamlit as st

from pages.ui import inspect_choices, inspect_inputs, live_chart, probes, text
from pages.ui.charts.predictions import predicted_against_true
from pipelines.data.facts import DataFacts
from pipelines.inspection.facts import Residuals
from pipelines.inspection.residual_names import target_names
from pipelines.runs.facts import Run

_MOST_IMAGES = 24


def show(run: Run, known: DataFacts) -> None:
    """Numbers, one target at a time."""
    with st.container(horizontal=True):
        split, target = inspect_choices.split_choice(), _target(known)
    found: Residuals = probes.look("residuals", run, split=split, target=target)
    with st.grid(min_column_width=165):
        st.metric("Mean absolute error", text.number(found.mean_absolute_error), border=True)
        st.metric("R²", text.number(found.r2, 3), border=True,
                  help="1 is perfect; 0 is no better than always saying the mean.")  # fmt: skip
        st.metric("Rows", text.count(len(found.true)), border=True)
    live_chart.show(
        predicted_against_true(found.true, found.predicted, found.target),
        f"inspection.residuals.{run.uid}.{found.split}.{found.target}",
        alt=f"Predicted against true {found.target}, a dot a row",
    )
    st.subheader("Furthest off", anchor=False)
    if known.kind == "image":
        _images(found)
        return
    told: dict[str, object] = {
        "Row": found.worst + 1,
        "True": found.true[found.worst],
        "Predicted": found.predicted[found.worst],
        "Difference": found.residual[found.worst],
    }
    inputs = inspect_inputs.columns(found.x, found.raw, known)
    numbers = [name for name in (*told, *inputs.select_dtypes("number")) if name != "Row"]
    inspect_inputs.table(told, inputs, dict.fromkeys(numbers, "%.4g"))


def _target(known: DataFacts) -> int:
    names = target_names(known.target_name, known.target_shape[0] if known.target_shape else 1)
    if len(names) == 1:
        return 0
    return st.selectbox("Target", range(len(names)), format_func=names.__getitem__, key="inspection.target", width=260)


def _images(found: Residuals) -> None:
    value_range = inspect_inputs.range_of(found.x)
    with st.container(horizontal=True, gap="medium"):
        for index, row in enumerate(found.worst[:_MOST_IMAGES].tolist()):
            with st.container(width=110, gap="xxsmall"):
                st.image(inspect_inputs.picture(found.x[index], value_range, 96), width=96, alt=f"Row {row + 1}")
                st.caption(f"{text.number(float(found.true[row]))} → {text.number(float(found.predicted[row]))}")
