"""A run that was really trained leaves in every format; what leaves works where Netloom is not."""

import json
import os
import subprocess
import sys
import zipfile
from collections.abc import Callable
from concurrent.futures import ProcessPoolExecutor
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from models.errors import NetloomError
from pipelines.data.loading import Splits, load
from pipelines.examples import EXAMPLES
from pipelines.export.destination import MARK
from pipelines.export.facts import ExportReport
from pipelines.export.reports import reports
from pipelines.runs.facts import Run
from pipelines.runs.store import RunStore
from pipelines.spec import RunSpec
from tests.pipelines.training.conftest import cnn_spec

pytestmark = pytest.mark.slow
PLAIN_TENSORFLOW = """
import sys, numpy, tensorflow
assert not {"pipelines", "models"} & set(sys.modules)
model = tensorflow.saved_model.load(sys.argv[1])
numpy.save("given.npy", model.serve(numpy.load("rows.npy").astype("float32")).numpy())
"""


@pytest.fixture(scope="module")
def trained_digits(tmp_path_factory: pytest.TempPathFactory, trainer: Any) -> tuple[Path, Run]:
    """A home, and in it a convolutional network that learned digits for two epochs."""
    home = tmp_path_factory.mktemp("export") / "home"
    example = EXAMPLES["digits-cnn"]
    run = trainer.train(home, example.replace(name="two epochs", train=example.train.replace(epochs=2)))
    return home, run


def network_outputs(home: Path, run: Run) -> tuple[Splits, np.ndarray]:
    """What the run's own file gives for scaled test rows, by Keras alone."""
    import keras

    data = load(RunSpec.model_validate_json(run.spec_json).data)
    folder = home / "runs" / run.uid
    scaling = np.load(folder / "preparation.npz")
    scaled = ((data.x["test"] - scaling["scaling.offset"]) / scaling["scaling.scale"]).astype("float32")
    return data, keras.saving.load_model(folder / "model.keras").predict(scaled, verbose=0)


def test_a_savedmodel_gives_plain_tensorflow_the_networks_outputs_for_raw_rows(
    trained_digits: tuple[Path, Run], trainer: Any, tmp_path: Path
) -> None:
    from pipelines.export.exporter import export

    home, run = trained_digits
    report = export(home, run.uid[:8], "savedmodel")
    assert report.ok, report.message
    assert report.max_abs_difference < 1e-5
    assert (report.rows_compared, report.test_metric_name) == (270, "accuracy")
    assert Path(report.path).name == f"two-epochs-{run.uid}-savedmodel.zip"
    assert report.bytes == Path(report.path).stat().st_size
    assert reports(home, run.uid)["savedmodel"] == report
    store = RunStore(home)
    assert Path(report.path) in [
        home / "runs" / run.uid / a.path for a in store.artifacts(run.uid) if a.kind == "export"
    ]
    logged = store.frame(uids=[run.uid])["test accuracy"].item()
    store.close()
    assert report.test_metric == pytest.approx(logged, abs=1e-6)

    folder = trainer.unpacked(report, tmp_path / "download")
    data, wanted = network_outputs(home, run)
    np.save(tmp_path / "rows.npy", data.x["test"])
    subprocess.run([sys.executable, "-I", "-c", PLAIN_TENSORFLOW, str(folder)], cwd=tmp_path, check=True, timeout=120)
    given = np.load(tmp_path / "given.npy")
    np.testing.assert_allclose(given, wanted, atol=1e-5)
    assert (given.argmax(axis=1) == data.y["test"]).mean() == pytest.approx(logged, abs=1e-6)
    labels = json.loads((folder / "labels.json").read_text())
    assert (labels["class_names"], labels["input_shape"]) == (list("0123456789"), [8, 8, 1])
    assert "tf.saved_model.load" in (folder / "README.md").read_text()


def test_a_savedmodel_of_a_network_that_augments_by_itself_predicts(home: Path, trainer: Any) -> None:
    # Its RandomTranslation and Dropout are not at work, though nobody tells a SavedModel that it predicts.
    from pipelines.export.exporter import export

    run = trainer.train(home, cnn_spec(epochs=1, precision="mixed_bfloat16"))
    report = export(home, run.uid, "savedmodel")
    assert report.ok, report.message


def test_a_keras_file_goes_where_it_is_told_and_replaces_only_itself(
    trained_digits: tuple[Path, Run], tmp_path: Path
) -> None:
    import keras

    from pipelines.export.exporter import export

    home, run = trained_digits
    target = tmp_path / "new" / "out"
    for _ in range(2):
        report = export(home, run.uid, "keras", target)
        assert (report.ok, report.path) == (True, str(target))
        assert sorted(path.name for path in target.parent.iterdir()) == ["out"]
    assert ExportReport.from_json((target / MARK).read_text()) == report
    model = keras.saving.load_model(target / "model.keras", safe_mode=True)
    data, wanted = network_outputs(home, run)
    np.testing.assert_allclose(model.predict(data.x["test"], verbose=0), wanted, atol=1e-5)
    loss, accuracy = model.evaluate(data.x["test"], data.y["test"], verbose=0)
    assert accuracy == pytest.approx(report.test_metric, abs=1e-6)
    assert loss > 0
    model.fit(data.x["train"], data.y["train"], verbose=0)
    assert "keras" not in reports(home, run.uid)

    (tmp_path / "mine").mkdir()
    (tmp_path / "mine" / "thesis.txt").write_text("years of work")
    with pytest.raises(NetloomError, match="no earlier export"):
        export(home, run.uid, "keras", tmp_path / "mine")


def test_the_script_trains_the_same_network_to_the_last_digit(
    trained_digits: tuple[Path, Run], trainer: Any, tmp_path: Path
) -> None:
    from pipelines.export.exporter import export

    home, run = trained_digits
    report = export(home, run.uid, "script")
    assert report.ok, report.message
    assert "Run in an empty folder for 2 of at most 2 epochs" in report.message
    # The same arithmetic on the same machine; another number of threads may sum in another order.
    assert report.max_abs_difference < 1e-5
    store = RunStore(home)
    logged = store.frame(uids=[run.uid])["test accuracy"].item()
    store.close()
    assert report.test_metric == pytest.approx(logged, abs=0.005)
    code = (trainer.unpacked(report, tmp_path / "download") / "train.py").read_text()
    assert "pipelines" not in code and "netloom" not in code.lower()


def test_two_processes_may_export_the_same_at_once(
    trained_digits: tuple[Path, Run], processes: ProcessPoolExecutor
) -> None:
    from pipelines.export.exporter import export

    home, run = trained_digits
    jobs = [processes.submit(export, home, run.uid, "keras") for _ in range(2)]
    assert all(job.result(300).ok for job in jobs)
    kept = reports(home, run.uid)["keras"]
    assert zipfile.ZipFile(kept.path).testzip() is None
    folder = Path(kept.path).parent
    assert {path.name for path in folder.iterdir()} == {".lock", Path(kept.path).name, "report.json"}


def test_an_export_that_does_not_agree_is_thrown_away(
    trained_digits: tuple[Path, Run], monkeypatch: pytest.MonkeyPatch
) -> None:
    from pipelines.export import exporter, keras_file

    home, run = trained_digits
    honest = keras_file.full_model

    def tampered(subject: object) -> object:
        import keras

        model = honest(subject)
        copy = keras.models.clone_model(model)
        copy.set_weights([weight * 1.01 for weight in model.get_weights()])
        return copy

    monkeypatch.setattr(keras_file, "full_model", tampered)
    before = reports(home, run.uid).get("keras")
    report = exporter.export(home, run.uid, "keras")
    assert (report.ok, report.path) == (False, "")
    assert "differ from the network's on 270 raw test rows" in report.message
    assert report.max_abs_difference > 1e-5
    assert reports(home, run.uid).get("keras") == before


def test_an_export_that_does_not_load_says_why(
    trained_digits: tuple[Path, Run], tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    from pipelines.export import exporter, keras_file

    def cut_short(subject: object, folder: Path) -> None:
        write(subject, folder)
        path = folder / "model.keras"
        path.write_bytes(path.read_bytes()[:1000])

    write = keras_file.write
    monkeypatch.setattr(keras_file, "write", cut_short)
    home, run = trained_digits
    report = exporter.export(home, run.uid, "keras", tmp_path / "out")
    assert not report.ok
    assert report.message.startswith("The export does not work: predict.py failed with exit status 1: ")
    assert list(tmp_path.iterdir()) == []


def test_leftovers_of_a_killed_export_are_cleared(trained_digits: tuple[Path, Run]) -> None:
    from pipelines.export import exporter

    home, run = trained_digits
    folder = home / "runs" / run.uid / "exports" / "keras"
    old, fresh = folder / ".draft-1-old", folder / ".draft-2-fresh"
    for draft in (old, fresh):
        draft.mkdir(parents=True)
        (draft / "half").write_text("")
    os.utime(old, (1, 1))
    with exporter._draft(folder) as draft:
        assert draft.is_dir()
        assert not old.exists()
        assert fresh.exists()  # somebody may be at work there
    assert not draft.exists()
    (fresh / "half").unlink()
    fresh.rmdir()


def test_a_table_with_a_number_to_predict(home: Path, make_run: Callable) -> None:
    from pipelines.export.exporter import export

    uid, _ = make_run("diabetes", "diabetes")
    report = export(home, uid, "keras")
    assert report.ok, report.message
    assert report.test_metric_name == "mae"
    assert report.test_metric is not None


def test_what_cannot_be_exported_says_so(home: Path) -> None:
    from pipelines.export.exporter import export

    run = RunStore(home).create(EXAMPLES["iris-mlp"])
    with pytest.raises(NetloomError, match="has no trained network: its status is queued"):
        export(home, run.uid, "keras")
    with pytest.raises(NetloomError, match="no export format 'onyx'"):
        export(home, run.uid, "onyx")
    assert not (home / "runs" / run.uid / "exports").exists()
