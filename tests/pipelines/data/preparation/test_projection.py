"""Principal components: those of the covariance, from rows that come in parts."""

import numpy as np
import pytest

from models.errors import NetloomError
from pipelines.data.preparation import projection
from pipelines.data.preparation.projection import fit_projection
from pipelines.data.spec import PcaSpec

X = (np.random.default_rng(0).normal(size=(300, 6)) * [5, 4, 3, 2, 1, 0] + 7).astype(np.float32)
PARTS = np.array_split(X, 7)


@pytest.mark.parametrize("limit", [0, 2**29])
def test_they_are_the_eigenvectors_of_the_covariance(limit: int, monkeypatch):
    monkeypatch.setattr(projection, "LARGE_BYTES", limit)
    monkeypatch.setattr(projection, "_PART_BYTES", 6 * 8 * 50)
    found = fit_projection(PcaSpec(components=3), iter(PARTS), 300, 6)
    variances, vectors = np.linalg.eigh(np.cov(X.T.astype(np.float64)))
    accuracy = 1e-6 if limit else 0.02  # in parts they are close, not exact
    np.testing.assert_allclose(np.abs(found.components @ vectors[:, ::-1][:, :3]), np.eye(3), atol=10 * accuracy)
    np.testing.assert_allclose(found.explained, variances[::-1][:3] / variances.sum(), atol=accuracy)
    projected = found.apply(X)
    assert projected.dtype == np.float32 and projected.shape == (300, 3)
    np.testing.assert_allclose(projected.mean(axis=0), 0, atol=1e-4)


@pytest.mark.parametrize("limit", [0, 2**29])
def test_whitened_ones_have_unit_variance_but_for_what_is_constant(limit: int, monkeypatch):
    monkeypatch.setattr(projection, "LARGE_BYTES", limit)
    projected = fit_projection(PcaSpec(components=6, whiten=True), iter(PARTS), 300, 6).apply(X)
    np.testing.assert_allclose(projected.std(axis=0, ddof=1)[:5], 1, rtol=2e-2 if not limit else 1e-3)
    np.testing.assert_allclose(projected[:, 5], 0, atol=1e-3)


def test_images_are_flattened():
    images = X[:, :4].reshape(300, 2, 2, 1)
    flat = fit_projection(PcaSpec(components=2), [X[:, :4]], 300, 4).apply(X[:, :4])
    np.testing.assert_array_equal(fit_projection(PcaSpec(components=2), [images], 300, 4).apply(images), flat)


def test_rows_that_are_all_alike():
    alike = np.ones((5, 3), np.float32)
    found = fit_projection(PcaSpec(components=2, whiten=True), [alike], 5, 3)
    assert found.explained.tolist() == [0, 0] and np.isfinite(found.apply(alike)).all()


@pytest.mark.parametrize(
    ("rows", "features", "message"), [(3, 6, "3 training rows have at most 3"), (9, 2, "2 inputs have at most 2")]
)
def test_there_are_no_more_than_rows_or_features(rows: int, features: int, message: str):
    with pytest.raises(NetloomError, match=f"{message} principal components; 4 are asked for"):
        fit_projection(PcaSpec(components=4), [X[:rows, :features]], rows, features)
