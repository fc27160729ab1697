"""Mistakes of a segmentation: how well each class is found, and images under their true and predicted classes."""

import numpy as np
import pandas as pd
import streamlit as st

from pages.ui import inspect_choices, inspect_inputs, live_chart, pictures, probes, text
from pages.ui.charts.confusion import confusion_matrix
from pages.ui.charts.ranking import ranking
from pages.ui.data.look_masks import class_colors
from pipelines.data.facts import DataFacts
from pipelines.inspection.facts import Segmentation
from pipelines.runs.facts import Run

_IMAGES, _WIDTH = 6, 230


def show(run: Run, known: DataFacts) -> None:
    """Classes first, then images."""
    with st.container(horizontal=True, gap="large"):
        split, order = inspect_choices.split_choice(), inspect_choices.order_choice("Most wrong pixels first")
    found: Segmentation = probes.look("segmentation", run, split=split, order=order, limit=_IMAGES)
    counted = np.array([label for label in range(len(found.labels)) if label != found.ignore])
    with st.grid(min_column_width=165):
        seen = found.iou[counted]
        mean = float(np.nanmean(seen)) if np.isfinite(seen).any() else None
        st.metric("Mean IoU", text.number(mean, 3), border=True,
                  help="Intersection over union: the pixels that are a class and predicted as it, of those that are "
                       "either; the mean over the classes.")  # fmt: skip
        st.metric("Pixels right", f"{found.pixel_accuracy:.2%}", border=True)
        st.metric("Images", text.count(len(found.accuracy)), border=True)
    if found.ignore is not None:
        st.caption(f"Pixels of {text.escape(found.labels[found.ignore])} are ignored: they count nowhere.")
    colors = class_colors(len(found.labels), found.ignore)
    _classes(run, found, counted, colors)
    st.subheader("Images", anchor=False)
    _images(found, colors)


def _classes(run: Run, found: Segmentation, counted: np.ndarray, colors: np.ndarray) -> None:
    pixels = found.matrix.sum(axis=1)
    there = counted[np.isfinite(found.iou[counted])]
    there = there[np.argsort(-found.iou[there], kind="stable")]
    left, right = st.columns([3, 2])
    with left:
        bars = ["#" + bytes(colors[label]).hex() for label in there]
        figure = ranking(
            [found.labels[label] for label in there], {"": found.iou[there]}, "IoU", colors=bars, format=".2f"
        )  # fmt: skip
        key = f"inspection.iou.{run.uid}.{found.split}"
        live_chart.show(figure, key, alt="Intersection over union of each class, in the class's colour")
    with right:
        share = st.column_config.NumberColumn(format="percent")
        table = pd.DataFrame(
            {
                "Class": [found.labels[label] for label in there],
                "Pixels": pixels[there] / max(1, pixels.sum()),
                "Found": [found.matrix[label, label] / max(1, pixels[label]) for label in there],
            }
        )
        st.dataframe(table, hide_index=True, column_config={"Pixels": share, "Found": share},
                     height="content" if len(table) <= 12 else 460)  # fmt: skip
        st.caption("Share of all pixels that are of the class, and share of those that were found.")
    with st.expander("Which classes are taken for which"):
        live_chart.show(
            confusion_matrix(found.matrix[np.ix_(there, there)], [found.labels[label] for label in there]),
            f"inspection.pixels.{run.uid}.{found.split}",
            alt="Confusion matrix: how many pixels of each true class were predicted as each class",
        )


def _images(found: Segmentation, colors: np.ndarray) -> None:
    st.caption("The image, its true classes, the predicted ones" + _dark(found))
    value_range = inspect_inputs.range_of(found.x)
    for row, image, true, predicted in zip(found.rows.tolist(), found.x, found.true, found.predicted, strict=True):
        drawn = pictures.drawable(image, value_range)
        with st.container(horizontal=True, gap="small", vertical_alignment="bottom"):
            views = (drawn, pictures.overlay(drawn, true, colors), pictures.overlay(drawn, predicted, colors))
            for view, what in zip(views, ("image", "true classes", "predicted classes"), strict=True):
                enlarged = pictures.enlarge(view, (0, 255), _WIDTH * view.shape[0] // view.shape[1])
                st.image(enlarged, width=_WIDTH, alt=f"Row {row + 1}: {what}")
            right = found.accuracy[row]
            st.caption(f"Row {row + 1}" + (f", {right:.0%} of the pixels right" if np.isfinite(right) else ""))


def _dark(found: Segmentation) -> str:
    return "." if found.ignore is None else "; what is ignored is dark in both."
