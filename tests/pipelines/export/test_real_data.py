"""Real tables, texts, photos and masks: trained, exported, and raw rows that nobody has seen fed to the SavedModel."""

from pathlib import Path
from typing import Any

import numpy as np
import pytest

from pipelines.data.spec import ArraysSource, DataSpec, ImageSpec, ImagesSource, MasksSource, TableSource

pytestmark = pytest.mark.slow


@pytest.fixture
def exported(home: Path, tmp_path: Path, data_dir: Path, trainer: Any, monkeypatch: pytest.MonkeyPatch):
    """Trains on some data, and exports the SavedModel; returns its report and a loaded copy."""
    monkeypatch.setenv("NETLOOM_DATA", str(data_dir))

    def export_of(data: DataSpec) -> tuple[Any, Any]:
        import tensorflow as tf

        from pipelines.export.exporter import export

        run = trainer.train_on(home, data)
        report = export(home, run.uid, "savedmodel")
        assert report.ok, report.message
        return report, tf.saved_model.load(trainer.unpacked(report, tmp_path / "download"))

    return export_of


def test_titanic_takes_a_missing_age_and_a_category_that_nobody_had(exported: Any, data_dir: Path) -> None:
    import tensorflow as tf

    source = TableSource(path=str(data_dir / "tabular/titanic.csv"), target=("survived",))
    report, model = exported(DataSpec(source=source, scaling="standardise"))
    assert (report.rows_compared, report.test_metric_name) == (134, "accuracy")

    def survival(**changes: Any) -> float:
        row = {"pclass": 3, "sex": "male", "age": 28.0, "sibsp": 0.0, "parch": 0.0, "fare": 7.9, "embarked": "S"}
        tensors = {name: tf.constant([[value]]) for name, value in (row | changes).items()}
        return float(model.serve(tensors | {"pclass": tf.cast(tensors["pclass"], tf.int64)})[0, 0])

    assert 0 < survival() < 1
    assert survival(sex="female") != survival()
    assert survival(age=float("nan")) == survival(age=28.0)  # the training rows' median
    assert 0 < survival(embarked="Mars", pclass=9) < 1
    assert survival(embarked="Mars") == survival(embarked="Venus")


def test_messages_go_in_as_they_were_written(exported: Any, data_dir: Path) -> None:
    import tensorflow as tf

    source = TableSource(path=str(data_dir / "text/SMSSpamCollection.tsv"), header=False, quoted=False)
    report, model = exported(DataSpec(source=source))
    assert report.rows_compared == 836
    outputs = model.serve({"column_2": tf.constant([["WINNER!! Call now"], [""], ["see you at five 😀"]])})
    assert outputs.shape == (3, 1)
    assert np.isfinite(outputs).all()


def test_photos_of_any_size_go_in(exported: Any, data_dir: Path) -> None:
    data = DataSpec(source=ImagesSource(path=str(data_dir / "hymenoptera")), image=ImageSpec(height=32, width=32))
    _, model = exported(data)
    for height, width in ((32, 32), (7, 300), (256, 193)):
        outputs = model.serve(np.random.default_rng(0).uniform(0, 255, (2, height, width, 3)).astype("float32"))
        assert outputs.shape == (2, 1)
        assert np.isfinite(outputs).all()


def test_street_scenes_give_a_class_for_every_pixel(exported: Any, data_dir: Path) -> None:
    source = MasksSource(path=str(data_dir / "camvid_small"), ignore=11)
    report, model = exported(DataSpec(source=source, image=ImageSpec(height=32, width=40)))
    assert report.test_metric_name == "accuracy"
    outputs = model.serve(np.zeros((1, 360, 480, 3), "float32")).numpy()
    assert outputs.shape == (1, 32, 40, 11)
    np.testing.assert_allclose(outputs.sum(axis=-1), 1, atol=1e-5)


def test_colour_images_in_arrays(exported: Any, data_dir: Path) -> None:
    with np.load(data_dir / "cifar10_small.npz", allow_pickle=False) as arrays:
        names = arrays.files
    assert {"x_train", "y_train", "x_test", "y_test"} <= set(names)
    report, model = exported(DataSpec(source=ArraysSource(path=str(data_dir / "cifar10_small.npz"))))
    assert report.rows_compared == 1017  # its own test split
    assert model.serve(np.zeros((1, 32, 32, 3), "float32")).shape == (1, 10)


def test_the_script_of_a_real_table_has_the_runs_curve(
    home: Path, data_dir: Path, trainer: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    from pipelines.export.exporter import export

    monkeypatch.setenv("NETLOOM_DATA", str(data_dir))
    source = TableSource(path=str(data_dir / "tabular/titanic.csv"), target=("survived",))
    run = trainer.train_on(home, DataSpec(source=source, scaling="standardise"), epochs=2)
    report = export(home, run.uid, "script")
    assert report.ok, report.message
    assert report.max_abs_difference < 1e-5
