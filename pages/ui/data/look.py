"""The look at the data: what people want to see before they train, computed when its tab is opened."""

from collections.abc import Callable

import numpy as np
import streamlit as st

from models.errors import NetloomError
from pages.ui import resources, text
from pages.ui.data import look_images, look_masks, look_projection, look_rows, look_splits, look_targets, look_texts
from pipelines.data.facts import facts
from pipelines.data.preview.columns import column_types, text_columns
from pipelines.data.preview.glance import Glance, glance
from pipelines.data.preview.looked import Looked
from pipelines.data.spec import DataSpec

View = Callable[[DataSpec, Looked], None]


@st.fragment
def show(data: DataSpec, told: str = "") -> None:
    """All there is to see of `data`; one sentence where it cannot be read, unless it is the one `told` already."""
    try:
        looked = resources.looked(data)
        _at_a_glance(data, looked)
        views = _views(data, looked)
    except NetloomError as error:
        if str(error) != told:
            text.show_error(error)
        return
    tabs = st.tabs(list(views), key="data.look.view", on_change="rerun")
    for tab, view in zip(tabs, views.values(), strict=True):
        if tab.open:
            with tab:
                _draw(view, data, looked)


def _draw(view: View, data: DataSpec, looked: Looked) -> None:
    try:
        view(data, looked)
    except NetloomError as error:
        text.show_error(error)


def _at_a_glance(data: DataSpec, looked: Looked) -> None:
    seen = resources.look(glance, data)
    source = looked.source
    try:
        fed = text.shape((None, *facts(data).input_shape))
    except NetloomError:
        fed = "–"  # the rows are there to see while their preparation is mended
    with st.grid(4, min_column_width=180):
        st.metric("Rows", text.count(seen.rows), border=True)
        st.metric("Input", fed, border=True, help="Shape of what the network is fed, a row.")
        st.metric("Task, each pixel" if looked.task == "segmentation" else "Task", _task(looked), border=True)
        st.metric(*_values(seen, looked), border=True)
    hashed = f"`{seen.content_hash[:12]}`"
    st.caption(
        f"{text.escape(source.notes)} Licence: {text.escape(source.licence)}. "
        f"{text.size(seen.bytes)}, content hash {hashed}"
    )
    for words in _on_purpose(seen, looked):
        st.markdown(f":orange[:material/science:] {words}")


def _task(looked: Looked) -> str:
    classes = len(looked.source.class_names)
    if looked.task in ("binary", "multiclass"):
        return f"{classes} classes"
    if looked.task == "multilabel":
        return f"{classes} labels"
    if looked.task == "segmentation":
        return f"{classes} classes"
    y = looked.data.y
    if looked.task == "regression" and isinstance(y, np.ndarray) and y.ndim == 2:
        return f"regression of {y.shape[1]}"
    return looked.task


def _values(seen: Glance, looked: Looked) -> tuple[str, str]:
    if seen.value_range is not None:
        low, high = seen.value_range
        return f"Values, {seen.dtype}", f"{text.number(low)} to {text.number(high)}"
    if looked.table is not None:
        missing = int(seen.splits["missing"].sum())
        return "Missing values", text.count(missing)
    return "Colour", {"rgb": "RGB, uint8", "grey": "grey, uint8"}.get(seen.dtype, seen.dtype)


def _on_purpose(seen: Glance, looked: Looked) -> list[str]:
    train, corrupt = len(looked.rows["train"]), looked.spec.corrupt
    said = []
    if corrupt.train_rows < 1:
        left_out = text.count(seen.left_out)
        said.append(f"Only {text.count(train)} training rows are kept; {left_out} are left out on purpose.")
    if seen.wrong_labels:
        share = f"{seen.wrong_labels / train:.1%}"
        wrong = f"{text.count(seen.wrong_labels)} of {text.count(train)} training labels ({share})"
        said.append(f"{wrong} are made wrong on purpose. Here they are shown as they were.")
    return said


def _views(data: DataSpec, looked: Looked) -> dict[str, View]:
    """The tabs, the most telling first."""
    kind, classes = looked.source.kind, looked.labels is not None or looked.task == "multilabel"
    views: dict[str, View] = {}
    if looked.task == "segmentation":
        views |= {"Images": look_masks.pairs, "Pixels": look_masks.shares}
    elif kind == "image":
        views |= {"Images": look_images.grid, "Averages": look_images.averages}
    else:
        types = column_types(looked)
        texts = text_columns(looked)
        if look_projection.plane(looked) is not None:
            views["Plot"] = look_projection.plot
        if set(types.values()) == {"text"}:
            views |= {"Texts": look_texts.examples}
        else:
            views |= {"Rows": look_rows.overview, "Distributions": look_rows.distributions}
            if resources.look(glance, data).splits["missing"].any():
                views["Missing"] = look_rows.missing
            if sum(kind == "numeric" for kind in types.values()) > 1:
                views["Correlation"] = look_rows.correlations
        if texts:
            views |= {"Lengths": look_texts.lengths, "Words": look_texts.vocabulary}
    if looked.source.dtype != "table" and kind == "image" and not isinstance(looked.data.x, np.ndarray):
        views["Sizes"] = look_images.sizes
    if "Plot" not in views and (kind != "table" or len(column_types(looked)) > 1):
        views["Projection"] = look_projection.projected
    if classes:
        views["Classes" if looked.task != "multilabel" else "Labels"] = look_targets.classes
    elif looked.task == "regression":
        views["Target"] = look_targets.numbers
    views["Splits"] = look_splits.splits
    if data.pca is not None:
        views["Components"] = look_projection.components
    return views
