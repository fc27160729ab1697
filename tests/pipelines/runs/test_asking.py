"""The queue: its order, what is held, and what is asked of runs."""

import pytest

from models.errors import NetloomError
from models.spec import ModelSpec
from pipelines.spec import RunSpec


def order(store) -> list[str]:
    return [run.uid for run in store.queued()]


def test_a_held_run_waits_until_it_is_released(store, queue) -> None:
    held, other = queue(held=True), queue()
    assert store.get(held).held and not store.get(other).held
    assert order(store) == [held, other]
    assert [uid for uid, _, _ in store.pulse()] == [other]
    assert not store.claim(held, "here", "cpu")
    store.hold(held, False)
    assert [uid for uid, _, _ in store.pulse()] == [held, other]
    store.hold(other, True)
    assert [uid for uid, _, _ in store.pulse()] == [held]
    assert store.claim(held, "here", "cpu")
    for wanted in (True, False):
        with pytest.raises(NetloomError, match="does not wait in the queue any more"):
            store.hold(held, wanted)


def test_a_pause_holds_what_waits_and_is_told_to_what_works(store, queue) -> None:
    waits, works, ended = queue(), queue(), queue()
    for uid in (works, ended):
        store.claim(uid, "here", "cpu")
    store.finish(ended, "finished")
    for uid in (waits, works, ended):
        store.request(uid, "pause")
    assert (store.get(waits).status, store.get(waits).held, store.get(waits).request) == ("queued", True, None)
    assert (store.get(works).status, store.beat(works)) == ("running", "pause")
    assert (store.get(ended).status, store.get(ended).request) == ("finished", None)
    store.request(works, "stop")
    assert store.beat(works) == "stop"
    store.request(works, "kill")
    store.request(works, "pause")
    assert store.beat(works) == "kill"
    store.request(waits, "stop")
    assert (store.get(waits).status, store.get(waits).held) == ("stopped", False)


def test_a_paused_run_is_queued_again_behind_those_that_wait(store, queue) -> None:
    paused = queue()
    store.claim(paused, "here", "cpu")
    store.finish(paused, "paused", cause="memory", memory_bytes=7)
    other = queue()
    run = store.extend(paused, RunSpec(model=ModelSpec()))
    assert (run.status, run.cause, run.memory_bytes, run.held) == ("queued", None, 7, False)
    assert order(store) == [other, paused]


@pytest.mark.parametrize("together", [True, False])
def test_a_moved_run_starts_before_the_other_one(store, queue, together: bool) -> None:
    if together:  # all of one position
        a, b, c, d = (run.uid for run in store.create_all([RunSpec(model=ModelSpec())] * 4))
    else:
        a, b, c, d = (queue() for _ in range(4))
    assert order(store) == [a, b, c, d]
    store.move(d, before=b)
    assert order(store) == [a, d, b, c]
    store.move(a, before=c)
    assert order(store) == [d, b, a, c]
    store.move(d, before=None)
    assert order(store) == [b, a, c, d]
    store.move(b, before=b)
    store.move(b, before=a)
    assert order(store) == [b, a, c, d]
    new = queue()
    assert order(store) == [b, a, c, d, new]


def test_any_number_of_moves_between_the_same_two_keeps_the_order(store, queue) -> None:
    first, *others = [queue() for _ in range(5)]
    expected = list(others)
    for _ in range(100):
        last = expected.pop()
        expected.insert(0, last)
        store.move(last, before=expected[1])
    assert order(store) == [first, *expected]


def test_a_move_takes_the_priority_of_the_place(store, queue) -> None:
    high, middle, low = queue(priority=5), queue(priority=0), queue(priority=-5)
    store.move(low, before=high)
    assert order(store) == [low, high, middle]
    assert store.get(low).priority == 5
    store.move(high, before=None)
    assert order(store) == [low, middle, high]
    assert store.get(high).priority == 0


def test_run_next_passes_everything_and_releases(store, queue) -> None:
    queue(priority=9)
    queue()
    last = queue(priority=-1, held=True)
    store.run_next(last)
    assert order(store)[0] == last and store.pulse()[0][0] == last
    store.run_next(last)
    assert order(store)[0] == last


def test_only_what_waits_has_a_place_in_the_queue(store, queue) -> None:
    works, waits = queue(), queue()
    store.claim(works, "here", "cpu")
    for ask in (
        lambda: store.move(works, before=waits),
        lambda: store.move(waits, before=works),
        lambda: store.run_next(works),
    ):
        with pytest.raises(NetloomError, match="is running, so it does not wait"):
            ask()


def test_what_a_run_is_estimated_to_take_is_kept_until_it_was_measured(store) -> None:
    uid = store.create(RunSpec(model=ModelSpec()), memory_bytes=3 * 2**30).uid
    assert store.get(uid).memory_bytes == 3 * 2**30
    store.claim(uid, "here", "cpu")
    store.finish(uid, "failed", error="There was too little memory.", cause="memory")
    assert (store.get(uid).memory_bytes, store.get(uid).cause) == (3 * 2**30, "memory")
    store.finish(uid, "finished", memory_bytes=5)
    assert (store.get(uid).memory_bytes, store.get(uid).cause) == (5, None)
