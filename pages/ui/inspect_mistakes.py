"""Where a network errs: the confusion matrix, and the rows it is most wrongly sure of or furthest off."""

import numpy as np
import pandas as pd
import streamlit as st

from pages.ui import live_chart, pictures, probes, text
from pages.ui.charts.confusion import confusion_matrix
from pages.ui.charts.predictions import predicted_against_true
from pages.ui.charts.style import SPLIT_LABEL
from pages.ui.run_words import spec_of
from pipelines.data.facts import DataFacts, facts
from pipelines.inspection.facts import Confusion, Residuals
from pipelines.runs.facts import Run

MOST_IMAGES = 40


def show(run: Run) -> None:
    """Mistakes on one split."""
    known = facts(spec_of(run).data)
    split = st.segmented_control("Rows", ["test", "val", "train"], default="test", required=True,
                                 format_func=SPLIT_LABEL.__getitem__, key="inspection.split",
                                 help="On rows that it was trained on, a network looks better than it is.")  # fmt: skip
    if known.task == "regression":
        _residuals(run, probes.look("residuals", run, split=split))
    else:
        _confusion(run, probes.look("confusion", run, split=split), known)


def _confusion(run: Run, found: Confusion, known: DataFacts) -> None:
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
        _wrong_images(found)
    else:
        _wrong_rows(found, known)


def _wrong_images(found: Confusion) -> None:
    value_range = (float(found.x.min()), float(found.x.max()))
    with st.container(horizontal=True, gap="medium"):
        for index in range(min(MOST_IMAGES, len(found.rows))):
            true, predicted = found.labels[found.true[index]], found.labels[found.predicted[index]]
            with st.container(width=96, gap="xxsmall", key=f"inspection.wrong.{index}"):
                st.image(pictures.enlarge(found.x[index], value_range, 96), width=96,
                         alt=f"Row {found.rows[index] + 1}: true {true}, predicted {predicted}")  # fmt: skip
                st.caption(f"{text.escape(true)} → {text.escape(predicted)}, {found.probability[index]:.0%}")
    if found.num_wrong > MOST_IMAGES:
        st.caption(f"{MOST_IMAGES} of {found.num_wrong}.")


def _wrong_rows(found: Confusion, known: DataFacts) -> None:
    names = list(known.feature_names) or [f"feature {n + 1}" for n in range(found.x.shape[1])]
    table = pd.DataFrame(
        {
            "Row": found.rows + 1,
            "True": [found.labels[label] for label in found.true],
            "Predicted": [found.labels[label] for label in found.predicted],
            "Probability": found.probability,
        }
    )
    table = pd.concat([table, pd.DataFrame(found.x, columns=names)], axis=1)
    st.dataframe(table, hide_index=True, height="content" if len(table) <= 12 else 460,
                 column_config={"Probability": st.column_config.NumberColumn(format="percent")})  # fmt: skip


def _residuals(run: Run, found: Residuals) -> None:
    with st.grid(min_column_width=165):
        st.metric("Mean absolute error", text.number(found.mean_absolute_error), border=True)
        st.metric("R²", text.number(found.r2, 3), border=True,
                  help="1 is perfect; 0 is no better than always saying the mean.")  # fmt: skip
        st.metric("Rows", text.count(len(found.true)), border=True)
    live_chart.show(
        predicted_against_true(found.true, found.predicted, found.target),
        f"inspection.residuals.{run.uid}.{found.split}",
        alt=f"Predicted against true {found.target}, a dot a row",
    )
    st.subheader("Furthest off", anchor=False)
    table = pd.DataFrame(
        {
            "Row": found.worst + 1,
            "True": found.true[found.worst],
            "Predicted": found.predicted[found.worst],
            "Difference": found.residual[found.worst],
        }
    )
    if found.x.ndim == 2:
        names = list(found.feature_names) or [f"feature {n + 1}" for n in range(found.x.shape[1])]
        table = pd.concat([table, pd.DataFrame(found.x, columns=names)], axis=1)
    number = st.column_config.NumberColumn(format="%.4g")
    st.dataframe(table, hide_index=True, height=460 if len(table) > 12 else "content",
                 column_config={name: number for name in table.columns if name != "Row"})  # fmt: skip
