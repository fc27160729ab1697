"""Lengths that follow the planned epochs, and what the optimizer is given."""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from models.catalogue import catalogue
from models.errors import NetloomError
from pipelines.schedules import KINDS, base_rate, planned, rates, settled
from pipelines.spec import OptimizerSpec, ScheduleSpec, TrainSpec

FALLING = ("step", "cosine", "piecewise", "polynomial", "one_cycle")


def with_schedule(kind: str, epochs: int = 20, warmup: float = 0.0, **config: object) -> TrainSpec:
    optimizer = OptimizerSpec(kind="SGD", config={"learning_rate": 0.1})
    schedule = ScheduleSpec(kind=kind, config=config, warmup=warmup)
    return TrainSpec(epochs=epochs, optimizer=optimizer, schedule=schedule)


@pytest.mark.parametrize("kind", KINDS)
@pytest.mark.parametrize("warmup", [0.0, 3.0])
def test_once_settled_more_epochs_do_not_bend_what_is_behind(kind: str, warmup: float) -> None:
    train = with_schedule(kind, warmup=warmup)
    steps = np.arange(20 * 9)
    longer = settled(train).replace(epochs=50)
    assert (rates(longer, 9, steps) == rates(train, 9, steps)).all()
    assert settled(settled(train)) == settled(train)


@pytest.mark.parametrize("kind", FALLING)
def test_what_is_not_settled_follows_the_planned_epochs(kind: str) -> None:
    train = with_schedule(kind)
    steps = np.arange(20 * 9)
    assert (rates(train.replace(epochs=50), 9, steps) != rates(train, 9, steps)).any()


@given(
    st.sampled_from(sorted(KINDS)),
    st.integers(1, 200),
    st.integers(1, 400),
    st.floats(0, 10),
    st.floats(0, 1),
)
def test_no_rate_is_negative_or_above_the_optimizers_own(
    kind: str, epochs: int, steps: int, warmup: float, begin: float
) -> None:
    train = TrainSpec(epochs=epochs, schedule=ScheduleSpec(kind=kind, warmup=warmup, warmup_from=begin))
    found = rates(train, steps, np.linspace(0, epochs * steps, 50).astype(int))
    assert np.isfinite(found).all()
    assert (found >= -1e-12).all() and (found <= 0.001 * (1 + 1e-9)).all()


def test_lengths_are_in_epochs_so_another_batch_size_changes_the_steps_and_not_the_shape() -> None:
    train = with_schedule("cosine", warmup=2)
    coarse = rates(train, 10, np.arange(0, 200))
    fine = rates(train, 100, np.arange(0, 2000, 10))
    np.testing.assert_allclose(fine, coarse, atol=1e-12)


def test_a_drop_comes_with_the_first_batch_of_its_epoch() -> None:
    for kind, config in (("step", {"every": 2, "factor": 0.1}), ("piecewise", {"at": [2], "shares": [0.1]})):
        found = rates(with_schedule(kind, epochs=3, **config), 5, np.arange(15))
        np.testing.assert_allclose(found, [0.1] * 10 + [0.01] * 5)


def test_the_warm_up_ends_where_the_schedule_begins() -> None:
    train = TrainSpec(epochs=4, schedule=ScheduleSpec(kind="one_cycle", warmup=1, warmup_from=0.5))
    found = rates(train, 10, np.array([0, 5, 10]))
    np.testing.assert_allclose(found, [0.00002, 0.00003, 0.00004])


def test_the_optimizers_own_rate_is_kerass_default_where_none_is_given() -> None:
    for kind, entry in catalogue().optimizers.items():
        rate = entry.param("learning_rate")
        if rate is not None:
            assert base_rate(TrainSpec(optimizer=OptimizerSpec(kind=kind))) == rate.default, kind


def test_a_schedule_of_kerass_in_the_optimizer_stays_as_it_is() -> None:
    own = {"class_name": "CosineDecay", "config": {"initial_learning_rate": 0.2, "decay_steps": 10}}
    train = TrainSpec(optimizer=OptimizerSpec(config={"learning_rate": own}))
    assert planned(train, 5) == own
    assert base_rate(train) == 0.2


def test_an_unknown_kind_is_refused_with_the_nearest() -> None:
    with pytest.raises(NetloomError, match="cosin") as caught:
        planned(with_schedule("cosin"), 5)
    assert "cosine" in caught.value.hint


def test_only_a_plateau_behind_a_warm_up_needs_a_rate_of_its_own() -> None:
    assert planned(with_schedule("plateau"), 5) == 0.1
    after = planned(with_schedule("plateau", warmup=1), 5)
    assert isinstance(after, dict) and after["config"]["after"]["class_name"] == "Adjustable"
