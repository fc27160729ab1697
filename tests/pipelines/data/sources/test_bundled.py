"""The static facts agree with what scikit-learn really gives."""

import numpy as np
import pytest
from sklearn.datasets import load_breast_cancer, load_diabetes, load_digits, load_iris, load_wine

from pipelines.data.source import Source
from pipelines.data.sources.bundled import BREAST_CANCER, DIABETES, DIGITS, IRIS, WINE


@pytest.mark.parametrize("source", [DIGITS, IRIS, WINE, BREAST_CANCER, DIABETES], ids=lambda source: source.name)
def test_read_gives_what_the_facts_say(source: Source):
    data = source.read()
    x, y = data.x, data.y
    assert x.shape == (source.num_rows, *source.input_shape)
    assert x.dtype == source.dtype
    assert y.shape == (source.num_rows,)
    if source.tasks[0] == "regression":
        assert y.dtype == np.float32
        assert not source.class_names
    else:
        assert y.dtype == np.int64
        assert np.array_equal(np.unique(y), np.arange(len(source.class_names)))
    if source.kind == "table":
        assert len(source.feature_names) == x.shape[1]


@pytest.mark.parametrize(
    "source, bunch",
    [
        (IRIS, load_iris()),
        (WINE, load_wine()),
        (BREAST_CANCER, load_breast_cancer()),
        (DIABETES, load_diabetes(scaled=False)),
    ],
    ids=lambda value: value.name if isinstance(value, Source) else "",
)
def test_names_and_values_are_scikit_learns(source: Source, bunch):
    data = source.read()
    x, y = data.x, data.y
    assert source.feature_names == tuple(str(name) for name in bunch.feature_names)
    assert source.class_names == tuple(str(name) for name in getattr(bunch, "target_names", ()))
    np.testing.assert_array_equal(x, bunch.data.astype(np.float32))
    np.testing.assert_array_equal(y, bunch.target)


def test_digits_are_images_of_scikit_learns_digits():
    data = DIGITS.read()
    x, y = data.x, data.y
    bunch = load_digits()
    np.testing.assert_array_equal(x[..., 0], bunch.images)
    np.testing.assert_array_equal(y, bunch.target)
    assert (x.min(), x.max()) == (0, 16)


def test_diabetes_is_in_its_own_units():
    x = DIABETES.read().x
    age = x[:, DIABETES.feature_names.index("age")]
    assert 18 < age.min() < age.max() < 80
