"""Small real runs: specs, and how they are trained here."""

from collections.abc import Callable, Iterator
from pathlib import Path

import pandas as pd
import pytest

from models.spec import ModelSpec, Node
from pipelines.data.spec import BundledSource, DataSpec
from pipelines.runs.facts import Run
from pipelines.runs.store import RunStore
from pipelines.spec import RunSpec, TrainSpec

DIGITS = (8, 8, 1)


def mlp_spec(**train: object) -> RunSpec:
    """Digits through a small MLP with dropout."""
    nodes = (
        Node(name="input", kind="Input", config={"shape": list(DIGITS)}),
        Node(name="flatten", kind="Flatten"),
        Node(name="dense", kind="Dense", config={"units": 16, "activation": "relu"}),
        Node(name="dropout", kind="Dropout", config={"rate": 0.3}),
        Node(name="output", kind="Dense", config={"units": 10, "activation": "softmax"}),
    )
    return RunSpec(name="mlp", model=ModelSpec(nodes=nodes), train=TrainSpec(**{"epochs": 3, **train}), seed=7)


def cnn_spec(**train: object) -> RunSpec:
    """Digits through a small CNN with every source of chance: augmentation, dropout, noise, batch normalisation."""
    nodes = (
        Node(name="input", kind="Input", config={"shape": list(DIGITS)}),
        Node(name="shift", kind="RandomTranslation", config={"height_factor": 0.1, "width_factor": 0.1}),
        Node(name="conv", kind="Conv2D", config={"filters": 4, "kernel_size": 3}),
        Node(name="norm", kind="BatchNormalization"),
        Node(name="relu", kind="Activation", config={"activation": "relu"}),
        Node(name="noise", kind="GaussianNoise", config={"stddev": 0.05}),
        Node(name="flatten", kind="Flatten"),
        Node(name="dropout", kind="Dropout", config={"rate": 0.3}),
        Node(name="output", kind="Dense", config={"units": 10, "activation": "softmax"}),
    )
    return RunSpec(name="cnn", model=ModelSpec(nodes=nodes), train=TrainSpec(**{"epochs": 3, **train}), seed=7)


def table_spec(name: str, units: int, activation: str, features: int, **train: object) -> RunSpec:
    """A table of scikit-learn through one hidden layer."""
    nodes = (
        Node(name="input", kind="Input", config={"shape": [features]}),
        Node(name="dense", kind="Dense", config={"units": 8, "activation": "relu"}),
        Node(name="output", kind="Dense", config={"units": units, "activation": activation}),
    )
    data = DataSpec(source=BundledSource(name=name), scaling="standardise")
    return RunSpec(name=name, data=data, model=ModelSpec(nodes=nodes), train=TrainSpec(**{"epochs": 2, **train}))


@pytest.fixture
def store(home: Path) -> Iterator[RunStore]:
    """The run store of this test's home."""
    store = RunStore(home)
    yield store
    store.close()


@pytest.fixture
def claimed(store: RunStore) -> Callable[[RunSpec], str]:
    """Queues and claims a run of a spec, as a supervisor would; gives its uid."""

    def claim(spec: RunSpec) -> str:
        uid = store.create(spec).uid
        assert store.claim(uid, "here", "cpu")
        return uid

    return claim


@pytest.fixture
def trained(store: RunStore, claimed: Callable[[RunSpec], str]) -> Callable[[RunSpec], Run]:
    """Trains a run of a spec in this process."""

    def train_here(spec: RunSpec) -> Run:
        from pipelines.training.worker import train

        uid = claimed(spec)
        train(store.home, uid)
        return store.get(uid)

    return train_here


def curve(store: RunStore, uid: str) -> pd.DataFrame:
    """Every logged point of a run, but for when it was logged."""
    return store.history([uid]).drop(columns=["run", "time_s"])
