"""From an edit in the builder to what Keras says of the network, against building the Keras model anew."""

import time

from benchmarks.figure import Figure
from models.architectures.architecture import chain
from models.editing.nodes import configure
from models.spec import ModelSpec
from pipelines.engine import Engine

REPEATS = 7
SIZES = (50, 400)


def figures() -> list[Figure]:
    """Measure, the two sides in turn, both in the same warm process, with the way there and back."""
    engine = Engine(rooms=("models", "benchmarks"))
    try:
        return [_figure(engine, num_layers) for num_layers in SIZES]
    finally:
        engine.stop()


def _figure(engine: Engine, num_layers: int) -> Figure:
    network = _network(num_layers)
    middle = next(node.name for node in network.nodes[num_layers // 2 :] if node.kind == "Conv2D")
    engine.call("models.summary.summarize", spec=network)
    engine.call("benchmarks.design_work.rebuild", spec=network)
    ours, theirs = [], []
    for repeat in range(REPEATS):
        # Never seen before: wider than any of the others.
        edited = configure(network, middle, {"filters": 100 + repeat, "kernel_size": 3, "padding": "same"})
        ours.append(_seconds(engine, "models.summary.summarize", edited))
        theirs.append(_seconds(engine, "benchmarks.design_work.rebuild", edited))
    note = "a convolution in the middle gets a width that was not seen before; theirs: the Keras model built anew"
    return Figure(f"edit to summary, {num_layers} layers", ours, theirs, "s", at_least=5, note=note)


def _network(num_layers: int) -> ModelSpec:
    """Convolution, normalization, activation and dropout over and over."""
    block = [
        ("Conv2D", {"filters": 16, "kernel_size": 3, "padding": "same"}),
        ("BatchNormalization", {}),
        ("Activation", {"activation": "relu"}),
        ("Dropout", {"rate": 0.1}),
    ]
    layers = [block[place % len(block)] for place in range(num_layers - 2)]
    return chain("many-layers", (32, 32, 3), [*layers, ("GlobalAveragePooling2D", {}), ("Dense", {"units": 10})])


def _seconds(engine: Engine, function: str, spec: ModelSpec) -> float:
    start = time.perf_counter()
    engine.call(function, spec=spec)
    return time.perf_counter() - start
