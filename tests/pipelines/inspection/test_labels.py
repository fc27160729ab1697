"""Labels, against scikit-learn's scores."""

from pathlib import Path

import numpy as np
import pytest
from sklearn.metrics import accuracy_score, precision_score, recall_score
from sklearn.preprocessing import StandardScaler

from models.errors import NetloomError
from pipelines.data.spec import DataSpec

pytestmark = pytest.mark.slow


def test_scores_by_label_and_the_worst_rows_first(home: Path, make_run, labelled: DataSpec) -> None:
    from pipelines.data.loading import load
    from pipelines.inspection.labels import labels

    uid, model = make_run(labelled, "labels")
    data = load(labelled)
    scaled = StandardScaler().fit(data.x["train"]).transform(data.x["train"]).astype("float32")
    chances = model.predict(scaled, verbose=0)
    true, predicted = data.y["train"] > 0.5, chances > 0.5

    found = labels(home, uid, split="train", limit=7)
    np.testing.assert_array_equal(found.predicted, predicted)
    np.testing.assert_array_equal(found.true, true)
    assert found.exact == pytest.approx(accuracy_score(true, predicted))
    np.testing.assert_allclose(found.accuracy, (true == predicted).mean(axis=0))
    np.testing.assert_allclose(found.recall, recall_score(true, predicted, average=None))
    np.testing.assert_allclose(found.precision, precision_score(true, predicted, average=None))
    wrong = (true != predicted).sum(axis=1)
    assert len(found.rows) == 7 and (np.diff(wrong[found.rows]) <= 0).all() and wrong[found.rows[0]] == wrong.max()
    np.testing.assert_allclose(found.probability, chances[found.rows], atol=1e-5)
    np.testing.assert_array_equal(found.x, data.x["train"][found.rows])
    assert found.raw is None
    everything = labels(home, uid, split="train", limit=10_000)
    assert len(everything.rows) == (wrong > 0).sum()


def test_other_tasks_are_refused(home: Path, make_run) -> None:
    from pipelines.inspection.labels import labels

    uid, _ = make_run("iris", "iris")
    with pytest.raises(NetloomError, match="multiclass network gives no labels"):
        labels(home, uid)
