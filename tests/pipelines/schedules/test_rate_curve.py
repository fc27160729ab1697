"""Suggestions from curves whose best rate is known."""

import numpy as np
import pytest

from pipelines.schedules.rate_curve import has_diverged, rate_curve, rounded

RATES = np.geomspace(1e-6, 10, 120)


def curve(best: float, noise: float = 0.02, seed: int = 0) -> np.ndarray:
    """Flat, falling to its least at `best`, then rising."""
    at = np.log10(RATES / best)
    fall = -1.8 * np.exp(-((at / 0.7) ** 2)) + 8 * np.maximum(at, 0) ** 2
    return 2.3 + fall + noise * np.random.default_rng(seed).normal(size=len(RATES))


@pytest.mark.parametrize("best", [0.003, 0.01, 0.1, 1.0])
@pytest.mark.parametrize("seed", range(5))
def test_it_suggests_a_tenth_of_the_best_rate(best: float, seed: int) -> None:
    found = rate_curve(RATES, curve(best, seed=seed))
    assert found.suggestion is not None
    assert best / 20 <= found.suggestion <= best / 5
    assert "A tenth of" in found.reason


def test_a_loss_that_falls_to_the_end_is_told() -> None:
    found = rate_curve(RATES, np.linspace(2.3, 0.1, 120))
    assert found.suggestion == 1.0
    assert "highest rate tried" in found.reason


@pytest.mark.parametrize("losses", [np.full(120, 2.3), 2.3 + np.random.default_rng(1).normal(size=120)])
def test_noise_suggests_nothing(losses: np.ndarray) -> None:
    found = rate_curve(RATES, losses)
    assert found.suggestion is None
    assert "no rate" in found.reason


def test_a_test_that_ended_at_once_suggests_nothing() -> None:
    assert rate_curve(RATES[:3], np.array([2.0, 9.0, 400.0])).suggestion is None
    assert rate_curve(RATES[:0], RATES[:0]).suggestion is None


def test_it_diverges_by_a_loss_far_above_its_best_or_none_at_all() -> None:
    flat = [2.3] * 20
    assert not has_diverged([*flat, 3.0])
    assert has_diverged([*flat, 9.3])
    assert has_diverged([2.3, float("nan")])
    assert not has_diverged([2.3, 50.0])  # too early to say
    assert not has_diverged([*flat, 0.1, 2.5])  # as much as at the beginning, and not more


@pytest.mark.parametrize(("rate", "expected"), [(0.0099, 0.01), (0.003, 0.002), (0.0034, 0.005), (7.5, 10.0)])
def test_rates_are_rounded_as_people_write_them(rate: float, expected: float) -> None:
    assert rounded(rate) == expected
