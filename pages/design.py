"""Design: the network as a list of layers with a form; beside it what Keras makes of it, as a graph, facts and code."""

from collections import defaultdict
from pathlib import Path

import streamlit as st

from models.errors import NetloomError
from models.facts import Problem, Summary
from pages.ui import fields, resources, state, text
from pages.ui.design import (
    actions,
    adder,
    architectures,
    code_view,
    everywhere,
    facts_panel,
    graph_view,
    library,
    node_form,
    node_list,
    outputs,
    several_form,
    share,
    work,
)
from pipelines.data.facts import facts
from pipelines.fitting import matched_fields, problems
from pipelines.spec import RunSpec

Wrong = dict[str | None, list[Problem]]


def set_match(on: bool) -> None:
    """Let the input and the last layer follow the data, or not."""
    state.keep(state.draft().replace(match_data=on))


def toolbar() -> None:
    """Where a network begins and ends up, what was done last, and whether its ends follow the data."""
    with st.container(horizontal=True, vertical_alignment="center", gap="small", key="design.toolbar"):
        architectures.show()
        for words, icon, step, can in (
            ("Undo", "undo", work.undo, state.can_undo()),
            ("Redo", "redo", work.redo, state.can_redo()),
        ):
            st.button(
                "", icon=f":material/{icon}:", key=f"design.{icon}", on_click=step, disabled=not can,
                help=f"{words} (Ctrl+{'Z' if icon == 'undo' else 'Y'})",
            )  # fmt: skip
        everywhere.show()
        library.show()
        share.show()
        fields.switch(
            "Match input and last layer to the data", "design.match", state.draft().match_data, set_match,
            help="Keeps the input's shape and type, and the last layer's width and activation, as the data and their "
            "task ask.",
        )  # fmt: skip


def locked_fields(spec: RunSpec) -> dict[str, set[str]]:
    """What follows the data, and cannot be changed by hand meanwhile."""
    try:
        return matched_fields(spec.model, spec.data) if state.draft().match_data else {}
    except NetloomError:
        return {}  # the data are gone, and nothing follows them


def whole(found: list[Problem]) -> None:
    """Problems of the network as a whole, each with its mends."""
    for place, problem in enumerate(found):
        with st.container(horizontal=True, vertical_alignment="center", gap="small"):
            st.error(f"{text.escape(problem.message)} {text.escape(problem.hint)}", icon=":material/error:")
            for mend in actions.mends_of(problem):
                st.button(
                    mend.label, key=f"design.mend.{place}.{mend.label}", icon=":material/build:",
                    on_click=node_list.mend, args=(None, mend.label),
                )  # fmt: skip


def form(spec: RunSpec, summary: Summary | None) -> None:
    """The form of what is selected."""
    chosen = work.selection()
    with st.container(border=True, key="design.form", gap="small"):
        if len(chosen.names) > 1:
            st.markdown(f"**{len(chosen.names)} layers selected**")
            several_form.show(spec.model, chosen.names)
        elif chosen.current:
            node = spec.model.nodes[spec.model.index_of(chosen.current)]
            locked = locked_fields(spec).get(node.shares or node.name, set())
            node_form.show(spec.model, node.name, summary, locked)
        elif spec.model.nodes:
            st.caption("Click a layer, in the list or in the graph, to change it.")
        else:
            st.caption("An empty network. Start from an architecture, or add an Input and go on from there.")


def views(spec: RunSpec, summary: Summary | None, found: tuple[Problem, ...], wrong: Wrong) -> None:
    """The same network as a graph, facts and code; only the one that is looked at is drawn."""
    rows = training_rows(spec)
    facts_panel.headline(summary, spec.train, rows)
    graph, costs, given, code = st.tabs(["Graph", "Costs", "Outputs", "Code"], key="design.views", on_change="rerun")
    with graph:
        if graph.open:
            graph_view.show(spec.model, summary, wrong, work.selection().current, "design.graph", work.select_one)
    with costs:
        if costs.open:
            facts_panel.show(summary, spec.train, rows)
    with given:
        if given.open:
            outputs.show(spec.model)
    with code:
        if code.open:
            code_view.show(spec.model, summary)


def training_rows(spec: RunSpec) -> int | None:
    """How many rows the network is trained on; None where the data are gone."""
    try:
        return facts(spec.data).rows["train"]
    except NetloomError:
        return None


def by_node(found: tuple[Problem, ...]) -> Wrong:
    """Problems by the node that they belong to; None: the network as a whole."""
    grouped: Wrong = defaultdict(list)
    for problem in found:
        grouped[problem.node].append(problem)
    return dict(grouped)


@st.fragment
def builder() -> None:
    """All of the page but its title: an edit draws this anew, and nothing else."""
    text.show_notice(state.pop_notice())
    spec = state.draft().spec
    try:
        summary, failure = work.summary(), None
    except NetloomError as error:
        summary, failure = None, error
    found = problems(spec, summary)
    wrong = by_node(found)
    toolbar()
    whole(wrong.get(None, []))
    left, right = st.columns([5, 6], gap="medium")
    with left, st.container(key="design.left", gap="small"):
        adder.show(spec.model, summary)
        node_list.show(spec.model, summary, found)
        st.page_link("train.py", label="Train this network", icon=":material/play_circle:", disabled=bool(wrong))
    with right:
        form(spec, summary)
        views(spec, summary, found, wrong)
    if failure is not None:
        text.show_error(failure)
    elif summary is None:
        with st.spinner("Starting Keras; shapes and counts follow"):
            resources.summary(spec.model)
        st.rerun()
    state.drawn()


share.receive()
st.html(Path(__file__).parent / "ui" / "design" / "page.css")
text.title("Design", "Build the network layer by layer. Shapes and counts come from Keras as you edit.")
builder()
