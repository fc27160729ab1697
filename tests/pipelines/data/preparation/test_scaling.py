import json

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from hypothesis.extra import numpy as arrays

from models.errors import NetloomError
from pipelines.data.loading import load
from pipelines.data.preparation.scaling import Scaling, fit_scaling
from pipelines.data.spec import DataSpec

KINDS = ["none", "standardise", "rescale"]
tables = arrays.arrays(
    np.float32, st.tuples(st.integers(1, 30), st.integers(1, 4)), elements=st.floats(-1e4, 1e4, width=32)
)


@given(tables, st.sampled_from(KINDS))
def test_scaled_values_are_finite_float32(x: np.ndarray, kind):
    scaled = fit_scaling(kind, x).apply(x)
    assert scaled.dtype == np.float32
    assert scaled.shape == x.shape
    assert np.isfinite(scaled).all()


@given(tables)
def test_rescaled_training_rows_fill_zero_to_one(x: np.ndarray):
    scaled = fit_scaling("rescale", x).apply(x)
    assert scaled.min() >= 0
    assert scaled.max() <= 1 + 1e-6
    wide = np.ptp(x.astype(np.float64), axis=0) > 1e-3
    np.testing.assert_allclose(scaled.max(axis=0)[wide], 1, atol=1e-6)


@given(tables)
def test_none_changes_nothing_but_the_dtype(x: np.ndarray):
    np.testing.assert_array_equal(fit_scaling("none", x).apply(x), x)


@given(tables, st.sampled_from(KINDS))
def test_json_round_trip_is_exact(x: np.ndarray, kind):
    scaling = fit_scaling(kind, x)
    kept = {"offset": scaling.offset.tolist(), "scale": scaling.scale.tolist()}
    again = Scaling.from_json(json.loads(json.dumps(kept, allow_nan=False)))
    np.testing.assert_array_equal(again.offset, scaling.offset)
    np.testing.assert_array_equal(again.scale, scaling.scale)


def test_standardised_training_rows_have_zero_mean_and_unit_variance():
    x = np.random.default_rng(0).normal([5, -100], [0.1, 30], (1000, 2)).astype(np.float32)
    scaled = fit_scaling("standardise", x).apply(x)
    np.testing.assert_allclose(scaled.mean(axis=0), 0, atol=1e-4)
    np.testing.assert_allclose(scaled.std(axis=0), 1, atol=1e-5)


@pytest.mark.parametrize("kind", ["standardise", "rescale"])
def test_a_constant_feature_becomes_zero(kind):
    x = np.array([[0.1, 1], [0.1, 2], [0.1, 4]], dtype=np.float32)
    scaled = fit_scaling(kind, x).apply(x)
    np.testing.assert_array_equal(scaled[:, 0], 0)
    assert np.ptp(scaled[:, 1]) >= 1


def test_images_are_scaled_a_channel():
    x = np.zeros((4, 2, 2, 2), dtype=np.uint8)
    x[0, ..., 0], x[0, ..., 1] = 255, 16
    scaling = fit_scaling("rescale", x)
    np.testing.assert_array_equal(scaling.scale, [255, 16])
    np.testing.assert_array_equal(scaling.apply(x)[0], 1)


def test_only_the_training_rows_are_looked_at():
    splits = load(DataSpec())
    scaling = fit_scaling("standardise", splits.x["train"])
    assert scaling.apply(splits.x["train"]).mean() == pytest.approx(0, abs=1e-6)
    assert scaling.apply(splits.x["test"]).mean() != pytest.approx(0, abs=1e-6)


def test_apply_leaves_its_input_alone():
    x = np.ones((3, 2), dtype=np.float32)
    Scaling(np.array([1.0, 2.0]), np.array([2.0, 2.0])).apply(x)
    np.testing.assert_array_equal(x, 1)


@pytest.mark.parametrize(
    "value",
    [
        None,
        [],
        {},
        {"offset": [1]},
        {"offset": [1], "scale": [1, 2]},
        {"offset": [1], "scale": [0]},
        {"offset": [float("nan")], "scale": [1]},
        {"offset": ["x"], "scale": [1]},
        {"offset": 1, "scale": 1},
    ],
)
def test_from_json_refuses_what_is_no_scaling(value: object):
    with pytest.raises(NetloomError, match="A scaling"):
        Scaling.from_json(value)
