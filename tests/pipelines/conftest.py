"""Runs with networks that these tests made themselves with plain Keras, so that they know every weight, and forks."""

import multiprocessing
import os
from collections.abc import Callable, Iterator
from concurrent.futures import ProcessPoolExecutor
from pathlib import Path
from typing import Any

import pytest
from filelock import FileLock

from models.spec import ModelSpec, Node
from pipelines.data.preparation.preparation import fit_preparation
from pipelines.data.spec import DataSpec
from pipelines.launch import lock
from pipelines.launch.launchers import ForkLauncher
from pipelines.runs.store import RunStore
from pipelines.spec import RunSpec


def node(name: str, kind: str, **config: Any) -> Node:
    return Node(name=name, kind=kind, config=config)


NETWORKS = {
    "cnn": (
        node("input", "Input", shape=[8, 8, 1]),
        node("conv", "Conv2D", filters=4, kernel_size=3, activation="relu"),
        node("pool", "MaxPooling2D"),
        node("deeper", "Conv2D", filters=5, kernel_size=[2, 3]),
        node("flatten", "Flatten"),
        node("drop", "Dropout", rate=0.5),
        node("head", "Dense", units=10, activation="softmax"),
    ),
    "many kinds": (
        node("input", "Input", shape=[8, 8, 1]),
        node("depthwise", "DepthwiseConv2D", kernel_size=3, depth_multiplier=3),
        node("separable", "SeparableConv2D", filters=4, kernel_size=2),
        node("transpose", "Conv2DTranspose", filters=2, kernel_size=3),
        node("reshape", "Reshape", target_shape=[-1, 2]),
        node("line", "Conv1D", filters=6, kernel_size=5),
        node("flatten", "GlobalAveragePooling1D"),
        node("head", "Dense", units=10, activation="softmax"),
    ),
    "mlp": (
        node("input", "Input", shape=[8, 8, 1]),
        node("flatten", "Flatten"),
        node("hidden", "Dense", units=6, activation="relu"),
        node("head", "Dense", units=10, activation="softmax"),
    ),
    "iris": (
        node("input", "Input", shape=[4]),
        node("hidden", "Dense", units=6, activation="relu"),
        node("head", "Dense", units=3, activation="softmax"),
    ),
    "breast_cancer": (node("input", "Input", shape=[30]), node("head", "Dense", units=1, activation="sigmoid")),
    "diabetes": (node("input", "Input", shape=[10]), node("head", "Dense", units=1)),
    "autoencoder": (
        node("input", "Input", shape=[8, 8, 1]),
        node("flatten", "Flatten"),
        node("code", "Dense", units=6),
        node("decoder", "Dense", units=64),
        node("image", "Reshape", target_shape=[8, 8, 1]),
    ),
    "iris autoencoder": (node("input", "Input", shape=[4]), node("code", "Dense", units=4)),
    "pixels": (
        node("input", "Input", shape=[12, 16, 3]),
        node("wide", "Conv2D", filters=8, kernel_size=3, padding="same", activation="relu"),
        node("head", "Conv2D", filters=4, kernel_size=1, activation="softmax"),
    ),
    "labels": (node("input", "Input", shape=[5]), node("head", "Dense", units=3, activation="sigmoid")),
    "two numbers": (node("input", "Input", shape=[5]), node("head", "Dense", units=2)),
    "words": (
        node("input", "Input", shape=[6], dtype="int32"),
        node("vectors", "Embedding", input_dim=50, output_dim=4),
        node("mean", "GlobalAveragePooling1D"),
        node("head", "Dense", units=1, activation="sigmoid"),
    ),
    "mixed columns": (node("input", "Input", shape=[5]), node("head", "Dense", units=1, activation="sigmoid")),
}


@pytest.fixture
def launcher() -> ForkLauncher:
    """Forks a run's process as the supervisor does, from one process for all tests: keras is imported once."""
    return ForkLauncher()


@pytest.fixture
def processes(launcher: ForkLauncher) -> Iterator[ProcessPoolExecutor]:
    """Two processes with this one's environment, forked as a run's is."""
    context = multiprocessing.get_context("forkserver")
    with ProcessPoolExecutor(2, context, _set_environment, (dict(os.environ),)) as pool:
        yield pool


def _set_environment(variables: dict[str, str]) -> None:
    os.environ.update(variables)


@pytest.fixture
def make_run(home: Path) -> Callable[..., tuple[str, Any]]:
    """`make_run(data, network)` -> (uid, Keras model): a run with a seeded, untrained network on disk.

    data: a bundled set's name, or a whole DataSpec. network: a name of NETWORKS, or a whole ModelSpec, which is built
    as a run would build it.
    """

    def make(data: str | DataSpec, network: str | ModelSpec, scaling: str = "standardise") -> tuple[str, Any]:
        import keras

        from pipelines.data.keras_loading import load

        keras.utils.set_random_seed(3)
        if isinstance(network, ModelSpec):
            from models.build import build

            model, designed = build(network), network
        else:
            first, *others = NETWORKS[network]
            layers = [getattr(keras.layers, each.kind)(name=each.name, **each.config) for each in others]
            given = first.config
            start = keras.Input(given["shape"], dtype=given.get("dtype", "float32"), name=first.name)
            model, designed = keras.Sequential([start, *layers]), ModelSpec(nodes=NETWORKS[network])
        bundled = {"source": {"kind": "bundled", "name": data}, "scaling": scaling}
        spec = RunSpec.model_validate({"data": bundled if isinstance(data, str) else data, "model": designed})
        store = RunStore(home)
        run = store.create(spec)
        splits = load(spec.data)
        fit_preparation(spec.data, splits.encoding, splits.x["train"]).write(store.run_dir(run.uid))
        model.save(store.run_dir(run.uid) / "model.keras")
        store.close()
        return run.uid, model

    return make


@pytest.fixture
def watched_store(home: Path) -> Iterator[RunStore]:
    """A store whose home seems to have a supervisor, so that none is started."""
    store = RunStore(home)
    with FileLock(home / lock.NAME):
        yield store
    store.close()


@pytest.fixture
def cli(watched_store: RunStore, capsys: pytest.CaptureFixture[str]) -> Callable[..., tuple[int, str, str]]:
    """Runs a command of `python -m pipelines` in this process. Returns its exit status, stdout and stderr."""
    from pipelines.__main__ import main

    def run(*arguments: str) -> tuple[int, str, str]:
        code = main(list(arguments))
        return code, *capsys.readouterr()

    return run
