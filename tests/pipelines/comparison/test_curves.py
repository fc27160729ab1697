import numpy as np
import pytest
from scipy import stats

from pipelines.comparison.curves import CURVE_COLUMNS, mean_curves
from pipelines.comparison.measure import Measure

VAL = Measure("accuracy", "val")


def test_mean_and_band_agree_with_scipy(study) -> None:
    curves = np.array([[0.1, 0.5, 0.7], [0.2, 0.4, 0.9], [0.3, 0.6, 0.8], [0.2, 0.7, 0.6]])
    for seed, curve in enumerate(curves):
        study.add("baseline", seed, val=curve)
    found = mean_curves(study.runs, study.history, VAL)
    assert list(found.columns) == CURVE_COLUMNS
    assert found["epoch"].tolist() == [0, 1, 2]
    assert (found["n"] == 4).all()
    low, high = stats.t.interval(0.95, 3, loc=curves.mean(axis=0), scale=stats.sem(curves, axis=0))
    np.testing.assert_allclose(found["mean"], curves.mean(axis=0))
    np.testing.assert_allclose(found["low"], low)
    np.testing.assert_allclose(found["high"], high)


def test_a_mean_ends_with_its_shortest_curve(study) -> None:
    study.add("baseline", 0, val=[0.1, 0.2])
    study.add("baseline", 1, val=[0.3, 0.4, 0.5, 0.6])
    study.add("dropout 0.25", 0, val=[0.3, 0.4, 0.5])
    found = mean_curves(study.runs, study.history, VAL).set_index(["variant", "epoch"])["mean"]
    assert found.loc["baseline"].to_dict() == pytest.approx({0: 0.2, 1: 0.3})
    assert found.loc["dropout 0.25"].to_dict() == pytest.approx({0: 0.3, 1: 0.4, 2: 0.5})


def test_one_seed_has_a_mean_and_no_band(study) -> None:
    study.add("baseline", 0, val=[0.1, 0.2])
    found = mean_curves(study.runs, study.history, VAL)
    assert found["mean"].tolist() == [0.1, 0.2]
    assert found[["low", "high"]].isna().all(axis=None)


def test_failed_waiting_and_untagged_runs_take_no_part(study) -> None:
    study.add("baseline", 0, val=[0.1, 0.2])
    study.add("baseline", 1, val=[0.9], status="failed")
    study.add("baseline", 2, status="queued")
    study.add(None, 3, val=[0.9, 0.9])
    found = mean_curves(study.runs, study.history, VAL)
    assert found["mean"].tolist() == [0.1, 0.2]
    assert found["n"].tolist() == [1, 1]


def test_a_running_curve_counts_as_far_as_it_is(study) -> None:
    study.add("baseline", 0, val=[0.1, 0.2, 0.3])
    study.add("baseline", 1, val=[0.3], status="running")
    assert mean_curves(study.runs, study.history, VAL)["mean"].tolist() == pytest.approx([0.2])


def test_a_nan_leaves_a_gap(study) -> None:
    study.add("baseline", 0, val=[0.1, float("nan"), 0.3])
    study.add("baseline", 1, val=[0.3, 0.4, 0.5])
    found = mean_curves(study.runs, study.history, VAL)
    np.testing.assert_allclose(found["mean"], [0.2, np.nan, 0.4])


def test_nothing_gives_an_empty_frame(study) -> None:
    found = mean_curves(study.runs, study.history, VAL)
    assert found.empty
    assert list(found.columns) == CURVE_COLUMNS
