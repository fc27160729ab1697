import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from hypothesis.extra import numpy as arrays

from models.errors import NetloomError
from pipelines.data.preparation.moments import moments

values = st.floats(-1e6, 1e6, width=32)


@given(arrays.arrays(np.float32, st.tuples(st.integers(1, 40), st.integers(1, 4)), elements=values))
def test_agrees_with_numpy(x: np.ndarray):
    found, exact = moments(x), x.astype(np.float64)
    np.testing.assert_array_equal(found.minimum, exact.min(axis=0))
    np.testing.assert_array_equal(found.maximum, exact.max(axis=0))
    np.testing.assert_allclose(found.mean, exact.mean(axis=0), rtol=1e-9, atol=1e-9)
    np.testing.assert_allclose(found.std, exact.std(axis=0), rtol=1e-9, atol=1e-6)


def test_images_larger_than_a_chunk_have_moments_a_channel():
    x = np.random.default_rng(0).integers([3, 0, 10], [200, 256, 11], (500, 40, 40, 3)).astype(np.uint8)
    found = moments(x)
    assert (found.minimum.tolist(), found.maximum.tolist()) == ([3, 0, 10], [199, 255, 10])
    np.testing.assert_allclose(found.mean, x.mean(axis=(0, 1, 2), dtype=np.float64), rtol=1e-12)
    np.testing.assert_allclose(found.std, x.std(axis=(0, 1, 2), dtype=np.float64), rtol=1e-10)
    np.testing.assert_allclose(found.std, moments(x.astype(np.float32)).std, rtol=1e-10)


@pytest.mark.parametrize("bad", [np.nan, np.inf, -np.inf])
def test_values_that_are_not_finite_are_refused(bad: float):
    with pytest.raises(NetloomError, match="column 1"):
        moments(np.array([[1.0, bad], [2.0, 3.0]]))


def test_no_rows():
    with pytest.raises(NetloomError, match="no rows"):
        moments(np.empty((0, 3)))
