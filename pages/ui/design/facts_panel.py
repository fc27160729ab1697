"""What a network costs: its size, its operations, the memory it takes, and which layers they are spent in."""

from typing import Any

import pandas as pd
import streamlit as st

from models.catalogue import catalogue
from models.costs.memory import Memory, memory, slots
from models.facts import NodeSummary, Summary
from pages.ui import live_chart, text
from pages.ui.charts.costs import costs
from pages.ui.train import batch
from pipelines.spec import TrainSpec

ROWS = 14  # seen at once; a longer table scrolls


def show(summary: Summary | None, train: TrainSpec, rows: int | None) -> None:
    """Totals, memory at the batch size of `train`, and a table and a chart of all layers.

    Args:
        summary: None where Keras has not answered yet.
        train: how the network is trained.
        rows: of the training split, where they are known.
    """
    if summary is None:
        st.caption("Shapes and counts follow as soon as Keras has answered.")
        return
    if not summary.nodes:
        st.caption("The figures appear with the first layer.")
        return
    _metrics(totals(summary))
    _memory(summary, train, rows)
    nodes = table(summary)
    if len(nodes) > 1 and (nodes["Parameters"].any() or nodes["FLOPs"].notna().any()):
        columns = nodes.rename(columns={"Layer": "layer", "Parameters": "params", "FLOPs": "flops"})
        live_chart.show(costs(columns), "design.costs", "FLOPs and parameters by layer, as shares of the network's")
    layers(summary)


def headline(summary: Summary | None, train: TrainSpec, rows: int | None) -> None:
    """The network in one line, always in sight. rows: as for `show`."""
    if summary is not None and summary.nodes:
        st.caption(" · ".join(words(summary, train, rows)))


def words(summary: Summary, train: TrainSpec, rows: int | None = None) -> list[str]:
    """What a network costs, in a few words each; of one that cannot be built, what is known. rows: as for `show`."""
    if summary.output_shape is None:
        return [
            f"**{text.count(summary.total_params)}** parameters so far",
            "the other figures need a network without errors",
        ]
    size = batch.rows_in_batch(train, rows)
    frozen = summary.total_params - summary.trainable_params
    flops = [node.flops for node in summary.nodes if node.flops is not None]
    return [
        f"**{text.count(summary.total_params)}** parameters"
        + (f" ({text.count(frozen)} not trained)" if frozen else ""),
        f"{text.short(sum(flops)) if flops else '–'} FLOPs",
        *_training_words(summary, train, size),
        f"output {text.shape(summary.output_shape)}",
    ]


def layers(summary: Summary) -> None:
    """A table of all layers, with bars where the weights, the operations and the memory are."""
    rows = table(summary)

    def bar(column: str, form: str, help_: str) -> Any:
        most = float(rows[column].max()) if rows[column].notna().any() else 0.0
        return st.column_config.ProgressColumn(
            format=form, min_value=0, max_value=most or 1.0, width="small", help=help_
        )

    st.dataframe(
        rows,
        hide_index=True,
        height="content" if len(rows) <= ROWS else 38 + 35 * ROWS,
        placeholder="–",
        column_config={
            "Layer": st.column_config.TextColumn(width=150, pinned=True),
            "Kind": st.column_config.TextColumn(width=120),
            "Output": st.column_config.TextColumn(width=115),
            "Parameters": bar("Parameters", "compact", "Bars compare the layers of this network."),
            "FLOPs": bar("FLOPs", "compact", "For one example, forward."),
            "Activations": bar("Activations", "bytes", "What its output takes for one example."),
        },
    )


def totals(summary: Summary) -> list[tuple[str, str, str]]:
    """The network in a few figures: label, value, and what it means."""
    frozen = summary.total_params - summary.trainable_params
    known = [node.flops for node in summary.nodes if node.flops is not None]
    missing = sum(node.flops is None and node.kind != "Input" for node in summary.nodes)
    flops = "For one example, forward; a multiplication and an addition are two operations."
    field, of = receptive_field(summary)
    shapes = [text.shape(shape) for shape in summary.output_shapes]
    return [
        ("Layers", text.count(sum(node.kind != "Input" for node in summary.nodes)), "Without the inputs."),
        ("Parameters", text.count(summary.total_params), ""),
        ("Trainable", text.count(summary.trainable_params), f"{text.count(frozen)} are not changed by training."),
        ("FLOPs", text.short(sum(known)) if known else "–",
         f"{flops} Not known, and left out, for {missing} layer{'s' * (missing > 1)}." if known and missing else flops),
        ("Receptive field", field, f"How far a value of {of} sees in the input." if of else
         "How far a value of the last convolution sees in the input; there is none here."),
        ("Output", shapes[0] if shapes else "–", "Without the batch." if len(shapes) < 2 else
         f"Without the batch; of all {len(shapes)} outputs: {', '.join(shapes)}."),
    ]  # fmt: skip


def receptive_field(summary: Summary) -> tuple[str, str]:
    """Of the last convolution: its size in words, and the layer's name; that is empty where there is none."""
    layers = catalogue().layers
    for node in reversed(summary.nodes):
        if node.receptive_field and node.kind in layers and layers[node.kind].group == "Convolution":
            return _sides(node), node.name
    return "–", ""


def table(summary: Summary) -> pd.DataFrame:
    """A row a layer; activations are bytes for one example."""
    rows = [
        {
            "Layer": node.name,
            "Kind": node.kind,
            "Output": " | ".join(text.shape(shape) for shape in (node.output_shape, *node.more_shapes)),
            "Parameters": node.params,
            "FLOPs": node.flops,
            "Activations": node.activation_bytes,
            "Receptive field": _sides(node),
        }
        for node in summary.nodes
    ]
    return pd.DataFrame(rows).astype({"FLOPs": "Float64", "Activations": "Float64"})


def breakdown(needs: Memory, optimizer: str, optimizer_slots: int, batch_size: int) -> list[tuple[str, str, str]]:
    """Memory in words: label, value, and what it is made of."""
    size, batch = text.size, f"{batch_size} example{'s' if batch_size != 1 else ''}"
    slots_words = f"{optimizer}, {optimizer_slots} number{'s' if optimizer_slots != 1 else ''} a weight"
    return [
        ("Training", size(needs.training),
         f"Weights {size(needs.weights)}, gradients {size(needs.gradients)}, optimizer {size(needs.optimizer)} "
         f"({slots_words}), activations of {batch} {size(needs.activations)}. TensorFlow's own needs come on top."),
        ("Prediction", size(needs.inference),
         f"Weights {size(needs.weights)}, and at most {size(needs.peak)} of activations at once for {batch}."),
        ("Weights", size(needs.weights), "All of them, trainable or not."),
        ("Activations", size(needs.activations), f"The outputs of all layers for {batch}, kept for the way back."),
    ]  # fmt: skip


def _metrics(figures: list[tuple[str, str, str]]) -> None:
    with st.grid(min_column_width=160):
        for label, value, meaning in figures:
            st.metric(label, value, help=meaning or None)


def _memory(summary: Summary, train: TrainSpec, rows: int | None) -> None:
    batch.show(train, "design.batch_size")
    size = batch.rows_in_batch(train, rows)
    if size is None:
        st.caption("How many rows the whole training set has is known where the data are.")
        return
    optimizer = train.optimizer
    _metrics(breakdown(_needs(summary, train, size), optimizer.kind, slots(optimizer.kind, optimizer.config), size))


def _training_words(summary: Summary, train: TrainSpec, size: int | None) -> list[str]:
    if size is None:
        return []
    return [f"{text.size(_needs(summary, train, size).training)} to train with batches of {text.count(size)}"]


def _needs(summary: Summary, train: TrainSpec, size: int) -> Memory:
    return memory(summary, size, slots(train.optimizer.kind, train.optimizer.config))


def _sides(node: NodeSummary) -> str:
    return " × ".join(str(side) for side in node.receptive_field) if node.receptive_field else "–"
