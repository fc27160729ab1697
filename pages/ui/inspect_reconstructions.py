"""Mistakes of a network that gives its inputs back: how far off it is, and originals beside what became of them."""

import numpy as np
import pandas as pd
import streamlit as st

from pages.ui import inspect_choices, inspect_inputs, live_chart, probes, text
from pages.ui.charts.errors import errors
from pages.ui.charts.ranking import ranking
from pipelines.data.facts import DataFacts
from pipelines.inspection.facts import Reconstruction
from pipelines.runs.facts import Run

_IMAGES, _HEIGHT = 16, 96
_FEATURES = 30


def show(run: Run, known: DataFacts) -> None:
    """The error of every row, then some rows."""
    with st.container(horizontal=True, gap="large"):
        split, order = inspect_choices.split_choice(), inspect_choices.order_choice("Greatest error first")
    found: Reconstruction = probes.look("reconstruction", run, split=split, order=order, limit=_IMAGES)
    with st.grid(min_column_width=165):
        st.metric("Mean squared error", text.number(float(found.error.mean())), border=True,
                  help="Of the inputs as the network is fed, that is scaled.")  # fmt: skip
        st.metric("Median row", text.number(float(np.median(found.error))), border=True)
        st.metric("Worst row", text.number(float(found.error.max())), border=True)
        st.metric("Rows", text.count(len(found.error)), border=True)
    live_chart.show(
        errors(found.error, "Mean squared error of a row"),
        f"inspection.errors.{run.uid}.{found.split}",
        alt="How many rows have which error",
    )
    if found.original.ndim == 4:
        st.subheader("Images", anchor=False)
        _images(found)
    else:
        _features(run, found)
        st.subheader("Rows", anchor=False)
        _rows(found)


def _images(found: Reconstruction) -> None:
    middle = "" if found.fed is None else "; in the middle as it was fed, noisy and masked"
    st.caption(f"Above the original, below what the network gave back{middle}.")
    value_range = inspect_inputs.range_of(found.original)
    with st.container(horizontal=True, gap="medium"):
        for index, row in enumerate(found.rows.tolist()):
            with st.container(width=_HEIGHT + 8, gap="xxsmall"):
                views = {"original": found.original, "as fed": found.fed, "given back": found.given_back}
                for what, images in views.items():
                    if images is not None:
                        st.image(inspect_inputs.picture(images[index], value_range, _HEIGHT), width=_HEIGHT,
                                 alt=f"Row {row + 1}: {what}")  # fmt: skip
                st.caption(f"Row {row + 1}, {text.number(float(found.error[row]), 3)}")


def _features(run: Run, found: Reconstruction) -> None:
    if found.feature_error is None:
        return
    worst = np.argsort(-found.feature_error, kind="stable")[:_FEATURES]
    names = _names(found)
    figure = ranking([names[index] for index in worst], {"": found.feature_error[worst]}, "Mean squared error",
                     format=".3g")  # fmt: skip
    live_chart.show(figure, f"inspection.features.{run.uid}.{found.split}", alt="Error of each input, the worst first")
    if len(names) > _FEATURES:
        st.caption(f"The {_FEATURES} worst of {text.count(len(names))} inputs.")


def _rows(found: Reconstruction) -> None:
    """A line for each row as it was, as it was fed, and as it was given back."""
    chosen = np.arange(len(_names(found)))
    if found.feature_error is not None and len(chosen) > _FEATURES:
        chosen = np.sort(np.argsort(-found.feature_error, kind="stable")[:_FEATURES])
    views = {"original": found.original, "as fed": found.fed, "given back": found.given_back}
    lines = [
        {"Row": row + 1, "Error": float(found.error[row]), "Values": what}
        | {_names(found)[column]: float(values[index, column]) for column in chosen}
        for index, row in enumerate(found.rows.tolist())
        for what, values in views.items()
        if values is not None
    ]
    table = pd.DataFrame(lines)
    number = st.column_config.NumberColumn(format="%.4g")
    shown = {name: number for name in table.columns if name not in ("Row", "Values")}
    st.dataframe(table, hide_index=True, height="content" if len(table) <= 12 else 460, column_config=shown)


def _names(found: Reconstruction) -> list[str]:
    return list(found.feature_names) or [f"input {number + 1}" for number in range(found.original.shape[1])]
