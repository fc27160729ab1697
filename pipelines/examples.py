"""Whole runs by name, to start from: each learns well in seconds on a CPU (MNIST in a minute)."""

from typing import Any

from pipelines.data.spec import BundledSource, DataSpec, KerasSource, Source, Task, ToySource
from pipelines.fitting import start_from
from pipelines.spec import EarlyStoppingSpec, OptimizerSpec, RunSpec, TrainSpec


def _example(
    name: str,
    architecture: str,
    source: Source,
    *,
    task: Task | None = None,
    scaling: Any = "rescale",
    learning_rate: float,
    batch_size: int = 32,
    epochs: int,
    patience: int,
) -> RunSpec:
    """A run of `architecture`, made for its data, with Adam and early stopping."""
    data = DataSpec(source=source, task=task, scaling=scaling)
    train = TrainSpec(
        optimizer=OptimizerSpec(kind="Adam", config={"learning_rate": learning_rate}),
        batch_size=batch_size,
        epochs=epochs,
        early_stopping=EarlyStoppingSpec(patience=patience),
    )
    return RunSpec(name=name, experiment="examples", data=data, model=start_from(architecture, data), train=train)


_ALL = (
    _example("digits-cnn", "digits-cnn", BundledSource(name="digits"), learning_rate=0.002, epochs=40, patience=5),
    _example("digits-mlp", "mlp", BundledSource(name="digits"), learning_rate=0.002, epochs=30, patience=5),
    _example(
        "iris-mlp",
        "table-mlp",
        BundledSource(name="iris"),
        scaling="standardise",
        learning_rate=0.01,
        batch_size=16,
        epochs=60,
        patience=15,
    ),
    _example(
        "mnist-lenet5",
        "lenet-5",
        KerasSource(name="mnist"),
        learning_rate=0.001,
        batch_size=128,
        epochs=10,
        patience=3,
    ),
    _example(
        "diabetes-mlp",
        "table-mlp",
        BundledSource(name="diabetes"),
        scaling="standardise",
        learning_rate=0.01,
        epochs=100,
        patience=15,
    ),
    _example(
        "wine-mlp",
        "table-mlp",
        BundledSource(name="wine"),
        scaling="standardise",
        learning_rate=0.01,
        batch_size=16,
        epochs=60,
        patience=15,
    ),
    _example(
        "moons-mlp",
        "table-mlp",
        ToySource(name="moons", n=1000),
        scaling="standardise",
        learning_rate=0.01,
        epochs=60,
        patience=10,
    ),
    _example(
        "digits-autoencoder",
        "dense-autoencoder",
        BundledSource(name="digits"),
        task="reconstruction",
        learning_rate=0.002,
        epochs=60,
        patience=5,
    ),
)
EXAMPLES: dict[str, RunSpec] = {spec.name: spec for spec in _ALL}
