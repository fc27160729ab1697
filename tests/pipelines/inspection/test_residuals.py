"""Residuals, against scikit-learn's scores."""

from pathlib import Path

import numpy as np
import pytest
from sklearn.metrics import mean_absolute_error, r2_score
from sklearn.preprocessing import MinMaxScaler, StandardScaler

from models.errors import NetloomError
from pipelines.data.loading import load
from pipelines.data.spec import BundledSource, DataSpec

pytestmark = pytest.mark.slow


def test_scores_and_worst_rows(home: Path, make_run) -> None:
    from pipelines.inspection.residuals import residuals

    uid, model = make_run("diabetes", "diabetes", scaling="rescale")
    data = load(DataSpec(source=BundledSource(name="diabetes")))
    scaled = MinMaxScaler().fit(data.x["train"]).transform(data.x["test"]).astype("float32")
    predicted = model.predict(scaled, verbose=0)[:, 0]
    found = residuals(home, uid, limit=5)
    np.testing.assert_allclose(found.predicted, predicted, atol=1e-5)
    np.testing.assert_array_equal(found.true, data.y["test"])
    assert found.mean_absolute_error == pytest.approx(mean_absolute_error(data.y["test"], predicted), rel=1e-5)
    assert found.r2 == pytest.approx(r2_score(data.y["test"], predicted), rel=1e-5)
    np.testing.assert_array_equal(found.worst, np.argsort(-np.abs(predicted - data.y["test"]))[:5])
    np.testing.assert_array_equal(found.x, data.x["test"][found.worst])
    assert (found.target, found.feature_names[2]) == ("disease progression after one year", "bmi")


def test_a_classifier_has_none(home: Path, make_run) -> None:
    from pipelines.inspection.residuals import residuals

    uid, _ = make_run("iris", "iris")
    with pytest.raises(NetloomError, match="no residuals"):
        residuals(home, uid)


def test_of_several_numbers_each_has_its_own(home: Path, make_run, two_numbers: DataSpec) -> None:
    from pipelines.inspection.residuals import residuals

    uid, model = make_run(two_numbers, "two numbers")
    data = load(two_numbers)
    outputs = model.predict(StandardScaler().fit(data.x["train"]).transform(data.x["test"]), verbose=0)
    for target in (0, 1):
        found = residuals(home, uid, target=target, limit=3)
        np.testing.assert_array_equal(found.true, data.y["test"][:, target])
        np.testing.assert_allclose(found.predicted, outputs[:, target], atol=1e-5)
        assert found.targets == ("y 1", "y 2") and found.target == found.targets[target]
    with pytest.raises(NetloomError, match="target=2"):
        residuals(home, uid, target=2)
