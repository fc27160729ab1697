"""Schedules that cannot be, and the words for it."""

import pytest

from pipelines.schedules import KINDS
from pipelines.schedules.misfits import schedule_problems
from pipelines.spec import OptimizerSpec, ScheduleSpec, TrainSpec


@pytest.mark.parametrize("kind", KINDS)
def test_every_kind_is_fine_with_its_defaults(kind: str) -> None:
    assert schedule_problems(TrainSpec(schedule=ScheduleSpec(kind=kind, warmup=2)), ["loss"]) == []


def test_no_schedule_is_fine() -> None:
    assert schedule_problems(TrainSpec(), []) == []


@pytest.mark.parametrize(
    ("kind", "config", "field"),
    [
        ("cosin", {}, "schedule"),
        ("cosine", {"lenght": 3}, "schedule.lenght"),
        ("cosine", {"length": -1}, "schedule.length"),
        ("cosine", {"end": 2}, "schedule.end"),
        ("one_cycle", {"curve": "round"}, "schedule.curve"),
        ("piecewise", {"at": [4, 2]}, "schedule.at"),
        ("piecewise", {"at": [2, 2]}, "schedule.at"),
        ("piecewise", {"at": [0, 2]}, "schedule.at"),
        ("piecewise", {"at": "2"}, "schedule.at"),
        ("piecewise", {"at": [2]}, "schedule.shares"),
        ("piecewise", {"shares": [0.1, "x"]}, "schedule.shares"),
        ("piecewise", {"shares": []}, "schedule.shares"),
        ("plateau", {"monitor": "accurcy"}, "schedule.monitor"),
        ("plateau", {"factor": 1.0}, "schedule.factor"),
    ],
)
def test_a_wrong_setting_is_named(kind: str, config: dict, field: str) -> None:
    (problem,) = schedule_problems(TrainSpec(schedule=ScheduleSpec(kind=kind, config=config)), ["loss", "accuracy"])
    assert problem.field == field
    assert problem.hint


def test_two_schedules_are_one_too_many() -> None:
    own = {"class_name": "CosineDecay", "config": {"initial_learning_rate": 0.2, "decay_steps": 10}}
    train = TrainSpec(optimizer=OptimizerSpec(config={"learning_rate": own}), schedule=ScheduleSpec(kind="cosine"))
    (problem,) = schedule_problems(train, ["loss"])
    assert "already" in problem.message


def test_a_warm_up_is_shorter_than_the_run() -> None:
    (problem,) = schedule_problems(TrainSpec(epochs=3, schedule=ScheduleSpec(warmup=3)), ["loss"])
    assert problem.field == "warmup"
