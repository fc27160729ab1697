"""Texts: some of each class, how long they are, which words they use."""

import numpy as np
import streamlit as st

from pages.ui import live_chart, resources, text
from pages.ui.charts.lengths import lengths as lengths_chart
from pages.ui.charts.ranking import ranking
from pages.ui.data.look_parts import seed_choice, split_choice
from pipelines.data.preview.columns import text_columns
from pipelines.data.preview.looked import Looked
from pipelines.data.preview.texts import Words, text_examples, words
from pipelines.data.spec import DataSpec

_EACH, _MOST_CHARACTERS = 5, 400


def examples(data: DataSpec, looked: Looked) -> None:
    """Some texts of each class."""
    with st.container(horizontal=True):
        split = split_choice("texts")
        seed = seed_choice("texts")
    column = _column(looked)
    found = resources.look(text_examples, data, column, split, _EACH, seed)
    for name, texts in found.items():
        if name:
            st.markdown(f"**{text.escape(name)}**")
        with st.container(border=True, gap="xsmall"):
            for words in texts:
                cut = words if len(words) <= _MOST_CHARACTERS else f"{words[:_MOST_CHARACTERS]} …"
                said = " ".join(cut.split())
                st.text(said) if said else st.markdown(":gray[empty]")  # markdown would make links of addresses


def lengths(data: DataSpec, looked: Looked) -> None:
    """Tokens of each text, and where sequences are cut."""
    found = resources.look(words, data, _column(looked))
    every = np.concatenate(list(found.lengths.values()))
    sequence = data.text.mode == "sequence" and looked.source.kind == "text"
    with st.grid(4, min_column_width=180):
        st.metric("Median tokens", f"{np.median(every):.0f}", border=True)
        st.metric("95 % at most", f"{np.quantile(every, 0.95):.0f}", border=True)
        st.metric("Longest", text.count(int(every.max())), border=True)
        if sequence:
            longer = float((every > data.text.length).mean())
            st.metric(
                f"Cut at {data.text.length:,}",
                f"{longer:.1%}",
                border=True,
                help="Texts that are longer lose their end.",
            )
    cut = data.text.length if sequence else None
    live_chart.show(
        lengths_chart(found.lengths, cut), "data.look.chart.lengths", "Tokens of the training texts by class"
    )
    _sampled(found)


def vocabulary(data: DataSpec, looked: Looked) -> None:
    """Which tokens each class uses most, and which it uses more than the others."""
    found = resources.look(words, data, _column(looked))
    kept = min(data.text.max_tokens, found.vocabulary)
    covered = float(found.coverage[kept - 1]) if kept else 0.0
    places = f"the {text.count(kept)} most frequent get a place of their own and make up {covered:.1%} of the texts"
    if kept == found.vocabulary:
        places = "each gets a place of its own"
    st.caption(f"{text.count(found.vocabulary)} different tokens in the training texts; {places}.")
    views = {"typical": "Typical of a class", "frequent": "Most frequent"}
    view = "frequent"
    if not found.typical.empty:
        view = st.segmented_control(
            "Tokens", list(views), default="typical", required=True, key="data.look.words",
            format_func=views.__getitem__, label_visibility="collapsed",
        )  # fmt: skip
    table = found.typical if view == "typical" else found.frequent
    with st.grid(min(3, table["class"].nunique()), min_column_width=220):
        for number, (name, part) in enumerate(table.groupby("class", sort=False)):
            with st.container():
                if name:
                    st.markdown(f"**{text.escape(str(name))}**")
                figure = ranking(part["token"].tolist(), {"": part["share"].to_numpy()}, "Share of the class's tokens")
                key = f"data.look.chart.words.{view}.{number}"
                live_chart.show(figure, key, f"{views[view]}: tokens of {name}")
    _sampled(found)


def _column(looked: Looked) -> str:
    """The column of texts that is looked at."""
    names = text_columns(looked)
    if len(names) == 1:
        return names[0]
    return st.selectbox("Column of texts", names, key="data.look.text_column", label_visibility="collapsed", width=260)


def _sampled(found: Words) -> None:
    if found.sampled:
        st.caption(f"Of {text.count(found.sampled)} training texts drawn at random.")
