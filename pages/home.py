"""Start: one button from nothing to a network that trains; then the way through the pages."""

import streamlit as st

from pages.ui import live_chart, resources, state, text
from pipelines.examples import EXAMPLES
from pipelines.launch.submit import submit

STEPS = [
    (
        "Build",
        "Choose data, design a network layer by layer, set how it is trained.",
        [("data.py", "Data", "table_view"), ("design.py", "Design", "schema"), ("train.py", "Train", "play_circle")],
    ),
    (
        "Understand",
        "Watch it learn, compare runs honestly, look at its filters and mistakes.",
        [
            ("runs.py", "Runs", "show_chart"),
            ("compare.py", "Compare", "stacked_line_chart"),
            ("inspection.py", "Inspect", "visibility"),
        ],
    ),
    (
        "Take home",
        "Leave with a verified SavedModel, or the Keras code that made it.",
        [("export.py", "Export", "download")],
    ),
]
RECENT = 5

store = resources.store()
text.title("Netloom", "Design, train, compare and understand neural networks, on this machine.")

with st.container(border=True):
    st.subheader("See one learn", anchor=False)
    st.markdown(
        "A small convolutional network learns to read 1,797 handwritten digits. "
        "It needs no network connection and no GPU, and its first epoch is done in about two seconds."
    )
    if st.button("Train a first network", key="home.first", type="primary", icon=":material/play_arrow:"):
        run = submit(store, EXAMPLES["digits-cnn"])
        state.go("runs.py", run=run.uid)

for (heading, words, pages), column in zip(STEPS, st.columns(len(STEPS)), strict=True):
    with column, st.container(border=True, height="stretch"):
        st.subheader(heading, anchor=False)
        st.markdown(words)
        for page, label, icon in pages:
            st.page_link(page, label=label, icon=f":material/{icon}:")

recent = store.find(limit=RECENT)
if recent:
    st.subheader("Recent runs", anchor=False)
    for run in recent:
        with st.container(horizontal=True, vertical_alignment="center", gap="small"):
            text.status_badge(run)
            st.page_link("runs.py", label=text.escape(run.name), query_params={"run": run.uid})
            st.caption(f"{text.escape(run.experiment)} · {text.ago(run.created_at)}", width="content")

live_chart.preload()
