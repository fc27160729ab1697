"""Each layer's output, against calling the layers one after the other."""

from pathlib import Path

import numpy as np
import pytest
from sklearn.preprocessing import StandardScaler

from models.errors import NetloomError
from pipelines.data.loading import load
from pipelines.data.spec import BundledSource, DataSpec

pytestmark = pytest.mark.slow


def test_every_layer_shows_what_it_computes(home: Path, make_run) -> None:
    from pipelines.inspection.feature_maps import feature_maps

    uid, model = make_run("digits", "cnn")
    data = load(DataSpec(scaling="standardise"))
    maps = feature_maps(home, uid, row=7, split="val")
    assert [layer.name for layer in maps.layers] == ["conv", "pool", "deeper", "flatten", "drop", "head"]
    assert [layer.is_maps for layer in maps.layers] == [True, True, True, False, False, False]
    train = data.x["train"].astype("float64")
    value = ((data.x["val"][7:8] - train.mean()) / train.std()).astype("float32")
    for layer, found in zip(model.layers, maps.layers, strict=True):
        value = layer(value)
        np.testing.assert_allclose(found.values, value.numpy()[0], atol=1e-5)
    np.testing.assert_array_equal(maps.x, data.x["val"][7])
    np.testing.assert_array_equal(maps.output, maps.layers[-1].values)
    assert maps.true == str(data.y["val"][7])
    assert maps.predicted == str(maps.output.argmax())
    assert maps.layers[0].dead_share == (maps.layers[0].values == 0).mean() > 0


def test_classes_and_numbers_are_named(home: Path, make_run) -> None:
    from pipelines.inspection.feature_maps import feature_maps

    cancer = load(DataSpec(source=BundledSource(name="breast_cancer")))
    uid, _ = make_run("breast_cancer", "breast_cancer")
    maps = feature_maps(home, uid)
    assert maps.true == ("malignant", "benign")[cancer.y["test"][0]]
    assert maps.predicted == ("benign" if maps.output[0] > 0.5 else "malignant")

    diabetes = load(DataSpec(source=BundledSource(name="diabetes")))
    uid, model = make_run("diabetes", "diabetes")
    maps = feature_maps(home, uid, row=3)
    assert maps.true == f"{diabetes.y['test'][3]:g}"
    scaled = StandardScaler().fit(diabetes.x["train"]).transform(diabetes.x["test"][3:4])
    assert float(maps.predicted) == pytest.approx(model(scaled).numpy()[0, 0], rel=1e-4)


def test_every_task_is_put_into_words(home: Path, make_run, pixels, labelled, two_numbers) -> None:
    from pipelines.inspection.feature_maps import feature_maps

    maps = feature_maps(home, make_run(pixels, "pixels")[0])
    assert maps.layers[-1].values.shape == (12, 16, 4)
    mask = load(pixels).y["test"][0]
    road = (mask == 1).sum() / (mask != 3).sum()
    assert f"{road:.0%} road" in maps.true and "unlabelled" not in maps.true and "%" in maps.predicted

    maps = feature_maps(home, make_run(labelled, "labels")[0], row=3)
    given = [f"label {label}" for label in np.flatnonzero(load(labelled).y["test"][3])]
    assert maps.true == (", ".join(given) or "none")
    assert maps.predicted == (", ".join(f"label {label}" for label in np.flatnonzero(maps.output > 0.5)) or "none")

    maps = feature_maps(home, make_run(two_numbers, "two numbers")[0])
    assert maps.true == ", ".join(f"{number:g}" for number in load(two_numbers).y["test"][0])

    digits = DataSpec(task="reconstruction", scaling="standardise")
    maps = feature_maps(home, make_run(digits, "autoencoder")[0])
    assert maps.true == "the input itself" and maps.predicted.startswith("a mean squared error of ")


@pytest.mark.parametrize(("row", "split"), [(-1, "test"), (270, "test"), (0, "holdout")])
def test_a_row_that_is_not_there_is_refused(home: Path, make_run, row: int, split: str) -> None:
    from pipelines.inspection.feature_maps import feature_maps

    uid, _ = make_run("digits", "mlp")
    with pytest.raises(NetloomError, match=r"270 rows|no split 'holdout'"):
        feature_maps(home, uid, row=row, split=split)
