"""Rows as dots: in the plane of two inputs, in the plane where they differ most; and what components keep."""

import numpy as np
import streamlit as st

from pages.ui import live_chart, resources, text
from pages.ui.charts.scatter import Dots, scatter
from pages.ui.charts.variance import variance as variance_chart
from pipelines.data.preview.columns import column_types
from pipelines.data.preview.looked import Looked
from pipelines.data.preview.points import points
from pipelines.data.preview.projection import projection
from pipelines.data.preview.variance import SHARES
from pipelines.data.spec import DataSpec


def plane(looked: Looked) -> tuple[str, str] | None:
    """The two numbers that a table is drawn by: both inputs, or the one input and the number to predict; or None."""
    types = column_types(looked)
    names = list(types)
    if set(types.values()) != {"numeric"}:
        return None
    if len(names) == 2:
        return names[0], names[1]
    return (names[0], looked.source.target_name) if len(names) == 1 and looked.numbers is not None else None


def plot(data: DataSpec, looked: Looked) -> None:
    """A table of two numbers, each row a dot, all splits."""
    axes = plane(looked)
    if axes is None:
        return
    found = resources.look(points, data, *axes)
    both_inputs = axes[1] != looked.source.target_name
    dots = Dots(
        found.x, found.y, found.rows, found.labels, found.numbers if both_inputs else None, found.splits
    )  # fmt: skip
    figure = scatter(
        dots, *axes, class_names=looked.source.class_names, number=looked.source.target_name, height=480,
        square=both_inputs and looked.labels is not None and _alike(found.x, found.y),
    )  # fmt: skip
    live_chart.show(figure, f"data.look.chart.plot.{looked.source.name}", f"{axes[0]} against {axes[1]}, a dot a row")
    if found.sampled:
        st.caption(f"{text.count(found.sampled)} rows drawn at random.")


def _alike(x: np.ndarray, y: np.ndarray) -> bool:
    """Whether both axes span about the same, so that one scale suits both."""
    wide, high = float(np.ptp(x)), float(np.ptp(y))
    return min(wide, high) > 0.4 * max(wide, high)


def projected(data: DataSpec, looked: Looked) -> None:
    """A sample of the training rows in the plane along which they differ most."""
    found = resources.look(projection, data)
    if found is None:
        st.caption("There are not two directions in which the rows differ.")
        return
    names = [
        f"{number} component, {share:.1%} of the variance"
        for number, share in zip(("1st", "2nd"), found.explained, strict=True)
    ]
    dots = Dots(found.points[:, 0], found.points[:, 1], found.rows, found.labels, found.numbers)
    figure = scatter(dots, *names, class_names=looked.source.class_names, number=looked.source.target_name)
    live_chart.show(figure, f"data.look.chart.projection.{looked.source.name}", "Training rows in two dimensions")
    more = " Classes that overlap here may still lie apart in more dimensions." if found.labels is not None else ""
    st.caption(f"{found.method}.{more}")


def components(data: DataSpec, looked: Looked) -> None:
    """How many principal components are worth keeping."""
    if data.pca is None:
        return
    found = resources.explained(data)
    kept = min(data.pca.components, len(found.explained))
    with st.grid(min_column_width=140):
        st.metric(f"Kept by {kept}", f"{found.explained[:kept].sum():.1%}", border=True)
        for share in SHARES:
            st.metric(f"For {share:.0%}", f"{found.needed[share]} of {len(found.explained)}", border=True)
    figure = variance_chart(found.explained, kept)
    live_chart.show(figure, "data.look.chart.variance", "Variance explained by each principal component")
    if found.sampled:
        st.caption(f"Of {text.count(found.sampled)} training rows drawn at random.")
