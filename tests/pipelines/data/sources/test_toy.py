from typing import get_args

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from sklearn.linear_model import LogisticRegression

from pipelines.data.sources.toy import source
from pipelines.data.spec import ToyName, ToySource

NAMES = get_args(ToyName)
BALANCED = sorted({*NAMES} - {"and-gate", "or-gate", "sine", "step"})
TABLES = {"and-gate": np.logical_and, "or-gate": np.logical_or, "xor-gate": np.logical_xor}


@pytest.mark.parametrize("name", NAMES)
@given(n=st.integers(16, 300), noise=st.floats(0, 2), seed=st.integers(0, 2**31 - 1))
def test_the_code_gives_the_very_arrays_that_read_gives(name, n, noise, seed):
    made = source(ToySource(name=name, n=n, noise=noise, seed=seed))
    data, again = made.read(), made.read()
    scope: dict[str, np.ndarray] = {"np": np}  # type: ignore[dict-item]
    exec(made.code, scope)  # noqa: S102 - what a script begins with
    for ours, theirs in ((data.x, scope["x"]), (data.y, scope["y"]), (data.x, again.x), (data.y, again.y)):
        assert ours.dtype == theirs.dtype
        np.testing.assert_array_equal(ours, theirs)
    assert data.x.shape == (n, *made.input_shape) == (n, len(made.feature_names))
    assert data.x.dtype == made.dtype
    assert data.y.shape == (made.num_rows,) == (n,)
    assert data.y.dtype == (np.int64 if made.class_names else np.float32)
    assert np.isfinite(data.x).all()
    assert np.isfinite(data.y).all()


@pytest.mark.parametrize("name", BALANCED)
@pytest.mark.parametrize("n", [16, 17, 18, 19, 401])
def test_classes_are_balanced_to_within_one_row(name, n):
    made = source(ToySource(name=name, n=n))
    counts = np.bincount(made.read().y, minlength=len(made.class_names))
    assert counts.max() - counts.min() <= 1
    assert len(counts) == len(made.class_names)


@pytest.mark.parametrize("name", TABLES)
def test_truth_tables_are_true(name):
    data = source(ToySource(name=name, n=18, noise=0)).read()
    np.testing.assert_array_equal(data.y, TABLES[name](data.x[:, 0], data.x[:, 1]))
    assert len(np.unique(data.x, axis=0)) == 4


def test_not_and_one_hot():
    data = source(ToySource(name="not-gate", n=16, noise=0)).read()
    np.testing.assert_array_equal(data.y, 1 - data.x[:, 0])
    eight = source(ToySource(name="one-hot-8", n=16, noise=0))
    np.testing.assert_array_equal(eight.read().x, np.tile(np.eye(8), (2, 1)))
    assert eight.tasks == ("reconstruction", "multiclass")


def test_curves_without_noise():
    sine = source(ToySource(name="sine", n=50, noise=0)).read()
    np.testing.assert_allclose(sine.y, np.sin(sine.x[:, 0]), atol=1e-6)
    step = source(ToySource(name="step", n=50, noise=0)).read()
    np.testing.assert_array_equal(step.y, step.x[:, 0] > 0)
    assert sine.x.shape == step.x.shape == (50, 1)


@pytest.mark.parametrize("name", ["circles", "xor", "spiral"])
def test_no_line_parts_the_classes_but_they_are_apart(name):
    data = source(ToySource(name=name, n=1000, noise=0)).read()
    assert LogisticRegression().fit(data.x, data.y).score(data.x, data.y) < 0.7
    gaps = np.linalg.norm(data.x[:, None] - data.x, axis=-1)
    np.fill_diagonal(gaps, np.inf)
    assert (data.y[gaps.argmin(axis=1)] == data.y).mean() > 0.97


def test_seeds_and_noise_matter():
    base = source(ToySource()).read().x
    assert not np.array_equal(base, source(ToySource(seed=1)).read().x)
    assert not np.array_equal(base, source(ToySource(noise=0.2)).read().x)
