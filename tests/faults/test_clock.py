"""The machine's clock is set back by an hour while runs train."""

import threading
import time

import pandas as pd
import pytest

from pipelines.launch.launchers import ColdLauncher
from pipelines.launch.slots import Inventory
from pipelines.launch.supervisor import Supervisor
from pipelines.runs.store import RunStore
from tests.faults.world import World, curve, short_run, until

pytestmark = pytest.mark.slow
HOUR_S = 3600.0


def test_a_clock_set_back_kills_and_repeats_nothing(world: World) -> None:
    shift_s = 0.0
    # The supervisor's clock jumps and the worker's does not: whoever compares times of two clocks is found out.
    store = RunStore(world.home, clock=lambda: time.time() + shift_s)
    stopping = threading.Event()
    supervisor = Supervisor(store, Inventory(cpu_slots=1), cold=ColdLauncher(), stopping=stopping)
    keeper = threading.Thread(target=supervisor.serve)
    keeper.start()
    try:
        uid = store.create(short_run(150)).uid
        until(lambda: world.store.get(uid).progress.epoch >= 2, "the second epoch")
        shift_s = -HOUR_S
        later = store.create(short_run(150)).uid  # an hour older than the first, as its clock has it
        for each in (uid, later):
            run = world.ended(each)
            assert (run.status, run.attempt) == ("finished", 1), run.error
        assert (world.store.history([uid, later])["time_s"] >= 0).all()
        pd.testing.assert_frame_equal(curve(world.store, uid), curve(world.store, later), check_exact=True)
    finally:
        until(lambda: not supervisor._watch.watched, "the end of the processes")  # whose exit it has seen to
        stopping.set()
        keeper.join()
        supervisor.close()
        store.close()


def test_what_was_queued_before_the_clock_was_set_back_still_starts_first(world: World) -> None:
    now = time.time()
    before = RunStore(world.home, clock=lambda: now)
    first = before.create(short_run()).uid
    after = RunStore(world.home, clock=lambda: now - HOUR_S)
    second = after.create(short_run()).uid
    assert [run.uid for run in world.store.queued()] == [first, second]
    world.store.request(first, "stop")
    world.store.request(second, "stop")
    for store in (before, after):
        store.close()
