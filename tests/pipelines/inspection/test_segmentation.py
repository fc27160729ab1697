"""Intersection over union and the rest, against scikit-learn's, pixels of the ignored class left out."""

from pathlib import Path

import numpy as np
import pytest
from sklearn.metrics import accuracy_score, confusion_matrix, jaccard_score

from models.errors import NetloomError
from pipelines.data.spec import DataSpec
from tests.pipelines.inspection.conftest import IGNORED

pytestmark = pytest.mark.slow


def test_every_pixel_counts_but_the_ignored_ones(home: Path, make_run, pixels: DataSpec) -> None:
    from pipelines.data.loading import load
    from pipelines.inspection.segmentation import segmentation

    uid, model = make_run(pixels, "pixels")
    data = load(pixels)
    x, y = data.x["test"], data.y["test"]
    train = data.x["train"].astype("float64")
    low, high = train.min(axis=(0, 1, 2)), train.max(axis=(0, 1, 2))
    predicted = model.predict(((x - low) / (high - low)).astype("float32"), verbose=0).argmax(axis=-1)
    counted = y != IGNORED

    found = segmentation(home, uid, limit=100)
    labels = [0, 1, 2, 3]
    np.testing.assert_array_equal(
        found.matrix, confusion_matrix(y[counted], predicted[counted], labels=labels)
    )  # fmt: skip
    expected = jaccard_score(y[counted], predicted[counted], labels=labels, average=None, zero_division=0)
    np.testing.assert_allclose(np.nan_to_num(found.iou), expected)
    assert found.pixel_accuracy == pytest.approx(accuracy_score(y[counted], predicted[counted]))
    assert found.labels == ("sky", "road", "tree", "unlabelled") and found.ignore == IGNORED
    for row, accuracy in enumerate(found.accuracy):
        assert accuracy == pytest.approx(accuracy_score(y[row][counted[row]], predicted[row][counted[row]]))
    assert (np.diff(found.accuracy[found.rows]) >= 0).all() and sorted(found.rows) == list(range(len(x)))
    np.testing.assert_array_equal(found.x, x[found.rows])
    np.testing.assert_array_equal(found.true, y[found.rows])
    np.testing.assert_array_equal(found.predicted, np.where(counted, predicted, IGNORED)[found.rows])
    first = segmentation(home, uid, order="first", limit=2)
    np.testing.assert_array_equal(first.rows, [0, 1])


def test_a_class_that_is_nowhere_has_no_iou() -> None:
    from pipelines.inspection.facts import Segmentation

    empty = np.zeros((0, 1, 1), np.uint8)
    matrix = np.array([[3, 1, 0], [0, 4, 0], [0, 0, 0]])
    found = Segmentation("test", ("a", "b", "c"), None, matrix, np.ones(1), np.zeros(0, int), empty, empty, empty)
    np.testing.assert_allclose(found.iou, [3 / 4, 4 / 5, np.nan])


def test_other_tasks_are_refused(home: Path, make_run) -> None:
    from pipelines.inspection.segmentation import segmentation

    uid, _ = make_run("digits", "mlp")
    with pytest.raises(NetloomError, match="multiclass network gives no class to each pixel"):
        segmentation(home, uid)


def test_an_output_without_pixels_is_told(home: Path, make_run, pixels: DataSpec, monkeypatch) -> None:
    import tests.pipelines.conftest as shared
    from pipelines.inspection.segmentation import segmentation

    flat = (*shared.NETWORKS["pixels"][:1], shared.node("pool", "GlobalAveragePooling2D"))
    monkeypatch.setitem(shared.NETWORKS, "pixels", flat)
    uid, _ = make_run(pixels, "pixels")
    with pytest.raises(NetloomError, match=r"\('batch', 3\); the probability of each class for each of 12 × 16"):
        segmentation(home, uid)
