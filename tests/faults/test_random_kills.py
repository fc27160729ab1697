"""kill -9 at random moments: whatever dies, a run ends finished or can be resumed, and its curve is the calm one's."""

import random

import numpy as np
import pandas as pd
import pytest

from pipelines.launch.again import resume
from pipelines.launch.submit import submit
from pipelines.runs.facts import Run
from tests.faults.world import Eyes, World, curve, short_run, state

pytestmark = pytest.mark.slow
VICTIMS = ("worker", "supervisor", "worker and supervisor", "app", "app, supervisor and worker")
MOMENTS = 4  # for each of the victims: 20 in all
LASTS_S = 3.0  # what a run takes, starting and saving included


@pytest.fixture(scope="module")
def calm(world: World) -> Run:
    """The same run, undisturbed. The app keeps a supervisor up for all that follow."""
    world.start_app()
    world.supervised()
    run = world.ended(submit(world.store, short_run()).uid)
    assert run.status == "finished", run.error
    return run


@pytest.mark.parametrize("victims", VICTIMS)
@pytest.mark.parametrize("moment", range(MOMENTS))
def test_a_kill_loses_nothing(world: World, calm: Run, victims: str, moment: int) -> None:
    world.supervised()
    delay_s = LASTS_S * (moment + random.Random(f"{victims} {moment}").random()) / MOMENTS
    uid = submit(world.store, short_run()).uid
    eyes = Eyes(world, uid)
    eyes._shut.wait(delay_s)
    if "worker" in victims:
        world.kill_worker(uid)
    if "supervisor" in victims:
        world.kill_supervisor()
    if "app" in victims:
        world.kill_app()
        world.start_app()
    run = world.ended(uid)
    if run.status != "finished":
        resume(world.store, uid)
        run = world.ended(uid)
    together = eyes.shut()
    assert run.status == "finished", run.error
    assert len(together) <= 1, (together, world.log(uid))
    pd.testing.assert_frame_equal(curve(world.store, uid), curve(world.store, calm.uid), check_exact=True)
    mine, theirs = state(world.store, uid), state(world.store, calm.uid)
    assert mine.keys() == theirs.keys()
    for name, value in theirs.items():
        np.testing.assert_array_equal(mine[name], value)


def test_some_of_them_hit(world: World, calm: Run) -> None:
    """Were every moment before the start or after the end, nothing would have been tried."""
    assert max(run.attempt for run in world.store.find()) > 1
