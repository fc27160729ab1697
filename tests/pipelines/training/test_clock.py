"""Counting epochs, intervals and steps."""

import pytest

from pipelines.training.clock import Clock, Position


def follow(clock: Clock, intervals: int | None = None) -> list[tuple[int, int, int, int]]:
    """Counts as a training does; gives interval, epoch, first step within the epoch and updates at its end for each."""
    seen = []
    for stretch in clock.stretches():
        for interval in range(stretch.first, stretch.end):
            if intervals is not None and len(seen) == intervals:
                return seen
            assert interval == clock.interval
            began = clock.steps_done
            clock.begin_interval()
            for execution in range(-(-stretch.steps // clock.steps_per_execution)):
                clock.begin_execution(execution)
            assert clock.after(execution + 1) == stretch.steps
            clock.end_interval()
            assert not clock.cut_short and clock.step == clock.end_of(interval)
            seen.append((interval, clock.epoch_of(interval), began, clock.step))
    return seen


def test_it_counts_whole_epochs() -> None:
    clock = Clock(epochs=3, steps=2, rows=10)
    for _ in range(2):
        clock.begin_interval()
        clock.begin_execution(0)
        assert clock.progress().step == 0
        clock.begin_execution(1)
        assert clock.progress().step == 1
        clock.end_interval()
        assert not clock.cut_short
    progress = clock.progress()
    assert (progress.epoch, progress.epochs, progress.step, progress.steps, clock.step) == (2, 3, 0, 2, 4)
    assert progress.examples_per_s > 0


def test_an_interval_that_was_cut_short_is_not_finished() -> None:
    clock = Clock(epochs=3, steps=5, rows=10, start=Position(1, 0, 5))
    clock.begin_interval()
    clock.begin_execution(0)
    clock.begin_execution(1)
    clock.end_interval()
    assert clock.cut_short and clock.finished_epochs == 1
    assert clock.step == 7
    assert clock.progress().resumed_from == 1


def test_an_epoch_of_intervals_ends_with_a_shorter_one() -> None:
    clock = Clock(epochs=2, steps=7, rows=70, every=3)
    assert [(s.first, s.end, s.steps) for s in [next(clock.stretches())]] == [(0, 2, 3)]
    assert follow(clock) == [(0, 0, 0, 3), (1, 0, 3, 6), (2, 0, 6, 7), (3, 1, 0, 10), (4, 1, 3, 13), (5, 1, 6, 14)]
    assert clock.is_over


@pytest.mark.parametrize("every", [None, 2, 3, 6, 100])
@pytest.mark.parametrize("per_execution", [1, 2, 4])
def test_it_goes_on_from_any_position(every, per_execution) -> None:
    def clock(start: Position | None = None) -> Clock:
        clock = Clock(epochs=3, steps=6, rows=60, every=every, start=start)
        clock.steps_per_execution = per_execution
        return clock

    whole = follow(clock())
    assert whole[-1][-1] == 18
    for done in range(len(whole)):
        first = clock()
        seen = follow(first, done)
        assert seen + follow(clock(first.position)) == whole


def test_intervals_of_one_length_are_one_stretch() -> None:
    clock = Clock(epochs=4, steps=6, rows=60, every=2, start=Position(1, 2, 8))
    (stretch,) = [next(clock.stretches())]
    assert (stretch.first, stretch.end, stretch.steps, stretch.epoch, stretch.step) == (4, 12, 2, 1, 2)


def test_a_stopped_stretch_is_the_last() -> None:
    clock = Clock(epochs=4, steps=6, rows=60)
    stretches = clock.stretches()
    next(stretches)
    clock.begin_interval()
    clock.begin_execution(3)
    clock.end_interval()
    assert list(stretches) == []


def test_a_fork_counts_its_own_batches_after_those_of_its_parent() -> None:
    clock = Clock(epochs=3, steps=5, rows=10, start=Position(2, 0, 40))
    assert follow(clock) == [(2, 2, 0, 45)]
    assert clock.end_of(2) == 45
