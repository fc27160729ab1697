"""Design: the network as a list of layers, each with a form; beside it what Keras makes of it."""

from collections import defaultdict

import streamlit as st

from models.architectures import ARCHITECTURES
from models.catalogue import catalogue
from models.code import model_code
from models.editing import nodes as edit
from models.errors import NetloomError
from models.facts import NodeSummary, Problem, Summary
from models.spec import ModelSpec
from pages.ui import fields, forms, graph, resources, state, text
from pipelines.data.facts import facts
from pipelines.fitting import matched_fields, problems, start_from, why_not
from pipelines.spec import RunSpec

SELECTED = "design.selected"
FOLLOWS = "Follows the data. Turn off “Match input and last layer to the data” to change it."


def change(model: ModelSpec) -> None:
    """Make `model` the network of the draft."""
    draft = state.draft()
    state.keep(draft.replace(spec=draft.spec.replace(model=model)))


def edited(action: str, name: str, *args: object) -> None:
    """A click on a layer: change the network, and keep the layer it was about in sight."""
    model = state.draft().spec.model
    try:
        new = getattr(edit, action)(model, name, *args)
    except NetloomError as error:
        state.notify(error)
        return
    if action == "remove":
        state.forget(f"design.node.{name}.")
        state.remember(SELECTED, None)
    elif action == "duplicate":
        fresh = {node.name for node in new.nodes} - {node.name for node in model.nodes}
        state.remember(SELECTED, fresh.pop())
    change(new)


def rename(name: str, new: str) -> None:
    """Give a layer another name."""
    change(edit.rename(state.draft().spec.model, name, new))
    state.forget(f"design.node.{name}.")
    state.remember(SELECTED, new)


def select(name: str) -> None:
    """Open a layer's form, or close it."""
    state.remember(SELECTED, None if state.recall(SELECTED) == name else name)


def add(after: str | None) -> None:
    """Put the chosen kind of layer behind `after`, with its form open."""
    model = state.draft().spec.model
    try:
        new = edit.add(model, state.entered("design.add.kind"), after=after)
    except NetloomError as error:
        state.notify(error)
        return
    fresh = {node.name for node in new.nodes} - {node.name for node in model.nodes}
    change(new)
    state.remember(SELECTED, fresh.pop())


def take(name: str) -> None:
    """Start the network anew from an architecture."""
    try:
        model = start_from(name, state.draft().spec.data)
    except NetloomError as error:
        state.notify(error)
        return
    state.forget("design.")
    state.remember("design.start", False)
    change(model)


def set_match(on: bool) -> None:
    """Let the input and the last layer follow the data, or not."""
    state.keep(state.draft().replace(match_data=on))


def kind_words(kind: str) -> str:
    """A layer in the list to choose from; what is typed there is searched in all of it."""
    entry = catalogue().layers[kind]
    return f"{kind} · {entry.group}"


def reasons_against(spec: RunSpec) -> dict[str, str | None]:
    """Architectures by name, those that suit the draft's data first: why one does not, or None."""
    try:
        known = facts(spec.data)
    except NetloomError as error:
        return dict.fromkeys(ARCHITECTURES, error.message)
    reasons = {name: why_not(architecture, known) for name, architecture in ARCHITECTURES.items()}
    return dict(sorted(reasons.items(), key=lambda reason: reason[1] is not None))


def locked_fields(spec: RunSpec) -> dict[str, set[str]]:
    """What follows the data, and cannot be changed by hand meanwhile."""
    try:
        return matched_fields(spec.model, spec.data) if state.draft().match_data else {}
    except NetloomError:
        return {}  # the data are gone, and nothing follows them


def toolbar() -> None:
    """Where a network begins, and whether its ends follow the data."""
    draft = state.draft()
    with st.container(horizontal=True, vertical_alignment="center"):
        with st.popover("Start from", icon=":material/architecture:", key="design.start", on_change="rerun"):
            for name, reason in reasons_against(draft.spec).items():
                architecture = ARCHITECTURES[name]
                st.button(
                    f"**{architecture.title}**  \n{architecture.summary}",
                    key=f"design.start.{name}",
                    width="stretch",
                    on_click=take,
                    args=(name,),
                    disabled=reason is not None,
                    wrap=True,
                    help=reason,
                )
        fields.switch(
            "Match input and last layer to the data",
            "design.match",
            draft.match_data,
            set_match,
            help="Keeps the input's shape and type, and the last layer's width and activation, as the data and their "
            "task ask.",
        )


def adder(model: ModelSpec) -> None:
    """Choose a layer and put it in."""
    selected = state.recall(SELECTED)
    names = [node.name for node in model.nodes]
    if selected in names:
        after, where = selected, f"after {selected}"
    elif state.draft().match_data and len(names) > 1:
        after, where = names[-2], f"before {names[-1]}"
    else:
        after, where = None, "at the end"
    with st.container(horizontal=True, vertical_alignment="bottom"):
        st.selectbox(
            "Add a layer",
            list(catalogue().layers),
            key=state.field("design.add.kind", state.recall("design.add.kind") or "Dense"),
            format_func=kind_words,
            width="stretch",
        )
        st.button(f"Add {where}", key="design.add", icon=":material/add:", on_click=add, args=(after,))
    st.caption(catalogue().layers[state.entered("design.add.kind")].summary)


def row(index: int, model: ModelSpec, seen: NodeSummary | None, wrong: list[Problem], locked: set[str]) -> None:
    """One layer: what it is, what comes out of it, what is wrong with it, and its form if it is open."""
    node = model.nodes[index]
    is_open = state.recall(SELECTED) == node.name
    with st.container(gap="xxsmall", key=f"design.row.{node.name}"):
        with st.container(horizontal=True, vertical_alignment="center", horizontal_alignment="distribute"):
            st.button(
                f"**{node.kind}** {text.escape(node.name)}",
                key=f"design.open.{node.name}",
                type="tertiary",
                icon=":material/expand_more:" if is_open else ":material/chevron_right:",
                on_click=select,
                args=(node.name,),
            )
            if seen is not None and seen.output_shape is not None:
                st.caption(f"{text.shape(seen.output_shape)} · {text.count(seen.params)} parameters", width="content")
        for problem in wrong:
            st.markdown(f":red[:material/error: {text.escape(problem.message)}] {text.escape(problem.hint)}")
        if is_open:
            with st.container(border=True):
                editor(index, model, locked)


def editor(index: int, model: ModelSpec, locked: set[str]) -> None:
    """The form of one layer."""
    node = model.nodes[index]
    prefix = f"design.node.{node.name}"
    actions = [
        ("Move up", "arrow_upward", "move", (index - 1,), index == 0),
        ("Move down", "arrow_downward", "move", (index + 1,), index == len(model.nodes) - 1),
        ("Duplicate", "content_copy", "duplicate", (), False),
        ("Remove", "delete", "remove", (), False),
    ]
    with st.container(horizontal=True, gap="xsmall"):
        for words, icon, action, args, disabled in actions:
            st.button(
                words,
                key=f"{prefix}.{action}.{icon}",
                icon=f":material/{icon}:",
                disabled=disabled,
                on_click=edited,
                args=(action, node.name, *args),
            )
    entry = catalogue().layers.get(node.kind)
    left, right = st.columns(2)
    with left:
        fields.line("Name", f"{prefix}.name", node.name, lambda new: rename(node.name, new))
    with right:
        inputs(index, model, prefix)
    if entry is None:
        return

    def read() -> forms.Config:
        now = state.draft().spec.model
        return dict(now.nodes[now.index_of(node.name)].config)

    def write(config: forms.Config) -> None:
        change(edit.configure(state.draft().spec.model, node.name, config))

    forms.config_form(prefix, entry, read, write, locked, FOLLOWS)
    st.caption(f"{entry.summary} [Keras reference]({entry.url})")


def inputs(index: int, model: ModelSpec, prefix: str) -> None:
    """Which layers feed this one; none chosen: the one before it."""
    node = model.nodes[index]
    if node.kind == "Input":
        return
    others = [other.name for other in model.nodes if other.name != node.name]
    chosen = [name for name in node.inputs or () if name in others]

    def apply(names: list[str]) -> None:
        change(edit.connect(state.draft().spec.model, node.name, tuple(names) or None))

    before = model.nodes[index - 1].name if index else "nothing"
    fields.several("Inputs", f"{prefix}.inputs", chosen, others, apply, placeholder=f"the layer before ({before})")


def totals(summary: Summary) -> None:
    """The network in four numbers."""
    with st.container(horizontal=True):
        st.metric("Layers", text.count(len(summary.nodes)), border=True)
        st.metric("Parameters", text.count(summary.total_params), border=True)
        st.metric("Trainable", text.count(summary.trainable_params), border=True)
        st.metric("Output", text.shape(summary.output_shape), border=True)


def views(spec: RunSpec, summary: Summary | None, wrong: dict[str | None, list[Problem]]) -> None:
    """The same network as a graph, a table and code."""
    graph_tab, table_tab, code_tab = st.tabs(["Graph", "Layers", "Code"])
    with graph_tab:
        dark = st.context.theme.type == "dark"
        names = {name for name in wrong if name}
        with st.container(horizontal_alignment="center"):
            st.graphviz_chart(graph.dot(spec.model, summary, names, dark), alt="The network as a graph")
    with table_tab:
        if summary is not None:
            st.dataframe(
                [
                    {
                        "layer": node.name,
                        "kind": node.kind,
                        "output": text.shape(node.output_shape),
                        "parameters": node.params,
                        "trainable": node.trainable,
                        "inputs": ", ".join(node.inputs),
                    }
                    for node in summary.nodes
                ],
                hide_index=True,
            )
    with code_tab:
        if wrong:
            st.caption("The code appears once the network has no problem.")
        else:
            st.code(model_code(spec.model), language="python")


def network(spec: RunSpec, summary: Summary | None, wrong: dict[str | None, list[Problem]]) -> None:
    """The list of layers."""
    model, locked = spec.model, locked_fields(spec)
    if not model.nodes:
        st.info("An empty network. Start from an architecture, or add an Input and go on from there.")
    seen = {node.name: node for node in summary.nodes} if summary else {}
    with st.container(border=bool(model.nodes), gap="xxsmall"):
        for index, node in enumerate(model.nodes):
            row(index, model, seen.get(node.name), wrong.get(node.name, []), locked.get(node.name, set()))


def by_node(found: tuple[Problem, ...]) -> dict[str | None, list[Problem]]:
    """Problems by the node that they belong to; None: the network as a whole."""
    grouped: dict[str | None, list[Problem]] = defaultdict(list)
    for problem in found:
        grouped[problem.node].append(problem)
    return dict(grouped)


spec = state.draft().spec
text.title("Design", "Build the network layer by layer. Shapes and counts come from Keras as you edit.")
text.show_notice(state.pop_notice())
try:
    summary, failure = resources.summary(spec.model, patience_s=0.5), None
except NetloomError as error:
    summary, failure = None, error
wrong = by_node(problems(spec, summary))
left, right = st.columns([5, 4], gap="large")
with left:
    toolbar()
    for problem in wrong.get(None, []):
        st.error(f"{text.escape(problem.message)} {text.escape(problem.hint)}", icon=":material/error:")
    network(spec, summary, wrong)
    adder(spec.model)
with right:
    if summary is not None:
        totals(summary)
    views(spec, summary, wrong)
    st.page_link("train.py", label="Train this network", icon=":material/play_circle:", disabled=bool(wrong))
    if failure is not None:
        text.show_error(failure)
    elif summary is None:
        with st.spinner("Starting Keras; shapes and counts follow"):
            resources.summary(spec.model)
        st.rerun()
