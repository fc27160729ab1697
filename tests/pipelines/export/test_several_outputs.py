"""Exports of a network with several outputs, a shared layer, layers of ours and tied weights: each is tried."""

import json

import pytest

from models.spec import ModelSpec, Node, Output
from pipelines.data.spec import DataSpec
from pipelines.export.exporter import export
from pipelines.spec import RunSpec, TrainSpec

pytestmark = pytest.mark.slow

OURS = ModelSpec(
    name="ours",
    nodes=(
        Node(name="input", kind="Input", config={"shape": [8, 8, 1]}),
        Node(name="pool", kind="MaxPoolingWithIndices2D"),
        Node(name="swish", kind="SwishBeta"),
        Node(name="unpool", kind="MaxUnpooling2D", inputs=("swish", "pool:1")),
        Node(name="flat", kind="Flatten"),
        Node(name="code", kind="Dense", config={"units": 10, "activation": "tanh"}),
        Node(name="back", kind="TiedDense", config={"tied_to": "code", "activation": "sigmoid"}),
        Node(name="image", kind="Reshape", config={"target_shape": [8, 8, 1]}),
        Node(name="classes", kind="Dense", config={"units": 10, "activation": "softmax"}, inputs=("code",)),
        Node(name="step", kind="Dense", inputs=("classes",), shares="classes"),
    ),
    outputs=(
        Output(node="step"),
        Output(node="image", target="input", weight=0.5),
        Output(node="classes", weight=0.3),
        Output(node="pool:1", target="none"),
    ),
)


@pytest.fixture(scope="module")
def run(tmp_path_factory, trainer):
    home = tmp_path_factory.mktemp("home")
    train = TrainSpec(epochs=2, batch_size=64)
    return home, trainer.train(home, RunSpec(name="ours", data=DataSpec(), model=OURS, train=train))


@pytest.mark.parametrize("format", ["savedmodel", "keras", "script"])
def test_every_output_is_given_by_name_and_agrees(run, trainer, tmp_path, format):
    home, trained = run
    report = export(home, trained.uid, format)
    assert report.ok, report.message
    assert report.test_metric_name == "accuracy" and report.max_abs_difference < 1e-4
    folder = trainer.unpacked(report, tmp_path)
    names = json.loads((folder / "labels.json").read_text())["outputs"]
    assert names == ["step", "image", "classes", "pool_1"]
    readme = (folder / "README.md").read_text()
    assert "- image: the prepared inputs" in readme and "- pool_1: what pool:1 gives" in readme
    assert ("import netloom_layers" in readme) == (format == "keras") == ("netloom_layers.py" in report.files)
    if format == "script":
        assert "its validation losses" in report.message
    else:
        assert "its 4 outputs agree" in report.message
