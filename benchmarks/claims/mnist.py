"""MNIST and the small perceptrons that the lectures train on it."""

from typing import Any

from pydantic import JsonValue

from models.sketch import Sketch
from models.spec import ModelSpec
from pipelines.data.spec import CorruptSpec, DataSpec, KerasSource, SplitSpec
from pipelines.spec import OptimizerSpec, RunSpec, TrainSpec

DATA = DataSpec(source=KerasSource(name="mnist"), scaling="rescale", split=SplitSpec(val=1 / 6))
"""50,000 images to train with, 10,000 to validate with, and the 10,000 of the data set's own test."""
TRAIN_ROWS = 50_000


def perceptron(*hidden: int, l2: float | None = None) -> ModelSpec:
    """784 inputs, hidden layers of ReLU units, 10 classes; `l2` weighs the squares of all kernels in the loss."""
    regular: dict[str, Any] = {"kernel_regularizer": {"class_name": "L2", "config": {"l2": l2}}} if l2 else {}
    net = Sketch("-".join(map(str, ("perceptron-784", *hidden, 10))))
    net.input((28, 28, 1))
    net.add("Flatten")
    for units in hidden:
        net.add("Dense", units=units, activation="relu", **regular)
    net.add("Dense", units=10, activation="softmax", **regular)
    return net.spec()


def run(
    name: str, model: ModelSpec, optimizer: OptimizerSpec, *, rows: float = 1.0, seed: int = 0, **train: Any
) -> RunSpec:
    """A run on MNIST.

    Args:
        rows: share of the training images that are used.
        train: other fields of its TrainSpec.
    """
    data = DATA.replace(corrupt=CorruptSpec(train_rows=rows))
    train_spec = TrainSpec(optimizer=optimizer, device="cpu", **train)
    return RunSpec(name=name, experiment="claims", data=data, model=model, train=train_spec, seed=seed)


def sgd(learning_rate: float, **config: JsonValue) -> OptimizerSpec:
    """Plain stochastic gradient descent."""
    return OptimizerSpec(kind="SGD", config={"learning_rate": learning_rate, **config})
