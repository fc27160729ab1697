"""Learned filters: the weights of every convolution and of the first Dense layer, as images."""

import math
from typing import cast

import numpy as np
import streamlit as st

from pages.ui import live_chart, probes, text
from pages.ui.charts.mosaic import mosaic
from pages.ui.charts.style import signed_limit
from pages.ui.charts.weights import weight_matrix
from pipelines.inspection.facts import Filters, LayerWeights
from pipelines.runs.facts import Run

PAGE = 64  # filters at a time
MOST_ROWS = 200  # of a matrix
WHOLE_KERNEL = 1024  # tiles up to which every input channel of every filter is drawn at once


def show(run: Run) -> None:
    """Every layer's weights, from the input to the output."""
    found: Filters = probes.look("filters", run)
    if not found.layers:
        st.caption("This network has no convolution and no Dense layer.")
        return
    shared = st.toggle("One scale for all layers", key="inspection.shared",
                       help="Off: each layer's scale ends at its own largest weight.")  # fmt: skip
    limit = max(signed_limit(_weights(layer)) for layer in found.layers) if shared else None
    st.caption("Blue weights are below zero, red ones above. A filter answers where its pattern is found.")
    for layer in found.layers:
        _layer(run, layer, limit)


def _layer(run: Run, layer: LayerWeights, limit: float | None) -> None:
    with st.container(horizontal=True, vertical_alignment="center", gap="small"):
        st.subheader(text.escape(layer.name), anchor=False, width="content")
        st.caption(_words(layer), width="content")
    key = f"inspection.filters.{run.uid}.{layer.name}.{limit is None}"
    if layer.images is None:
        matrix, rows = _weights(layer), layer.rows
        if len(matrix) > MOST_ROWS:
            chosen = np.sort(np.argsort(-np.abs(matrix).max(axis=1), kind="stable")[:MOST_ROWS])
            matrix, rows = matrix[chosen], [rows[index] if rows else str(index + 1) for index in chosen]
            st.caption(f"The {MOST_ROWS} features with the largest weights of {text.count(len(_weights(layer)))}.")
        figure = weight_matrix(matrix, rows, limit=limit)
        live_chart.show(figure, key, alt=f"Weights of {layer.name}, a row a feature, a column a unit")
        return
    images = layer.images
    first = _first_of_page(layer.name, len(images))
    images = images[first : first + PAGE]
    filters, height, width, channels = images.shape
    noun = "Unit" if layer.kind == "Dense" else "Filter"
    if channels == 1 or filters * channels > WHOLE_KERNEL:
        channel = _channel(layer.name, channels)
        tiles = images[..., channel]
        labels = [f"{noun} {first + index + 1}" for index in range(filters)]
        figure = mosaic(tiles, labels, limit=limit or signed_limit(layer.images), first=first + 1)
    else:
        tiles = images.transpose(3, 0, 1, 2).reshape(-1, height, width)  # a row a channel, a column a filter
        labels = [f"{noun} {first + f + 1}, input channel {c + 1}" for c in range(channels) for f in range(filters)]
        rows = [str(c + 1) for c in range(channels)]
        figure = mosaic(tiles, labels, limit=limit or signed_limit(layer.images), columns=filters, row_labels=rows)
        st.caption("A column a filter, a row an input channel.")
    live_chart.show(figure, f"{key}.{first}", alt=f"Filters of {layer.name} as images")


def _first_of_page(name: str, count: int) -> int:
    if count <= PAGE:
        return 0
    pages = math.ceil(count / PAGE)
    return (st.pagination(pages, key=f"inspection.page.{name}") - 1) * PAGE


def _channel(name: str, channels: int) -> int:
    if channels == 1:
        return 0
    return st.number_input("Input channel", 1, channels, 1, key=f"inspection.channel.{name}", width=160) - 1


def _weights(layer: LayerWeights) -> np.ndarray:
    return cast("np.ndarray", layer.images if layer.images is not None else layer.matrix)


def _words(layer: LayerWeights) -> str:
    if layer.images is None:
        features, units = _weights(layer).shape
        return f"{layer.kind}, {features} features to {units} units"
    count, height, width, channels = layer.images.shape
    each = f"{height} × {width}" + (f" × {channels}" if channels > 1 else "")
    return f"{layer.kind}, {count} {'units' if layer.kind == 'Dense' else 'filters'} of {each}"
