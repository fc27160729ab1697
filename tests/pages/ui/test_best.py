import math

import pandas as pd
import pytest

from models.spec import ModelSpec
from pages.ui.best import best_epoch, by_step, each_by_step, stopped_epoch, waited_to
from pipelines.runs.facts import Progress, Run
from pipelines.spec import EarlyStoppingSpec, RunSpec, TrainSpec


def a_run(**changes) -> Run:
    values = {name: None for name in Run.__dataclass_fields__} | {"status": "running", "progress": Progress()}
    return Run(**{**values, **changes})


def spec(**early) -> RunSpec:
    stop = EarlyStoppingSpec(**early) if early else None
    return RunSpec(model=ModelSpec(), train=TrainSpec(early_stopping=stop))


def history(**metrics: list[float]) -> pd.DataFrame:
    rows = [("val", name, epoch, value) for name, values in metrics.items() for epoch, value in enumerate(values)]
    return pd.DataFrame(rows, columns=["split", "name", "epoch", "value"])


@pytest.mark.parametrize(
    ("early", "metrics", "best"),
    [
        ({}, {"loss": [3, 1, 2]}, 1),
        ({}, {"loss": [3, 1, 1]}, 1),
        ({"monitor": "accuracy"}, {"loss": [1, 2, 3], "accuracy": [0.1, 0.3, 0.2]}, 1),
        ({"min_delta": 0.5}, {"loss": [3.0, 2.8, 2.6, 2.4]}, 3),
        ({"min_delta": 0.5}, {"loss": [3.0, 2.8, 2.6, 2.5]}, 0),
        ({}, {"loss": [math.nan, 2.0, math.nan]}, 1),
        ({}, {"loss": [math.nan]}, None),
        ({}, {"loss": []}, None),
    ],
)
def test_the_best_epoch_is_found_as_early_stopping_finds_it(early, metrics, best) -> None:
    assert best_epoch(a_run(), spec(**early), history(**metrics)) == best


def test_the_epoch_that_early_stopping_kept_is_taken_as_it_is() -> None:
    assert best_epoch(a_run(best_epoch=7), spec(), history(loss=[3, 1, 2])) == 7


def test_early_stopping_waits_until_it_stops_or_as_long_as_the_run_goes() -> None:
    points, early = history(loss=[3, 1, 2]), spec(patience=5)
    assert waited_to(a_run(), spec(), points) is None
    assert waited_to(a_run(), early, points) == 2
    assert waited_to(a_run(), early, history(loss=[])) is None
    assert waited_to(a_run(status="finished"), early, points) is None, "it ended before patience did"
    assert waited_to(a_run(status="finished", stopped_epoch=9), early, points) == 9


def evaluations(*steps_and_values: tuple[int, int, float]) -> pd.DataFrame:
    """Validation losses at (epoch, step)."""
    rows = [("val", "loss", epoch, step, value) for epoch, step, value in steps_and_values]
    return pd.DataFrame(rows, columns=["split", "name", "epoch", "step", "value"])


def test_evaluations_within_epochs_lie_between_their_ends() -> None:
    points = by_step(evaluations((0, 20, 3.0), (0, 40, 2.0), (1, 60, 1.0), (1, 80, 2.0), (2, 100, 2.0)), steps=40)
    assert points["epoch"].tolist() == [-0.5, 0, 0.5, 1, 1.5]
    assert best_epoch(a_run(), spec(), points) == 0.5
    assert best_epoch(a_run(best_epoch=1), spec(), points) == 0.5, "of the two in the epoch that was kept"
    ended = a_run(status="finished", best_epoch=1, stopped_epoch=2)
    assert (stopped_epoch(ended, points), waited_to(ended, spec(patience=2), points)) == (1.5, 1.5)


def test_one_evaluation_an_epoch_leaves_the_epochs_whole() -> None:
    points = evaluations((0, 40, 3.0), (1, 80, 2.0))
    assert by_step(points, steps=40) is points
    forked_with_other_batches = evaluations((0, 40, 3.0), (1, 60, 2.0), (2, 80, 2.0))
    assert by_step(forked_with_other_batches, steps=20) is forked_with_other_batches
    assert stopped_epoch(a_run(stopped_epoch=1), points) == 1
    assert by_step(evaluations(), steps=40).empty


def test_runs_with_several_evaluations_an_epoch_and_with_one_are_laid_over_each_other() -> None:
    often, once = a_run(uid="often"), a_run(uid="once")
    many = evaluations((0, 20, 3.0), (0, 40, 2.0), (1, 60, 1.0), (1, 80, 2.0)).assign(run=often.uid)
    few = evaluations((0, 10, 3.0), (1, 20, 2.0)).assign(run=once.uid)
    found = each_by_step([often, once], pd.concat([many, few]))
    assert found[found["run"] == often.uid]["epoch"].tolist() == [-0.5, 0, 0.5, 1]
    assert found[found["run"] == once.uid]["epoch"].tolist() == [0, 1]
    assert each_by_step([], many.iloc[:0]).empty
