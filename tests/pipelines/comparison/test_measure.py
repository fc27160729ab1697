from models.spec import ModelSpec
from pipelines.comparison.measure import Measure, higher_is_better, measures, seed_of, values
from pipelines.runs.facts import MetricPoint
from pipelines.spec import RunSpec


def test_direction_follows_the_metric() -> None:
    for name in ("accuracy", "sparse_categorical_accuracy", "AUC", "Precision", "r2_score", "R2Score", "mean_io_u"):
        assert higher_is_better(name), name
    for name in ("loss", "mae", "mse", "root_mean_squared_error", "hinge", "false_negatives", "kl_divergence"):
        assert not higher_is_better(name), name


def test_measures_put_the_test_first_and_the_loss_last(study) -> None:
    run = study.add("baseline", 0)
    study.store.log_epoch(
        run.uid, [MetricPoint(name, split, 0, 1, 0.5) for split in ("train", "val", "test") for name in ("loss", "mae")]
    )
    study.store.log_epoch(run.uid, [MetricPoint("learning_rate", "train", 0, 1, 0.5)])  # no result
    assert [str(measure) for measure in measures(study.history)] == [
        "test MAE", "test loss", "validation MAE", "validation loss", "training MAE", "training loss",
    ]  # fmt: skip


def test_no_history_gives_no_measures_and_no_values(study) -> None:
    assert measures(study.history) == []
    assert values([], study.history, Measure("accuracy")).empty


def test_values_are_those_of_the_weights_that_were_kept(study) -> None:
    last = study.add("baseline", 0, test=0.7, val=[0.1, 0.9, 0.5])
    best = study.add("baseline", 1, test=0.8, val=[0.1, 0.9, 0.5], best_epoch=1)
    val = values(study.runs, study.history, Measure("accuracy", "val"))
    assert val.to_dict() == {last.uid: 0.5, best.uid: 0.9}
    test = values(study.runs, study.history, Measure("accuracy"))
    assert test.to_dict() == {last.uid: 0.7, best.uid: 0.8}


def test_a_run_that_ends_in_nan_has_no_value(study) -> None:
    study.add("baseline", 0, val=[0.5, float("nan")])
    assert values(study.runs, study.history, Measure("accuracy", "val")).empty


def test_seed_comes_from_the_spec(study) -> None:
    assert seed_of(study.add("baseline", 41)) == 41


def test_within_an_epoch_the_evaluation_counts_whose_weights_were_kept(study) -> None:
    run = study.store.create(RunSpec(model=ModelSpec()))
    curve = [(0, 10, 0.5), (0, 20, 0.6), (1, 30, 0.8), (1, 40, 0.7), (2, 50, 0.6)]
    points = [MetricPoint("accuracy", "val", epoch, step, value) for epoch, step, value in curve]
    study.store.log_epoch(run.uid, [*points, MetricPoint("accuracy", "test", 1, 30, 0.75)])
    study.store.finish(run.uid, "finished", best_epoch=1)
    assert values(study.runs, study.history, Measure("accuracy", "val")).to_dict() == {run.uid: 0.8}
    assert values(study.runs, study.history, Measure("accuracy", "test")).to_dict() == {run.uid: 0.75}
