import numpy as np
import pandas as pd
import pytest
from scipy import stats

from models.spec import ModelSpec
from pipelines.comparison.curves import mean_curves
from pipelines.comparison.launches import LAUNCH_COLUMNS, launches, over_seeds
from pipelines.comparison.measure import Measure
from pipelines.runs.facts import MetricPoint, Run
from pipelines.runs.store import RunStore
from pipelines.seeds import with_seeds
from pipelines.spec import RunSpec

TEST, VAL = Measure("accuracy"), Measure("accuracy", "val")


def launch(store: RunStore, name: str, tests: list[float | None]) -> list[Run]:
    """Runs of one launch, a seed each; None: it is still waiting."""
    runs = []
    for spec, test in zip(with_seeds(RunSpec(name=name, model=ModelSpec()), len(tests)), tests, strict=True):
        run = store.create(spec)
        if test is not None:
            # Two evaluations in the second epoch.
            places = ((0, 9), (1, 15), (1, 19))
            curve = [MetricPoint("accuracy", "val", epoch, step, test - 1 / step) for epoch, step in places]
            store.log_epoch(run.uid, [*curve, MetricPoint("accuracy", "test", 1, 19, test)])
            store.finish(run.uid, "finished")
        runs.append(store.get(run.uid))
    return runs


@pytest.fixture
def store(home):
    opened = RunStore(home)
    yield opened
    opened.close()


def told(store: RunStore) -> tuple[list[Run], pd.DataFrame]:
    runs = store.find()[::-1]
    return runs, store.history([run.uid for run in runs])


def test_the_mean_over_the_seeds_of_a_launch_has_student_s_interval(store: RunStore) -> None:
    found = [0.7, 0.8, 0.75, 0.9]
    launch(store, "digits", [*found, None])
    launch(store, "alone", [0.5])
    table = over_seeds(*told(store), TEST)
    assert list(table.columns) == LAUNCH_COLUMNS
    (row,) = table.itertuples(index=False)
    assert (row.launch, row.n, row.waiting) == ("digits", 4, 1)
    low, high = stats.t.interval(0.95, 3, loc=np.mean(found), scale=stats.sem(found))
    assert (row.mean, row.std) == pytest.approx((np.mean(found), np.std(found, ddof=1)))
    assert (row.low, row.high) == pytest.approx((low, high))


def test_launches_of_one_name_are_told_apart(store: RunStore) -> None:
    first, second = launch(store, "digits", [0.7, 0.8]), launch(store, "digits", [0.1, 0.2])
    names = launches([*first, *second])
    assert [run.uid for run in names["digits"]] == [run.uid for run in first]
    assert [run.uid for run in names["digits (2)"]] == [run.uid for run in second]


def test_of_two_runs_of_one_seed_the_newest_counts(store: RunStore) -> None:
    first = launch(store, "digits", [0.7, 0.8])[0]
    again = store.create(RunSpec.model_validate_json(first.spec_json))
    store.log_epoch(again.uid, [MetricPoint("accuracy", "test", 1, 19, 0.6)])
    store.finish(again.uid, "finished")
    runs, history = told(store)
    for order in (runs, runs[::-1]):
        (row,) = over_seeds(order, history, TEST).itertuples(index=False)
        assert (row.n, row.mean) == (2, pytest.approx(0.7))


def test_one_finished_seed_has_a_mean_and_no_interval(store: RunStore) -> None:
    launch(store, "digits", [0.7, None, None])
    (row,) = over_seeds(*told(store), TEST).itertuples(index=False)
    assert (row.n, row.waiting, row.mean) == (1, 2, 0.7)
    assert np.isnan([row.std, row.low, row.high]).all()


def test_their_mean_curve_counts_the_last_evaluation_of_an_epoch(store: RunStore) -> None:
    launch(store, "digits", [0.6, 0.8])
    runs, history = told(store)
    of = {run.uid: name for name, together in launches(runs).items() for run in together}
    curve = mean_curves(runs, history, VAL, variant_of=of)
    assert curve["variant"].unique().tolist() == ["digits"]
    assert curve["mean"].tolist() == pytest.approx([0.7 - 1 / 9, 0.7 - 1 / 19])
