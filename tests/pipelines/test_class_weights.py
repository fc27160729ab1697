"""What an example of a class counts."""

import numpy as np
import pytest
from sklearn.utils.class_weight import compute_class_weight

from pipelines.class_weights import class_weights

Y = np.array([0, 0, 0, 0, 2, 2, 1])


def test_balanced_is_as_in_scikit_learn() -> None:
    expected = compute_class_weight("balanced", classes=np.arange(3), y=Y)
    found = class_weights("balanced", ("a", "b", "c"), Y)
    assert found is not None and found.dtype == np.float32
    assert found == pytest.approx(expected)


def test_a_class_without_rows_counts_as_any() -> None:
    found = class_weights("balanced", ("a", "b", "c", "d"), Y)
    assert found is not None and found[3] == 1
    assert found[Y].mean() == pytest.approx(1)


def test_classes_that_are_not_named_count_once() -> None:
    assert class_weights({"c": 0.5}, ("a", "b", "c"), Y).tolist() == [1, 1, 0.5]
    assert class_weights(None, ("a", "b", "c"), Y) is None
