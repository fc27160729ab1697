"""The order of batches depends on the seed and the epoch, and on nothing else."""

import numpy as np
import pytest

pytestmark = pytest.mark.slow

X, Y = np.arange(50, dtype="float32").reshape(25, 2), np.arange(25)


def rows(seed: int, first: int, last: int, batch_size: int = 8) -> list[list[int]]:
    from pipelines.training.feed import shuffled_batches

    return [y.numpy().tolist() for _, y in shuffled_batches(X, Y, batch_size, seed, first, last)]


def test_every_epoch_shows_every_row_once_with_its_target() -> None:
    from pipelines.training.feed import shuffled_batches, steps_in_epoch

    batches = list(shuffled_batches(X, Y, 8, seed=1, first_epoch=0, epochs=2))
    assert [len(x) for x, _ in batches] == [8, 8, 8, 1] * 2
    assert steps_in_epoch(25, 8) == 4 and steps_in_epoch(24, 8) == 3
    for epoch in (batches[:4], batches[4:]):
        shown = np.concatenate([y for _, y in epoch])
        assert sorted(shown) == list(range(25)) and shown.tolist() != list(range(25))
        assert np.array_equal(np.concatenate([x for x, _ in epoch]), X[shown])


def test_a_later_start_gives_the_same_epochs() -> None:
    assert rows(1, 0, 3)[8:] == rows(1, 2, 3)
    assert rows(1, 0, 1) != rows(1, 1, 2)
    assert rows(1, 0, 1) != rows(2, 0, 1)


@pytest.mark.parametrize("batch_size", [1, 25, 40])
def test_odd_batch_sizes(batch_size: int) -> None:
    assert sorted(row for batch in rows(1, 0, 1, batch_size) for row in batch) == list(range(25))


def test_evaluation_batches_are_large_for_small_rows_only() -> None:
    from pipelines.training.feed import evaluation_batch_size

    assert evaluation_batch_size((8, 8, 1), 32) == 1024
    assert evaluation_batch_size((224, 224, 3), 16) == 16


@pytest.mark.parametrize("ready", [True, False], ids=["whole", "streamed"])
def test_rows_bring_the_weights_of_their_classes_in_training_alone(ready: bool) -> None:
    from dataclasses import replace

    from pipelines.data.spec import DataSpec
    from pipelines.training.feed import evaluation_batches, training_batches
    from pipelines.training.prepare import prepare

    data = replace(prepare(DataSpec(), weights={"3": 5.0}), ready=ready)
    (x, y, weights), *_ = training_batches(data, 200, 0, 0, 1)
    assert x.shape[0] == 200
    assert weights.numpy().tolist() == np.where(y == 3, 5.0, 1.0).tolist()
    assert all(len(batch) == 2 for batch in evaluation_batches(data, "val", 100))


def test_of_several_outputs_those_of_the_label_are_weighed() -> None:
    from pipelines.data.spec import DataSpec
    from pipelines.training.feed import training_batches
    from pipelines.training.prepare import prepare

    data = prepare(DataSpec(), {"digit": "label", "drawing": "input"}, "balanced")
    (x, y, weights), *_ = training_batches(data, 200, 0, 0, 1)
    assert np.array_equal(y["drawing"], x) and np.all(weights["drawing"] == 1)
    assert np.array_equal(weights["digit"], data.class_weights[y["digit"].numpy()])
