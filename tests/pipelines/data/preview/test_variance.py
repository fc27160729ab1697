"""Variance explained: scikit-learn's own shares, whichever way round the matrix is."""

import numpy as np
import pytest
from sklearn.decomposition import PCA

from models.errors import NetloomError
from pipelines.data.loading import load
from pipelines.data.preparation.preparation import fit_preparation
from pipelines.data.preview.variance import variance
from pipelines.data.spec import BundledSource, DataSpec, PcaSpec


@pytest.mark.parametrize(("name", "scaling"), [("digits", "rescale"), ("breast_cancer", "standardise")])
def test_it_is_what_scikit_learn_says(name, scaling):
    spec = DataSpec(source=BundledSource(name=name), scaling=scaling, pca=PcaSpec(components=3))
    splits = load(spec)
    scaling_of = fit_preparation(spec.replace(pca=None), splits.encoding, splits.x["train"]).scaling
    scaled = scaling_of.apply(splits.x["train"]).reshape(len(splits.x["train"]), -1).astype(np.float64)
    expected = PCA(svd_solver="full").fit(scaled).explained_variance_ratio_
    found = variance(splits, spec)
    np.testing.assert_allclose(found.explained, expected, atol=1e-9)
    assert found.sampled == 0
    for share, needed in found.needed.items():
        assert expected[:needed].sum() >= share - 1e-6 > expected[: needed - 1].sum() - 1e-6


def test_fewer_rows_than_features_have_as_many_components_as_rows_allow(monkeypatch):
    monkeypatch.setattr("pipelines.data.preview.variance._ROWS", 20)
    spec = DataSpec(source=BundledSource(name="digits"))
    found = variance(load(spec), spec)
    assert found.sampled == 20 and len(found.explained) == 19
    assert found.explained.sum() == pytest.approx(1)


def test_rows_that_are_all_alike_explain_nothing():
    splits = load(DataSpec(source=BundledSource(name="iris")))
    splits.x["train"][:] = 1
    with pytest.raises(NetloomError, match="alike"):
        variance(splits, DataSpec(source=BundledSource(name="iris")))
