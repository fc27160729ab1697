"""Data: choose what to train on, how its rows are shared out and scaled, and look at it."""

from typing import Any

import streamlit as st

from models.errors import NetloomError
from pages.ui import fields, live_chart, pictures, resources, state, text
from pages.ui.charts.balance import balance
from pipelines.data import downloads
from pipelines.data.facts import facts
from pipelines.data.preview import Preview
from pipelines.data.registry import NAMED, source_of
from pipelines.data.spec import DataSpec, Source
from pipelines.fitting import problems, start_from, suggested
from pipelines.spec import RunSpec

SCALINGS = {"rescale": "Rescale to 0–1", "standardise": "Standardise", "none": "None"}
TASKS = {"binary": "2 classes", "regression": "regression"}


def change(**changes: Any) -> None:
    """Change the draft's data."""
    draft = state.draft()
    state.keep(draft.replace(spec=draft.spec.replace(data=draft.spec.data.replace(**changes))))


def change_split(**changes: Any) -> None:
    """Change how the rows are shared out."""
    change(split=state.draft().spec.data.split.replace(**changes))


def choose_source(source: Source) -> None:
    """Take another data set, with the scaling that suits its kind."""
    change(source=source, scaling="rescale" if source_of(source).kind == "image" else "standardise")


def take_network(name: str) -> None:
    """Start the network anew from an architecture that suits the data."""
    draft = state.draft()
    state.keep(draft.replace(spec=draft.spec.replace(model=start_from(name, draft.spec.data))))
    state.forget("design.")


def source_words(source: Source) -> str:
    """A data set in the list."""
    return source_of(source).title


def controls(data: DataSpec) -> None:
    """What can be chosen."""
    known = facts(data)
    fields.choice("Data set", "data.source", data.source, NAMED, choose_source, format_func=source_words)
    st.caption(f"{known.notes} Licence: {known.licence}.")

    st.subheader("Split", anchor=False)
    split = data.split
    percent = {"min_value": 1, "max_value": 80, "format": "%d %%"}
    left, right = st.columns(2)
    with left:
        fields.slider(
            "Validation",
            "data.val",
            round(split.val * 100),
            lambda v: change_split(val=v / 100),
            **percent,
            help="Rows that training never sees; curves and early stopping watch them.",
        )
    with right:
        fields.slider(
            "Test",
            "data.test",
            round(split.test * 100),
            lambda v: change_split(test=v / 100),
            **percent,
            disabled=known.own_test,
            help="This set brings its own test rows." if known.own_test else "Rows used once, when training has ended.",
        )
    left, right = st.columns(2, vertical_alignment="bottom")
    with left:
        fields.number(
            "Seed of the split",
            "data.seed",
            split.seed,
            lambda v: change_split(seed=v),
            min_value=0,
            step=1,
            help="The same seed gives the same split.",
        )
    with right:
        fields.switch(
            "Stratify",
            "data.stratify",
            split.stratify,
            lambda v: change_split(stratify=v),
            disabled=known.task == "regression",
            help="Keep the shares of the classes equal in every split.",
        )
    st.subheader("Scaling", anchor=False)
    fields.segments(
        "Scaling of the inputs",
        "data.scaling",
        data.scaling,
        list(SCALINGS),
        lambda v: change(scaling=v),
        format_func=SCALINGS.__getitem__,
        label_visibility="collapsed",
    )
    st.caption("Fitted on the training rows only, and part of the exported model: it takes raw inputs.")


def fit_network(spec: RunSpec) -> None:
    """Say so where the draft's network does not fit the data, and offer one that does."""
    try:
        summary = resources.summary(spec.model, patience_s=0.3)
    except NetloomError:
        summary = None  # the Design page shows what ails the engine
    found = problems(spec, summary)
    if not found:
        return
    name = suggested(spec.data)
    with st.container(border=True):
        st.markdown(f":orange[:material/warning:] The network of your draft does not fit this data. {found[0]}")
        st.button(f"Start from {name}", key="data.fit", icon=":material/schema:", on_click=take_network, args=(name,))


def download(file: downloads.RemoteFile, was_busy: bool) -> None:
    """Fetch a data set once, with a bar that moves."""
    now = downloads.cache_state(file)
    if now.status == "cached" or (now.status == "downloading") != was_busy:
        st.rerun()  # the whole page, with the tick or without it
    with st.container(border=True):
        st.markdown(f"**{file.title} is not on this machine yet.** It is {text.size(file.bytes)}, fetched once.")
        if now.status == "downloading":
            st.progress(now.fraction, f"{text.size(now.bytes)} of {text.size(file.bytes)}")
            return
        if now.status == "failed":
            st.error(text.escape(now.error), icon=":material/cloud_off:")
        again = "Try again" if now.status == "failed" else "Download"
        if st.button(again, key="data.download", type="primary", icon=":material/download:"):
            downloads.start(file)
            st.rerun()
        if now.status != "failed":  # which says so itself
            st.caption(f"Without a network, take a set that needs none: {downloads.OFFLINE_SETS}.")


def show_preview(data: DataSpec) -> None:
    """What the rows look like."""
    seen = resources.data_preview(data)
    known = seen.facts
    low, high = seen.value_range
    task = f"{known.num_classes} classes" if known.task == "multiclass" else TASKS[known.task]
    with st.grid(min_column_width=120):
        st.metric("Rows", text.count(int(seen.splits["rows"].sum())), border=True)
        st.metric("Input", text.shape((None, *known.input_shape)), border=True)
        st.metric("Task", task, border=True)
        st.metric(f"Values, {known.dtype}", f"{text.number(low)} to {text.number(high)}", border=True)

    if known.kind == "image":
        show_images(seen)
    elif seen.head is not None:
        st.subheader("First training rows", anchor=False)
        st.dataframe(seen.head, height="content")
    st.subheader("Splits", anchor=False)
    if known.task == "regression":
        st.dataframe(seen.target, hide_index=True)
    else:
        live_chart.show(balance(seen.balance, known.target_name), "data.chart.balance", "Rows of each class by split")
    st.dataframe(
        seen.splits.assign(shape=[text.shape((None, *shape)) for shape in seen.splits["x_shape"]]),
        hide_index=True,
        column_order=["split", "rows", "share", "shape", "min", "max", "mean", "std", "bytes"],
        column_config={
            "share": st.column_config.NumberColumn(format="percent"),
            "mean": st.column_config.NumberColumn(format="%.4g"),
            "std": st.column_config.NumberColumn(format="%.4g"),
            "bytes": st.column_config.NumberColumn("size", format="bytes"),
        },
    )
    with st.expander("Per feature" if known.kind == "table" else "Per channel"):
        st.dataframe(seen.features, hide_index=True)


def show_images(seen: Preview) -> None:
    """Some training images of each class."""
    st.subheader("Some training images", anchor=False)
    for examples in seen.examples:
        with st.container(horizontal=True, vertical_alignment="center", gap="small", wrap=False):
            st.markdown(f"**{text.escape(examples.class_name)}**", width=24)
            st.image(pictures.strip(examples.images, seen.value_range, 40), output_format="PNG")


draft = state.draft()
data = draft.spec.data
text.title("Data", "Choose what to train on, how its rows are shared out, and how inputs are scaled.")
left, right = st.columns([4, 7], gap="large")
with left:
    controls(data)
    fit_network(draft.spec)
with right:
    file = downloads.file_for(data.source)
    if file is not None and downloads.cached_path(file) is None:
        busy = downloads.cache_state(file).status == "downloading"
        st.fragment(download, run_every=0.5 if busy else None)(file, busy)
    else:
        try:
            show_preview(data)
        except NetloomError as error:
            text.show_error(error)
