"""Mistakes of a classifier: the confusion matrix, and the rows that it is most wrongly sure of."""

import numpy as np
import streamlit as st

from pages.ui import inspect_choices, inspect_inputs, live_chart, probes, text
from pages.ui.charts.confusion import confusion_matrix
from pipelines.data.facts import DataFacts
from pipelines.inspection.facts import Confusion
from pipelines.runs.facts import Run

MOST_IMAGES = 40


def show(run: Run, known: DataFacts) -> None:
    """Which classes are taken for which others."""
    found: Confusion = probes.look("confusion", run, split=inspect_choices.split_choice())
    rows = int(found.matrix.sum())
    with st.grid(min_column_width=165):
        st.metric("Accuracy", f"{found.accuracy:.2%}", border=True)
        st.metric("Misclassified", f"{found.num_wrong} of {text.count(rows)}", border=True)
        if len(found.labels) > 2 and found.num_wrong:
            worst = int(np.nanargmin(found.recall))
            st.metric("Hardest class", found.labels[worst], border=True,
                      help=f"{found.recall[worst]:.1%} of its rows are recognised.")  # fmt: skip
    live_chart.show(
        confusion_matrix(found.matrix, found.labels),
        f"inspection.confusion.{run.uid}.{found.split}",
        alt="Confusion matrix: how many rows of each true class were predicted as each class",
    )
    if not found.num_wrong:
        st.success("Not one row is misclassified.", icon=":material/check_circle:")
        return
    st.subheader("Misclassified", anchor=False)
    st.caption("True class → what the network said, and how sure it was. The surest mistakes come first.")
    if known.kind == "image":
        _images(found)
    elif found.raw is not None and inspect_inputs.are_texts(found.raw, known):
        inspect_inputs.texts([_words(found, index) for index in range(len(found.rows))], found.raw)
    else:
        told: dict[str, object] = {
            "Row": found.rows + 1,
            "True": [found.labels[label] for label in found.true],
            "Predicted": [found.labels[label] for label in found.predicted],
            "Probability": found.probability,
        }
        inspect_inputs.table(told, inspect_inputs.columns(found.x, found.raw, known), {"Probability": "percent"})


def _words(found: Confusion, index: int) -> str:
    true, predicted = found.labels[found.true[index]], found.labels[found.predicted[index]]
    return f"{text.escape(true)} → {text.escape(predicted)}, {found.probability[index]:.0%}"


def _images(found: Confusion) -> None:
    value_range = inspect_inputs.range_of(found.x)
    with st.container(horizontal=True, gap="medium"):
        for index in range(min(MOST_IMAGES, len(found.rows))):
            true, predicted = found.labels[found.true[index]], found.labels[found.predicted[index]]
            with st.container(width=96, gap="xxsmall", key=f"inspection.wrong.{index}"):
                st.image(inspect_inputs.picture(found.x[index], value_range, 96), width=96,
                         alt=f"Row {found.rows[index] + 1}: true {true}, predicted {predicted}")  # fmt: skip
                st.caption(_words(found, index))
    if found.num_wrong > MOST_IMAGES:
        st.caption(f"{MOST_IMAGES} of {found.num_wrong}.")
