"""Mistakes where a row has any number of labels: how well each is found, and the rows with the most wrong ones."""

import numpy as np
import pandas as pd
import streamlit as st

from pages.ui import inspect_choices, inspect_inputs, probes, text
from pipelines.data.facts import DataFacts
from pipelines.inspection.facts import Labels
from pipelines.runs.facts import Run

_MOST_IMAGES = 24


def show(run: Run, known: DataFacts) -> None:
    """Each label by itself, then the worst rows."""
    found: Labels = probes.look("labels", run, split=inspect_choices.split_choice())
    with st.grid(min_column_width=165):
        st.metric("All labels right", f"{found.exact:.2%}", border=True, help="Share of the rows without a wrong one.")
        st.metric("Labels right", f"{found.accuracy.mean():.2%}", border=True, help="Mean over the labels.")
        st.metric("Rows", text.count(len(found.true)), border=True)
    shares = {"Accuracy": found.accuracy, "Precision": found.precision, "Recall": found.recall}
    table = pd.DataFrame(
        {
            "Label": found.labels,
            "Rows that have it": found.true.sum(axis=0),
            "Rows given it": found.predicted.sum(axis=0),
        }
        | shares
    )
    percent = st.column_config.NumberColumn(format="percent")
    st.dataframe(table, hide_index=True, column_config=dict.fromkeys(shares, percent), width="content",
                 height="content" if len(table) <= 12 else 460)  # fmt: skip
    st.caption("Precision: of the rows given a label, the share that has it. Recall: of those that have it, the share "
               "that was given it.")  # fmt: skip
    if not len(found.rows):
        st.success("Not one label is wrong.", icon=":material/check_circle:")
        return
    st.subheader("Most wrong labels", anchor=False)
    _worst(found, known)


def _worst(found: Labels, known: DataFacts) -> None:
    true, predicted = found.true[found.rows], found.predicted[found.rows]
    said = [(_names(found, has), _names(found, given)) for has, given in zip(true, predicted, strict=True)]
    captions = [f"{text.escape(has)} → {text.escape(given)}" for has, given in said]
    if known.kind == "image":
        _images(found, captions)
    elif found.raw is not None and inspect_inputs.are_texts(found.raw, known):
        inspect_inputs.texts(captions, found.raw)
    else:
        told: dict[str, object] = {
            "Row": found.rows + 1,
            "Wrong": (true != predicted).sum(axis=1),
            "True": [has for has, _ in said],
            "Predicted": [given for _, given in said],
        }
        inspect_inputs.table(told, inspect_inputs.columns(found.x, found.raw, known))


def _names(found: Labels, given: np.ndarray) -> str:
    return ", ".join(found.labels[label] for label in np.flatnonzero(given)) or "none"


def _images(found: Labels, captions: list[str]) -> None:
    value_range = inspect_inputs.range_of(found.x)
    with st.container(horizontal=True, gap="medium"):
        for row, image, caption in zip(found.rows[:_MOST_IMAGES].tolist(), found.x, captions, strict=False):
            with st.container(width=110, gap="xxsmall"):
                st.image(inspect_inputs.picture(image, value_range, 96), width=96, alt=f"Row {row + 1}")
                st.caption(caption)
