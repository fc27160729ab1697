"""RunSpecs from files and examples, with settings."""

import json
from pathlib import Path

import pytest

from models.errors import SpecError
from pipelines.cli.reading import read_run_spec, set_value
from pipelines.examples import EXAMPLES


def test_every_example_and_its_file_are_read_alike(tmp_path: Path) -> None:
    for name, spec in EXAMPLES.items():
        file = tmp_path / f"{name}.json"
        file.write_text(spec.model_dump_json())
        assert read_run_spec(None, name) == read_run_spec(file, None) == spec


def test_settings_change_any_place_of_the_spec() -> None:
    settings = [
        "train.epochs=3",
        "train.early_stopping=null",
        "train.optimizer.config.learning_rate=1e-4",
        "model.nodes.dense.config.units=48",
        "model.nodes.1.config.filters=4",
        'tags={"variant": "wide"}',
        "tags.seed=7",
        "name=my run",
        "data.source.name=digits",
    ]
    with pytest.raises(SpecError, match=r"tags\.seed"):
        read_run_spec(None, "digits-cnn", settings)
    settings.remove("tags.seed=7")
    spec = read_run_spec(None, "digits-cnn", settings)
    assert (spec.train.epochs, spec.train.early_stopping, spec.name) == (3, None, "my run")
    assert spec.train.optimizer.config == {"learning_rate": 1e-4}
    assert spec.model.nodes[spec.model.index_of("dense")].config["units"] == 48
    assert spec.model.nodes[1].config["filters"] == 4
    assert spec.tags == {"variant": "wide"}


def test_a_setting_makes_the_objects_on_its_way() -> None:
    spec = read_run_spec(None, "digits-cnn", ["train.early_stopping=null", "train.early_stopping.patience=2"])
    assert spec.train.early_stopping is not None and spec.train.early_stopping.patience == 2


@pytest.mark.parametrize(
    ("setting", "told"),
    [
        ("train.epochs", "--set takes a path and a value"),
        ("=3", "--set takes a path and a value"),
        ("train..epochs=3", "--set takes a path and a value"),
        ("train.epoch=3", "train.epoch is not a known key"),
        ("train.epochs=many", "train.epochs: Input should be a valid integer.* Received: 'many'"),
        ("train.epochs=0", "train.epochs: Input should be greater than or equal to 1"),
        ("train.epochs.more=3", "train.epochs is a single value, so train.epochs.more leads nowhere"),
        ("model.nodes.99.kind=Dense", "model.nodes.99 leads nowhere. The names there are input, conv2d"),
        ("model.nodes.dense.config.unit=3", "dense: unit is no argument of Dense|dense: .*unit"),
        ("model.nodes.dense.kind=Dens", "dense: Dens is not a layer"),
        ("name=../../etc/passwd", "name: a name holds no slash"),
        ("train.device=tpu", "train.device: String should match"),
        ("train.optimizer.config.learning_rate=NaN", "learning_rate: NaN is no JSON value"),
    ],
)
def test_a_wrong_setting_names_its_path(setting: str, told: str) -> None:
    with pytest.raises(SpecError, match=told):
        read_run_spec(None, "digits-cnn", [setting])


@pytest.mark.parametrize(
    ("content", "told"),
    [
        (b'{"model": ', "is no valid JSON"),
        (b"", "is no valid JSON"),
        (b"\xff\xfe\x00", "is no JSON text"),
        (b"[1]", "an object was expected, received a list"),
        (b"[" * 100_000, "is no JSON text"),
        (b"{}", "model: Field required"),
        (b'{"schema_version": 2, "model": {}}', "schema_version"),
        (b'{"model": {"nodes": []}, "surprise": 1}', "surprise is not a known key"),
        (b'{"seed": NaN, "model": {}}', "NaN is no JSON value"),
        (b'{"model": {"nodes": []}}', "The network is empty"),
    ],
)
def test_a_corrupt_file_is_refused_in_one_sentence(tmp_path: Path, content: bytes, told: str) -> None:
    file = tmp_path / "spec.json"
    file.write_bytes(content)
    with pytest.raises(SpecError, match=told) as caught:
        read_run_spec(file, None)
    assert "\n" not in str(caught.value)
    assert str(file) in str(caught.value)


def test_what_is_no_file_is_refused(tmp_path: Path) -> None:
    with pytest.raises(SpecError, match="no such file"):
        read_run_spec(tmp_path / "none.json", None)
    with pytest.raises(SpecError, match="is a directory"):
        read_run_spec(tmp_path, None)
    with pytest.raises(SpecError, match="The examples are digits-cnn, digits-mlp"):
        read_run_spec(None, "digits")


def test_set_value_changes_arrays_by_position_and_by_name() -> None:
    tree = json.loads('{"nodes": [{"name": "a", "units": 1}, {"name": "b", "units": 2}], "shape": [8, 8, 1]}')
    for setting in ("nodes.b.units=5", "nodes.0.units=4", "shape.2=3"):
        set_value(tree, setting)
    assert tree == {"nodes": [{"name": "a", "units": 4}, {"name": "b", "units": 5}], "shape": [8, 8, 3]}


def test_augmentation_that_cannot_work_is_refused_before_a_run_is_queued() -> None:
    with pytest.raises(SpecError, match="stddev must be a number from 0 to 1"):
        read_run_spec(None, "digits-cnn", ['data.augment=[{"kind": "GaussianNoise", "config": {"stddev": 5.0}}]'])
    with pytest.raises(SpecError, match="Only images can be augmented"):
        read_run_spec(None, "iris-mlp", ['data.augment=[{"kind": "RandomFlip"}]'])
