"""Feature maps: one example on its way through the network, layer by layer."""

import numpy as np
import streamlit as st

from pages.ui import inspect_inputs, live_chart, probes, text
from pages.ui.charts.bars import bars
from pages.ui.charts.mosaic import mosaic
from pages.ui.inspect_choices import row_choice
from pipelines.data.facts import DataFacts, facts
from pipelines.inspection.facts import FeatureMaps, LayerOutput
from pipelines.runs.facts import Run
from pipelines.runs.specs import spec_of

MOST_MAPS = 64
MOST_BARS = 512
# Layers that change no value when a network predicts.
_IDLE = ("Dropout", "SpatialDropout2D", "GaussianNoise", "GaussianDropout", "AlphaDropout", "Flatten", "Reshape")
_RIGHT_OR_WRONG = ("binary", "multiclass", "multilabel")


def show(run: Run) -> None:
    """The example, what the network says of it, and what every layer made of it."""
    known = facts(spec_of(run).data)
    row = row_choice("row", known.rows["test"])
    found: FeatureMaps = probes.look("feature_maps", run, row=row, split="test")
    _example(found, known)
    for layer in found.layers:
        if layer.kind not in _IDLE:
            _layer(run, layer, known, last=layer is found.layers[-1])


def _example(found: FeatureMaps, known: DataFacts) -> None:
    with st.container(horizontal=True, vertical_alignment="center", gap="medium"):
        if found.x.ndim == 3:
            st.image(inspect_inputs.picture(found.x, inspect_inputs.range_of(found.x), 112))
        with st.container(width="stretch", gap="xsmall"):
            st.markdown(f"**{text.escape(known.target_name)}**: {text.escape(found.true)}")
            sign = ""
            if known.task in _RIGHT_OR_WRONG:
                right = found.true == found.predicted
                sign = " :green[:material/check:]" if right else " :red[:material/close:]"
            st.markdown(f"**Predicted**: {text.escape(found.predicted)}{sign}")
    if found.raw is not None and inspect_inputs.are_texts(found.raw, known):
        with st.container(border=True):
            inspect_inputs.whole_or_cut(found.raw.iloc[0, 0])
    elif found.x.ndim == 1:
        st.dataframe(inspect_inputs.columns(found.x[np.newaxis], found.raw, known), hide_index=True)


def _layer(run: Run, layer: LayerOutput, known: DataFacts, last: bool) -> None:
    with st.container(horizontal=True, vertical_alignment="center", gap="small"):
        st.subheader(text.escape(layer.name), anchor=False, width="content")
        dead = f", {layer.dead_share:.0%} are zero" if layer.dead_share else ""
        st.caption(f"{layer.kind}, {text.shape((None, *layer.values.shape))}{dead}", width="content")
    key = f"inspection.maps.{run.uid}.{layer.name}"
    values = layer.values
    if layer.is_maps:
        tiles = values.transpose(2, 0, 1)[:MOST_MAPS]
        classes = known.class_names if last and len(known.class_names) == values.shape[-1] else ()
        labels = [classes[index] if classes else f"Channel {index + 1}" for index in range(len(tiles))]
        figure = mosaic(tiles, labels, signed=bool(values.min() < 0), unit="Output")
        live_chart.show(figure, key, alt=f"Feature maps of {layer.name}")
        if values.shape[-1] > MOST_MAPS:
            st.caption(f"The first {MOST_MAPS} of {values.shape[-1]} channels.")
    elif last and len(known.class_names) == values.size:
        live_chart.show(bars(values, known.class_names, "Probability"), key, alt="Probability of each class")
    elif 1 < values.size <= MOST_BARS:
        numbers = [str(number + 1) for number in range(values.size)]
        live_chart.show(bars(values.reshape(-1), numbers, "Output"), key, alt=f"Outputs of {layer.name}")
    elif values.size > 1:
        flat = values.reshape(1, 1, -1) if values.ndim == 1 else values.reshape(1, -1, values.shape[-1])
        figure = mosaic(flat, [layer.name], signed=bool(values.min() < 0), unit="Output", row_labels=[""])
        live_chart.show(figure, key, alt=f"Outputs of {layer.name}")
    else:
        st.markdown(text.number(float(values.reshape(-1)[0])))
