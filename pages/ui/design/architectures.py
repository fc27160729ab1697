"""Start from: a gallery of all architectures, each with its options, made for the data at hand or as published."""

from collections.abc import Mapping
from typing import Any

import streamlit as st

from models.architectures import ARCHITECTURES, Architecture
from models.errors import NetloomError
from models.spec import ModelSpec
from pages.ui import forms, resources, state, text
from pages.ui.design import work
from pipelines.data.facts import DataFacts, facts
from pipelines.fitting import match, suggested, why_not
from pipelines.spec import RunSpec
from pipelines.tasks import head_for

_KEY = "design.start"
OWN, PUBLISHED = "For your data", "As published"
FITTING, ALL = "For your data", "All"
PATIENCE_S = 3.0
HEIGHT = 400  # of the list


def show() -> None:
    """The button that opens the gallery."""
    if st.button("Start from", key=_KEY, icon=":material/architecture:", help="All architectures, to begin with one."):
        state.forget(f"{_KEY}.")
        gallery()


@st.dialog("Start from an architecture", width="large", icon=":material/architecture:")
def gallery() -> None:
    """What can be started from: found on the left, with its options on the right."""
    spec = state.draft().spec
    known, fault = _known(spec)
    reasons = reasons_against(known)
    left, right = st.columns([3, 4], gap="medium")
    with left:
        words = st.text_input("Search", key=f"{_KEY}.search", placeholder="name, kind or purpose",
                              icon=":material/search:", label_visibility="collapsed")  # fmt: skip
        some = any(reason is None for reason in reasons.values())
        shown = ALL
        if some and known is not None:
            shown = st.segmented_control("Shown", [FITTING, ALL], default=FITTING, required=True, key=f"{_KEY}.shown",
                                         label_visibility="collapsed")  # fmt: skip
        best = _suggested(spec)
        found = listed(words, reasons, fitting=shown == FITTING, first=best)
        chosen = _chosen(found, best)
        with st.container(height=HEIGHT, border=False, gap="xxsmall", key=f"{_KEY}.list"):
            _list(found, reasons, chosen, best)
        if st.button("Empty network", key=f"{_KEY}.empty", icon=":material/crop_square:", type="tertiary",
                     help="Nothing in it: add an Input, and layer after layer."):  # fmt: skip
            work.change(lambda _: ModelSpec())
            st.rerun()
    with right:
        if fault is not None:
            text.show_error(fault)
        if chosen is None:
            st.caption("No architecture has these words." if words else "Choose one.")
        else:
            _details(ARCHITECTURES[chosen], known, reasons[chosen])


def reasons_against(known: DataFacts | None) -> dict[str, str | None]:
    """Every architecture by name: why it does not suit the data, or None; where those are not known, nothing does."""
    if known is None:
        return dict.fromkeys(ARCHITECTURES, "What the data are is not known.")
    return {name: why_not(architecture, known) for name, architecture in ARCHITECTURES.items()}


def listed(
    words: str, reasons: Mapping[str, str | None], fitting: bool, first: str | None = None
) -> dict[str, list[str]]:
    """Names of architectures by family, in the registry's order.

    Args:
        words: each must occur in name, title, summary or family.
        reasons: why one does not suit the data.
        fitting: those alone that suit them.
        first: an architecture whose family comes first.

    >>> listed("xor", {"xor-mlp": "It reads rows."}, fitting=False)
    {'Perceptrons': ['xor-mlp']}
    """
    wanted = words.lower().split()
    found: dict[str, list[str]] = {ARCHITECTURES[first].family: []} if first is not None else {}
    for name, reason in reasons.items():
        each = ARCHITECTURES[name]
        said = f"{name} {each.title} {each.summary} {each.family}".lower()
        if all(word in said for word in wanted) and not (fitting and reason is not None):
            found.setdefault(each.family, []).append(name)
    return {family: names for family, names in found.items() if names}


def made(architecture: Architecture, known: DataFacts | None, options: Mapping[str, Any]) -> ModelSpec:
    """The network with these options for examples such as `known`; None: as published.

    Raises:
        NetloomError: it cannot be made so, with the reason and the cure.
    """
    if known is None:
        return architecture.build(architecture.input_shape, architecture.units, architecture.activation, **options)
    head = head_for(known)
    return architecture.build(known.input_shape, head.units, head.activation, **options)


def _known(spec: RunSpec) -> tuple[DataFacts | None, NetloomError | None]:
    try:
        known = facts(spec.data)
        head_for(known)
    except NetloomError as error:
        return None, error
    return known, None


def _suggested(spec: RunSpec) -> str | None:
    try:
        return suggested(spec.data)
    except NetloomError:
        return None


def _chosen(found: Mapping[str, list[str]], best: str | None) -> str | None:
    """What is open: the one that was clicked, else the one that suits the data best, else the first."""
    names = [name for family in found.values() for name in family]
    clicked = state.recall(f"{_KEY}.chosen")
    return next((name for name in (clicked, best, *names) if name in names), None)


def _list(
    found: Mapping[str, list[str]], reasons: Mapping[str, str | None], chosen: str | None, best: str | None
) -> None:
    for family, names in found.items():
        st.caption(f"**{family}**")
        for name in names:
            words = text.escape(ARCHITECTURES[name].title) + (" :gray[· suggested]" if name == best else "")
            st.button(
                words if reasons[name] is None else f":gray[{words}]",
                key=f"{_KEY}.choose.{name}",
                type="secondary" if name == chosen else "tertiary",
                icon=":material/check:" if name == chosen else None,
                on_click=state.remember,
                args=(f"{_KEY}.chosen", name),
                wrap=True,
            )


def _details(architecture: Architecture, known: DataFacts | None, reason: str | None) -> None:
    st.markdown(f"**{text.escape(architecture.title)}**")
    st.markdown(text.escape(architecture.summary))
    made_for = PUBLISHED
    if reason is None:
        made_for = st.segmented_control(
            "Made", [OWN, PUBLISHED], default=OWN, required=True, key=f"{_KEY}.made", label_visibility="collapsed"
        )
    elif known is not None:
        st.caption(f":material/info: {text.escape(reason)} It can be looked at as published.")
    options = _options(architecture)
    try:
        model = made(architecture, known if made_for == OWN else None, options)
        if made_for == OWN:
            model = match(model, state.draft().spec.data)
        _preview(model)
    except NetloomError as error:
        text.show_error(error)
        return
    if made_for == PUBLISHED:
        st.caption("Its ends stay as they are: “Match input and last layer to the data” is turned off.")
    elif not state.draft().match_data:
        st.caption("Made for the data as they are now: “Match input and last layer to the data” is off, and stays off.")
    if st.button("Start from it", key=f"{_KEY}.take", type="primary", icon=":material/check:"):
        take(model, matched=made_for == OWN)
        st.rerun()


def take(model: ModelSpec, matched: bool) -> None:
    """Make `model` the network of the draft; where it is not matched to the data, it is not to be."""
    draft = state.draft()
    if not matched and draft.match_data:
        state.keep(draft.replace(match_data=False))
    work.change(lambda _: model)


def _options(architecture: Architecture) -> dict[str, Any]:
    """The form of an architecture's options. Returns those that differ from its defaults."""
    key = f"{_KEY}.options.{architecture.name}"
    options: dict[str, Any] = state.recall(key, {})

    def draw(param: Any) -> None:
        def apply(value: Any) -> None:
            state.remember(key, forms.changed(state.recall(key, {}), param, value))

        forms.widget(f"{key}.{param.name}", param, forms.value_of(options, param), apply, {"help": param.help or None})

    params = architecture.params
    for start in range(0, len(params), 2):
        for param, column in zip(params[start : start + 2], st.columns(2), strict=False):
            with column:
                draw(param)
    return options


def _preview(model: ModelSpec) -> None:
    """Its size in figures."""
    summary = resources.summary(model, patience_s=PATIENCE_S)
    figures = [("Layers", text.count(model.num_layers))]
    if summary is not None:
        figures += [("Parameters", text.count(summary.total_params)), ("Output", text.shape(summary.output_shape))]
    with st.grid(min_column_width=160):
        for label, value in figures:
            st.metric(label, value)
    if summary is None:
        st.caption("Keras is starting; the number of parameters follows.")
