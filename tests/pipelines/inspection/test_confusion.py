"""The confusion matrix, against scikit-learn's."""

from pathlib import Path

import numpy as np
import pytest
from sklearn.metrics import accuracy_score, confusion_matrix, precision_score, recall_score
from sklearn.preprocessing import StandardScaler

from models.errors import NetloomError
from pipelines.data.loading import load
from pipelines.data.spec import BundledSource, DataSpec

pytestmark = pytest.mark.slow


@pytest.mark.parametrize(
    ("name", "network", "classes"), [("digits", "mlp", 10), ("iris", "iris", 3), ("breast_cancer", "breast_cancer", 2)]
)
def test_the_matrix_is_scikit_learns(home: Path, make_run, name: str, network: str, classes: int) -> None:
    from pipelines.inspection.confusion import confusion

    uid, model = make_run(name, network)
    data = load(DataSpec(source=BundledSource.model_validate({"name": name})))
    train = data.x["train"].astype("float64")
    axes = tuple(range(train.ndim - 1))
    scaled = ((data.x["test"] - train.mean(axes)) / train.std(axes)).astype("float32")
    outputs = model.predict(scaled, verbose=0)
    true = data.y["test"]
    predicted = outputs.argmax(axis=1) if outputs.shape[1] > 1 else (outputs[:, 0] > 0.5).astype(int)

    found = confusion(home, uid)
    np.testing.assert_array_equal(found.matrix, confusion_matrix(true, predicted, labels=range(classes)))
    assert len(found.labels) == classes
    assert found.accuracy == pytest.approx(accuracy_score(true, predicted))
    seen = found.matrix.sum(axis=0) > 0
    precision = precision_score(true, predicted, average=None, labels=range(classes), zero_division=0)
    np.testing.assert_allclose(found.precision[seen], precision[seen])
    assert np.isnan(found.precision[~seen]).all()
    np.testing.assert_allclose(found.recall, recall_score(true, predicted, average=None, labels=range(classes)))


def test_misclassified_rows_come_most_confident_first(home: Path, make_run) -> None:
    from pipelines.inspection.confusion import confusion

    uid, _ = make_run("digits", "mlp")
    data = load(DataSpec())
    found = confusion(home, uid, split="val", limit=20)
    assert found.num_wrong == found.matrix.sum() - np.trace(found.matrix) > 20
    assert len(found.rows) == len(found.x) == 20
    np.testing.assert_array_equal(found.x, data.x["val"][found.rows])
    np.testing.assert_array_equal(found.true, data.y["val"][found.rows])
    assert (found.true != found.predicted).all()
    assert (np.diff(found.probability) <= 0).all()
    assert (found.true_probability <= found.probability).all()
    everything = confusion(home, uid, split="val", limit=10_000)
    assert everything.probability.max() == found.probability[0]
    assert len(everything.rows) == found.num_wrong


def test_a_single_output_is_the_probability_of_class_1(home: Path, make_run) -> None:
    from pipelines.inspection.confusion import confusion

    uid, model = make_run("breast_cancer", "breast_cancer")
    data = load(DataSpec(source=BundledSource(name="breast_cancer")))
    scaled = StandardScaler().fit(data.x["train"]).transform(data.x["test"]).astype("float32")
    chance = model.predict(scaled, verbose=0)[:, 0]
    found = confusion(home, uid)
    wanted = np.where(found.predicted == 1, chance[found.rows], 1 - chance[found.rows])
    np.testing.assert_allclose(found.probability, wanted, atol=1e-5)
    assert (found.probability >= 0.5).all()
    assert found.labels == ("malignant", "benign")


def test_a_regression_has_no_classes(home: Path, make_run) -> None:
    from pipelines.inspection.confusion import confusion

    uid, _ = make_run("diabetes", "diabetes")
    with pytest.raises(NetloomError, match="no classes to confuse"):
        confusion(home, uid)
