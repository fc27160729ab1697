"""The form of the layer that is selected: what it is, what feeds it, all its arguments, and the rules behind it."""

from collections.abc import Collection
from dataclasses import replace
from functools import partial

import streamlit as st

from models.catalogue import Entry, catalogue
from models.editing import nodes as edit
from models.editing.repairs import change_kind
from models.facts import NodeSummary, Summary
from models.spec import ModelSpec, Node, node_of, port_of
from pages.ui import fields, forms, text
from pages.ui.design import actions, work

FOLLOWS = "Follows the data. Turn off “Match input and last layer to the data” to change it."
ORDER = "Their order counts: for Subtract the first minus the second, for attention query, value, key."


def show(model: ModelSpec, name: str, summary: Summary | None, locked: Collection[str]) -> None:
    """Draw the form of the node called `name`.

    Args:
        locked: arguments that follow the data.
    """
    index = model.index_of(name)
    node = model.nodes[index]
    prefix = f"design.node.{name}"
    seen = next((each for each in summary.nodes if each.name == name), None) if summary else None
    entry = catalogue().layers.get(node.kind)
    single = entry is not None and entry.max_inputs == 1 and len(node.inputs or ()) < 2
    first, second, third = st.columns(3) if single else (*st.columns(2), None)
    with first:
        kinds = [kind for kind, each in catalogue().layers.items() if each.call != "cell"]
        fields.choice("Layer", f"{prefix}.kind", node.kind, kinds, lambda kind: work.apply(change_kind, name, kind))
    with second:
        fields.line("Name", f"{prefix}.name", name, lambda new: work.apply(edit.rename, name, new.strip()))
    if entry is None:
        return
    if third is not None:
        with third:
            _input(model, index, summary, prefix)
    elif names := _named_inputs(entry):
        _each_input(model, index, summary, prefix, names)
    elif entry.max_inputs != 0:
        _inputs(model, index, summary, prefix)
    _config(node, entry, prefix, locked, [other.name for other in model.nodes[:index]])
    if entry.call_params:
        _call(node, entry, prefix)
    _place(model, index, prefix)
    _rules(seen)
    st.caption(forms.about(entry))


def _node(name: str) -> Node:
    """As it is now, which may be later than the page was drawn."""
    model = work.model()
    return model.nodes[model.index_of(name)]


def _owner(name: str) -> Node:
    """The node whose layer this one applies: itself, or the one that it shares it with."""
    node = _node(name)
    return next((other for other in work.model().nodes if other.name == node.shares), node)


def _input(model: ModelSpec, index: int, summary: Summary | None, prefix: str) -> None:
    """What feeds a layer of one input; nothing chosen: the one before it."""
    node = model.nodes[index]

    def connect(source: str | None) -> None:
        work.apply(edit.connect, node.name, (source,) if source else None)

    fields.choice(
        "Input", f"{prefix}.input", node.inputs[0] if node.inputs else None, actions.sources(model, index, summary),
        connect, _usual(model, index), format_func=partial(_words, summary),
    )  # fmt: skip


def _inputs(model: ModelSpec, index: int, summary: Summary | None, prefix: str) -> None:
    """What feeds a layer of several, in their order, which can be changed."""
    node = model.nodes[index]
    inputs = list(node.inputs or ())
    fields.several(
        "Inputs", f"{prefix}.inputs", inputs, actions.sources(model, index, summary),
        lambda chosen: work.apply(edit.connect, node.name, chosen or None),
        placeholder=_usual(model, index), format_func=partial(_words, summary), help=ORDER,
    )  # fmt: skip
    if len(inputs) < 2:
        return
    with st.container(horizontal=True, gap="xsmall", vertical_alignment="center"):
        for place, source in enumerate(inputs):
            st.button(
                f"{place + 1}. {source}", key=f"{prefix}.order.{place}",
                icon=":material/arrow_back:" if place else None, disabled=not place,
                help="One place to the front" if place else None,
                on_click=work.change, args=(edit.connect, node.name, actions.reordered(inputs, max(place, 1))),
            )  # fmt: skip


def _named_inputs(entry: Entry) -> tuple[str, ...]:
    """What the inputs are to a layer that makes something different of each; one node may well be several of them."""
    names = ("Query", "Value", "Key") if entry.group == "Attention" else ("First input", "Second input", "Third input")
    return names[: entry.max_inputs] if entry.call == "args" or entry.group == "Attention" else ()


def _each_input(model: ModelSpec, index: int, summary: Summary | None, prefix: str, names: tuple[str, ...]) -> None:
    """A field for each input."""
    node, inputs = model.nodes[index], model.inputs_of(index)

    def connect(place: int, source: str | None) -> None:
        held = work.model()
        now = [*held.inputs_of(held.index_of(node.name)), *([None] * len(names))]
        kept = [each for each in (*now[:place], source, *now[place + 1 :]) if each]
        work.apply(edit.connect, node.name, kept or None)

    known = actions.sources(model, index, summary)
    for place, (name, column) in enumerate(zip(names, st.columns(len(names)), strict=True)):
        with column:
            fields.choice(
                name, f"{prefix}.input.{place}", inputs[place] if place < len(inputs) else None, known,
                partial(connect, place), "as the value" if name == "Key" else "none",
                format_func=partial(_words, summary),
            )  # fmt: skip


def _usual(model: ModelSpec, index: int) -> str:
    return f"before it: {model.nodes[index - 1].name}" if index else "nothing before it"


def _words(summary: Summary | None, source: str) -> str:
    """An input with the shape that comes from there."""
    known = next((each for each in summary.nodes if each.name == node_of(source)), None) if summary else None
    shapes = (known.output_shape, *known.more_shapes) if known else ()
    shape = shapes[port_of(source)] if 0 <= port_of(source) < len(shapes) else None
    return f"{source} · {text.shape(shape)}" if shape else source


def _config(node: Node, entry: Entry, prefix: str, locked: Collection[str], above: list[str]) -> None:
    """The arguments of its layer, which may be another node's."""

    def read() -> forms.Config:
        return dict(_owner(node.name).config)

    def write(config: forms.Config) -> None:
        work.apply(edit.configure, node.name, config)

    if node.shares:
        st.caption(f"The layer is that of {text.escape(node.shares)}: what is changed here is changed there, too.")
    forms.config_form(prefix, entry, read, write, locked, FOLLOWS, nodes=above, on_demand=True)


def _call(node: Node, entry: Entry, prefix: str) -> None:
    """The arguments of the call."""

    def read() -> forms.Config:
        return dict(_node(node.name).call)

    def write(call: forms.Config) -> None:
        work.apply(edit.set_call, node.name, call)

    call = replace(entry, params=tuple(replace(param, main=True) for param in entry.call_params))
    if any(param.main for param in entry.call_params):
        st.markdown("**When it is called**")
        forms.config_form(f"{prefix}.call", call, read, write)
        return
    with fields.fold("When it is called", f"{prefix}.calls") as calls:
        if calls.open:
            forms.config_form(f"{prefix}.call", call, read, write)


def _place(model: ModelSpec, index: int, prefix: str) -> None:
    """Whose layer it is, and which rows it is folded with."""
    node = model.nodes[index]
    said = [f"of {node.shares}" if node.shares else "", f"in {node.block}" if node.block else ""]
    words = " · ".join(["Weights and block", *filter(None, said)])
    with fields.fold(words, f"{prefix}.place") as place:
        if not place.open:
            return
        left, right = st.columns(2)
        with left:
            fields.choice(
                "Weights of", f"{prefix}.shares", node.shares, actions.owners(model, index),
                lambda owner: work.apply(actions.shared, index, owner), "its own",
                help="Another layer of this kind, weights and all, is applied once more.",
            )  # fmt: skip
        with right:
            fields.line(
                "Block", f"{prefix}.block", node.block or "",
                lambda block: work.apply(actions.grouped, [node.name], block.strip()), placeholder="none",
                help="Rows of one block are folded together.",
            )  # fmt: skip


def _rules(seen: NodeSummary | None) -> None:
    """Where its shape and its number of parameters come from."""
    rules = [("Output", seen.shape_rule), ("Parameters", seen.param_rule)] if seen else []
    said = [f"{title}: `{rule.replace('`', '')}`" for title, rule in rules if rule]
    if said:
        st.caption("  \n".join(said))
