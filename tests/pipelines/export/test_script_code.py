"""The generated script, part by part, against what a run does with the same spec."""

import ast
import importlib.util
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from models.spec import Node
from pipelines.data.loading import load
from pipelines.data.preparation.scaling import fit_scaling
from pipelines.data.spec import BundledSource, CorruptSpec, DataSpec, SplitSpec
from pipelines.examples import EXAMPLES
from pipelines.export.script_code import script
from pipelines.spec import EarlyStoppingSpec, OptimizerSpec, RunSpec, StartSpec, TrainSpec
from tests.pipelines.export.test_script_knobs import KNOBS
from tests.pipelines.export.test_several_outputs import OURS

SCALINGS = ("none", "standardise", "rescale", "symmetric")


def script_code(spec: RunSpec, evaluation_batch_size: int) -> str:
    return script(spec, load(spec.data), evaluation_batch_size).code


SCHEDULED = {
    "class_name": "PiecewiseConstantDecay",
    "config": {"boundaries": [1000, 2000, 3000], "values": [0.1, 0.01, 0.001, 0.0001]},
}
MEASURED = (
    "accuracy",
    {"class_name": "SparseTopKCategoricalAccuracy", "config": {"k": 2}},
    {"class_name": "SparseCategoricalCrossentropy", "config": {"from_logits": True}},
)
SETTINGS = EXAMPLES["iris-mlp"].train.replace(
    optimizer=OptimizerSpec(kind="SGD", config={"learning_rate": SCHEDULED, "momentum": 0.9, "nesterov": True}),
    metrics=MEASURED,
)


SPECS = {
    **{name: spec for name, spec in EXAMPLES.items() if "mnist" not in name},
    "settings": EXAMPLES["iris-mlp"].replace(train=SETTINGS),
    "several outputs": RunSpec(
        model=OURS,
        data=DataSpec(corrupt=CorruptSpec(noise=0.1)),
        train=TrainSpec(early_stopping=EarlyStoppingSpec(monitor="image_loss")),
    ),
}


@pytest.mark.parametrize("name", [*SPECS, *KNOBS])
def test_it_is_written_as_people_write(tmp_path: Path, name: str) -> None:
    script = tmp_path / "train.py"
    spec = SPECS[name] if name in SPECS else KNOBS[name]
    script.write_text(script_code(spec, 1024))
    ruff = [str(Path(sys.executable).with_name("ruff")), "--isolated"]
    options = ["--line-length", "120", str(script)]
    assert subprocess.run([ruff[0], "check", ruff[1], "--select", "E,F,I,UP,B", *options], check=False).returncode == 0
    assert subprocess.run([ruff[0], "format", ruff[1], "--diff", *options], check=False).returncode == 0


@pytest.mark.parametrize("name", ['""" + evil() + """', "{EPOCHS}", "{seed}", "naïve ✓", "'''"])
def test_a_name_stays_a_name(name: str) -> None:
    spec = EXAMPLES["iris-mlp"].replace(name=name)
    tree = ast.parse(script_code(spec, 1024))
    assert len(tree.body) == len(ast.parse(script_code(EXAMPLES["iris-mlp"], 1024)).body)
    assert "evil" not in {node.id for node in ast.walk(tree) if isinstance(node, ast.Name)}


def test_settings_reach_it() -> None:
    spec = EXAMPLES["digits-mlp"]
    train = spec.train.replace(
        optimizer=OptimizerSpec(kind="SGD", config={"learning_rate": 0.25, "momentum": 0.5}),
        early_stopping=EarlyStoppingSpec(monitor="accuracy", patience=7, min_delta=0.125, restore_best=False),
        loss="sparse_categorical_crossentropy",
        metrics=("accuracy", "mean_squared_error"),
        batch_size=17,
        epochs=3,
    )
    code = script_code(spec.replace(train=train, seed=11), 512)
    for piece in (
        "SEED = 11", "BATCH_SIZE = 17", "EPOCHS = 3", "keras.optimizers.SGD(learning_rate=0.25, momentum=0.5)",
        'monitor="val_accuracy"', 'mode="max"', "min_delta=0.125", "patience=7", "restore_best_weights=False",
        'metrics=["accuracy", "mean_squared_error"]', "validation_batch_size=512",
    ):  # fmt: skip
        assert piece in code
    assert "EarlyStopping" not in script_code(spec.replace(train=train.replace(early_stopping=None)), 512)


def test_a_fork_is_said_to_begin_anew() -> None:
    spec = EXAMPLES["iris-mlp"]
    assert "begins anew" not in script_code(spec, 512)
    forked = script_code(spec.replace(start=StartSpec(run="abcdefghijkl", epoch=3)), 512)
    assert "The run began with the state of run abcdefghijkl after epoch 3; here training begins anew." in forked


def test_settings_of_the_loss_the_metrics_and_the_learning_rate_reach_it() -> None:
    spec = EXAMPLES["iris-mlp"]
    schedule = {"class_name": "CosineDecay", "config": {"initial_learning_rate": 0.1, "decay_steps": 50}}
    train = spec.train.replace(
        optimizer=OptimizerSpec(kind="SGD", config={"learning_rate": schedule, "nesterov": True}),
        loss={"class_name": "SparseCategoricalCrossentropy", "config": {"from_logits": False, "ignore_class": 2}},
        metrics=("accuracy", {"class_name": "SparseTopKCategoricalAccuracy", "config": {"k": 2}}),
    )
    code = " ".join(script_code(spec.replace(train=train), 512).split())
    for piece in (
        "learning_rate=keras.optimizers.schedules.CosineDecay(initial_learning_rate=0.1, decay_steps=50)",
        "nesterov=True",
        "keras.losses.SparseCategoricalCrossentropy(from_logits=False, ignore_class=2)",
        'keras.metrics.SparseTopKCategoricalAccuracy(k=2, name="sparse_top_k_categorical_accuracy")',
    ):  # fmt: skip
        assert piece in code


@pytest.fixture
def ran(tmp_path: Path) -> Callable[[RunSpec], Any]:
    """The script of a spec as a module; its `main` has not run."""

    def run(spec: RunSpec) -> Any:
        path = tmp_path / "train.py"
        path.write_text(script_code(spec, 1024))
        found = importlib.util.spec_from_file_location("train", path)
        assert found is not None and found.loader is not None
        module = importlib.util.module_from_spec(found)
        found.loader.exec_module(module)
        return module

    return run


@pytest.mark.slow
@pytest.mark.parametrize("stratify", [True, False])
@pytest.mark.parametrize("name", ["digits", "iris", "breast_cancer", "diabetes"])
def test_it_feeds_the_network_the_same_numbers(ran, name: str, stratify: bool) -> None:
    data = DataSpec(
        source=BundledSource.model_validate({"name": name}),
        split=SplitSpec(val=0.2, test=0.3, seed=5, stratify=stratify),
    )
    splits = load(data)
    for scaling in SCALINGS:
        script = ran(EXAMPLES["digits-mlp"].replace(data=data.replace(scaling=scaling)))
        x, y = script.load_data()
        layer = script.scaling_layer(x[script.split(x, y)[0]])
        for split, rows in zip(("train", "val", "test"), script.split(x, y), strict=True):
            np.testing.assert_array_equal(rows, splits.rows[split])
            np.testing.assert_array_equal(x[rows], splits.x[split])
            assert x.dtype == splits.x[split].dtype
            np.testing.assert_array_equal(y[rows], splits.y[split])
            assert y.dtype == splits.y[split].dtype
            expected = fit_scaling(scaling, splits.x["train"]).apply(splits.x[split])
            np.testing.assert_allclose(layer(x[rows]), expected, rtol=1e-6, atol=1e-6)


@pytest.mark.slow
def test_it_feeds_the_network_mnist(data_dir: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    folder = tmp_path / "keras" / "datasets"
    folder.mkdir(parents=True)
    (folder / "mnist.npz").write_bytes((data_dir / "keras" / "datasets" / "mnist.npz").read_bytes())
    monkeypatch.setenv("KERAS_HOME", str(folder.parent))  # Keras reads it when it is imported
    (tmp_path / "train.py").write_text(script_code(EXAMPLES["mnist-lenet5"], 1024))
    code = "import numpy, train; x, y = train.load_data(); numpy.savez('given.npz', x, y, *train.split(x, y))"
    subprocess.run([sys.executable, "-c", code], cwd=tmp_path, check=True, timeout=120)
    splits = load(EXAMPLES["mnist-lenet5"].data)
    with np.load(tmp_path / "given.npz") as given:
        x, y, *rows = given.values()
    for split, chosen in zip(("train", "val", "test"), rows, strict=True):
        np.testing.assert_array_equal(chosen, splits.rows[split])
        np.testing.assert_array_equal(x[chosen], splits.x[split])
        np.testing.assert_array_equal(y[chosen], splits.y[split])


@pytest.mark.slow
def test_a_constant_feature_does_not_become_infinite(ran) -> None:
    rows = np.array([[1.0, 7.0], [3.0, 7.0]], dtype="float32")
    for scaling in SCALINGS:
        data = EXAMPLES["iris-mlp"].data.replace(scaling=scaling)
        layer = ran(EXAMPLES["iris-mlp"].replace(data=data)).scaling_layer(rows)
        np.testing.assert_allclose(layer(rows), fit_scaling(scaling, rows).apply(rows), atol=1e-6)


@pytest.mark.slow
def test_it_begins_with_the_same_weights(ran) -> None:
    import keras

    from models.build import build

    dropout = Node(name="forget", kind="Dropout", config={"rate": 0.5})
    model = EXAMPLES["digits-cnn"].model
    spec = EXAMPLES["digits-cnn"].replace(model=model.replace(nodes=(*model.nodes[:-1], dropout, model.nodes[-1])))
    keras.utils.set_random_seed(spec.seed)
    wanted = build(spec.model).get_weights()
    keras.utils.set_random_seed(spec.seed)
    given = ran(spec).build_model().get_weights()
    assert len(given) == len(wanted)
    for ours, theirs in zip(given, wanted, strict=True):
        np.testing.assert_array_equal(ours, theirs)


@pytest.mark.slow
def test_it_shows_the_rows_in_the_same_order(ran) -> None:
    from pipelines.training.feed import shuffled_batches

    spec = EXAMPLES["iris-mlp"].replace(seed=9)
    x, y = np.arange(50, dtype="float32").reshape(25, 2), np.arange(25)
    given = ran(spec).shuffled_batches(x, y, 3)
    wanted = shuffled_batches(x, y, spec.train.batch_size, 9, 0, 3)
    count = 0
    for ours, theirs in zip(given, wanted, strict=True):
        np.testing.assert_array_equal(ours[0], theirs[0])
        np.testing.assert_array_equal(ours[1], theirs[1])
        count += 1
    assert count == 3 * 2


def test_with_several_outputs_each_is_compared_with_its_target_and_watched_by_its_layer() -> None:
    spec = SPECS["several outputs"]
    code = script_code(spec, 1024)
    assert "return harmed(x), (y, x, y)" in code and "return x, (y, x, y)" in code
    assert "loss_weights=[1.0, 0.5, 0.3, None]" in code and 'monitor="val_image_loss"' in code
    watched = spec.train.replace(early_stopping=EarlyStoppingSpec(monitor="accuracy"))
    assert 'monitor="val_classes_accuracy"' in script_code(spec.replace(train=watched), 1024)  # step is its layer
