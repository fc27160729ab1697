import math

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from scipy import stats

from pipelines.comparison.measure import Measure
from pipelines.comparison.statistics import compare, holm, paired_test

TEST = Measure("accuracy")
unit = st.floats(0, 1, allow_nan=False)


def test_compare_agrees_with_numpy_and_scipy(study) -> None:
    base, drop, norm = [0.90, 0.91, 0.93, 0.89, 0.92], [0.92, 0.92, 0.96, 0.90, 0.95], [0.90, 0.92, 0.91, 0.90, 0.94]
    study.add_all({"dropout 0.25": drop, "baseline": base, "batch normalisation": norm})
    found = compare(study.runs, study.history, TEST).frame().set_index("variant")
    assert found.index.tolist() == ["baseline", "dropout 0.25", "batch normalisation"]
    assert found["n"].tolist() == [5, 5, 5]
    np.testing.assert_allclose(found["mean"], [np.mean(base), np.mean(drop), np.mean(norm)])
    np.testing.assert_allclose(found["std"], [np.std(base, ddof=1), np.std(drop, ddof=1), np.std(norm, ddof=1)])
    oracles = [stats.ttest_rel(drop, base), stats.ttest_rel(norm, base)]
    variants = found.iloc[1:]
    np.testing.assert_allclose(variants["difference"], [np.mean(drop) - np.mean(base), np.mean(norm) - np.mean(base)])
    np.testing.assert_allclose(variants["p"], [oracle.pvalue for oracle in oracles])
    np.testing.assert_allclose(variants["low"], [oracle.confidence_interval(0.95).low for oracle in oracles])
    np.testing.assert_allclose(variants["high"], [oracle.confidence_interval(0.95).high for oracle in oracles])
    np.testing.assert_allclose(variants["p_adjusted"], [2 * oracles[0].pvalue, oracles[1].pvalue])
    assert found.loc["baseline", ["difference", "low", "high", "p", "p_adjusted"]].isna().all()


def test_the_textbook_pair_by_hand() -> None:
    # Differences 1, 2, 3: mean 2, std 1, t = 2 sqrt(3) = 3.4641; with 2 degrees of freedom t_0.975 = 4.302653.
    found = paired_test([1.0, 2.0, 3.0])
    assert found.difference == 2
    assert found.low == pytest.approx(2 - 4.302653 / math.sqrt(3), abs=1e-6)
    assert found.high == pytest.approx(2 + 4.302653 / math.sqrt(3), abs=1e-6)
    # With 2 degrees of freedom the distribution has a closed form: p = 1 - t / sqrt(t^2 + 2).
    assert found.p == pytest.approx(1 - 2 * math.sqrt(3) / math.sqrt(14))


def test_only_seeds_that_both_sides_finished_make_pairs(study) -> None:
    for seed, test in enumerate([0.5, 0.6, 0.7]):
        study.add("baseline", seed, test)
    study.add("dropout 0.25", 0, 0.7)
    study.add("dropout 0.25", 1, 0.2, status="stopped")
    study.add("dropout 0.25", 2, status="failed")
    study.add("dropout 0.25", 3, 0.8)
    study.add("dropout 0.25", 4, status="running")
    study.add("dropout 0.25", 5, status="queued")
    found = compare(study.runs, study.history, TEST).results[1]
    assert (found.n, found.failed, found.waiting) == (2, 2, 2)
    assert found.mean == pytest.approx(0.75)
    assert found.paired is not None
    assert found.paired.n == 1
    assert found.paired.difference == pytest.approx(0.2)
    assert math.isnan(found.paired.p)


def test_a_second_try_replaces_the_first(study) -> None:
    study.add("baseline", 0, status="failed")
    study.add("baseline", 0, 0.5)
    study.add("baseline", 1, 0.1)
    study.add("baseline", 1, 0.7)
    (found,) = compare(study.runs, study.history, TEST).results
    assert (found.n, found.failed) == (2, 0)
    assert found.mean == pytest.approx(0.6)


def test_without_a_baseline_there_are_means_and_no_tests(study) -> None:
    study.add_all({"dropout 0.25": [0.5, 0.6, 0.8]})
    (found,) = compare(study.runs, study.history, TEST).results
    assert found.mean == pytest.approx(1.9 / 3)
    assert found.paired is not None
    assert found.paired.n == 0
    assert math.isnan(found.p_adjusted)


def test_no_runs_give_an_empty_comparison(study) -> None:
    found = compare([], study.history, TEST)
    assert found.results == ()
    assert found.frame().empty


@pytest.mark.parametrize("differences", [[], [0.1], [0.0] * 4, [0.9 - 0.8, 0.5 - 0.4, 0.3 - 0.2]])
def test_differences_without_spread_give_no_interval(differences: list[float]) -> None:
    found = paired_test(differences)
    assert found.n == len(differences)
    assert all(map(math.isnan, (found.low, found.high, found.p)))


@given(st.lists(st.tuples(unit, unit), min_size=2, max_size=30))
def test_paired_test_is_scipys_and_symmetric(pairs: list[tuple[float, float]]) -> None:
    a, b = np.array(pairs).T
    found, mirrored = paired_test(list(a - b)), paired_test(list(b - a))
    assert found.difference == pytest.approx(-mirrored.difference, abs=1e-12)
    if math.isnan(found.p):
        assert np.ptp(a - b) <= 1e-9
        return
    assert found.low <= found.difference <= found.high
    assert (found.p < 0.05) == (found.low > 0 or found.high < 0) or found.p == pytest.approx(0.05)
    assert mirrored.p == pytest.approx(found.p)
    assert (mirrored.low, mirrored.high) == pytest.approx((-found.high, -found.low))
    if np.ptp(a - b) > 1e-6:
        assert found.p == pytest.approx(stats.ttest_rel(a, b).pvalue, rel=1e-6, abs=1e-12)


def test_holm_on_a_worked_example() -> None:
    # Sorted: 0.005 x 4, 0.01 x 3, 0.03 x 2, 0.04 x 1, then made to rise.
    assert holm([0.01, 0.04, 0.03, 0.005]) == pytest.approx([0.03, 0.06, 0.06, 0.02])
    assert holm([]) == []


@given(st.lists(unit, max_size=10))
def test_holm_never_lowers_and_keeps_the_order(p_values: list[float]) -> None:
    adjusted = holm(p_values)
    assert all(p <= a <= 1 for p, a in zip(p_values, adjusted, strict=True))
    assert all(a <= min(1, len(p_values) * p) for p, a in zip(p_values, adjusted, strict=True))
    order = np.argsort(p_values, kind="stable")
    assert np.all(np.diff(np.array(adjusted)[order]) >= 0)


@given(st.lists(unit, max_size=6))
def test_holm_leaves_untested_variants_out_of_the_count(p_values: list[float]) -> None:
    with_gaps = holm([math.nan, *p_values, math.nan])
    assert math.isnan(with_gaps[0])
    assert math.isnan(with_gaps[-1])
    assert with_gaps[1:-1] == holm(p_values)
