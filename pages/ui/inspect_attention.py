"""Attention: which step of an example looked at which, head by head."""

import streamlit as st

from pages.ui import inspect_inputs, live_chart, probes, text
from pages.ui.charts.attention import attention
from pages.ui.inspect_choices import row_choice
from pipelines.data.facts import facts
from pipelines.inspection.facts import Attention, AttentionScores
from pipelines.runs.facts import Run
from pipelines.runs.specs import spec_of


def show(run: Run) -> None:
    """The example, and a heat map for every head of every layer that attends."""
    known = facts(spec_of(run).data)
    row = row_choice("attention", known.rows["test"])
    found: Attention = probes.look("attention", run, row=row, split="test")
    if found.raw is not None and inspect_inputs.are_texts(found.raw, known):
        with st.container(border=True):
            inspect_inputs.whole_or_cut(found.raw.iloc[0, 0])
    for layer in found.layers:
        _layer(run, layer)


def _layer(run: Run, layer: AttentionScores) -> None:
    heads = len(layer.scores)
    with st.container(horizontal=True, vertical_alignment="center", gap="small"):
        st.subheader(text.escape(layer.name), anchor=False, width="content")
        st.caption(f"{layer.kind}, {heads} head{'s' if heads > 1 else ''}", width="content")
    largest = float(layer.scores.max(initial=0))
    columns = st.columns(min(2, heads), gap="medium")
    for number, scores in enumerate(layer.scores):
        with columns[number % len(columns)]:
            if heads > 1:
                st.markdown(f"**Head {number + 1}**")
            live_chart.show(
                attention(scores, layer.queries, layer.keys, largest),
                f"inspection.attention.{run.uid}.{layer.name}.{number}",
                alt=f"Attention of head {number + 1} of {layer.name}",
            )
