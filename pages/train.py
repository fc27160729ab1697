"""Train: how the draft is trained, launching it, and the queue."""

import streamlit as st

from models.errors import NetloomError
from pages.ui import state, text
from pages.ui.queue import panel
from pages.ui.train import fitting, launch, learning_rate, optimizer, run, sections
from pipelines.data.facts import DataFacts, facts
from pipelines.spec import RunSpec


def data_facts(spec: RunSpec) -> DataFacts | None:
    """What is known of the draft's data; None, and a sentence, where they are gone or cannot be used."""
    try:
        return facts(spec.data)
    except NetloomError as error:
        text.show_error(error)
        st.page_link("data.py", label="Choose other data", icon=":material/database:")
        return None


spec = state.draft().spec
text.title("Train", "Set how the network is trained, launch it, and see what runs and waits.")
text.show_notice(state.pop_notice())
known = data_facts(spec)
left, right = st.columns([3, 2], gap="large")
with left:
    run.controls(spec)
    optimizer.controls(spec.train)
    learning_rate.show(spec, known)
    fitting.controls(spec.train, known)
    sections.controls(spec, known)
with right, st.container(border=True):
    launch.show(spec, known)
panel.show()
