"""Counting epochs and steps."""

from pipelines.training.clock import Clock


def test_it_counts_whole_epochs() -> None:
    clock = Clock(epochs=3, steps=2, rows=10)
    for _ in range(2):
        clock.begin_epoch()
        clock.begin_step(0)
        assert clock.progress().step == 0
        clock.begin_step(1)
        assert clock.progress().step == 1
        clock.end_epoch()
        assert not clock.cut_short
    progress = clock.progress()
    assert (progress.epoch, progress.epochs, progress.step, progress.steps, clock.step) == (2, 3, 0, 2, 4)
    assert progress.examples_per_s > 0


def test_an_epoch_that_was_cut_short_is_not_finished() -> None:
    clock = Clock(epochs=3, steps=5, rows=10, resumed_from=1)
    clock.begin_epoch()
    clock.begin_step(0)
    clock.begin_step(1)
    clock.end_epoch()
    assert clock.cut_short and clock.finished_epochs == 1
    assert clock.step == 7
    assert clock.progress().resumed_from == 1
