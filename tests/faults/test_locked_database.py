"""Another program holds the database for half a minute, as a backup or a browser of databases may."""

import sqlite3
import time

import pandas as pd
import pytest

from pipelines.launch.submit import submit
from pipelines.runs.facts import StoreError
from tests.faults.world import World, curve, short_run, until

pytestmark = pytest.mark.slow
HELD_S = 30


def test_runs_wait_for_the_database_and_lose_nothing(world: World) -> None:
    calm = world.ended(submit(world.store, short_run(60)).uid)
    assert calm.status == "finished", calm.error
    uid, next_uid = (submit(world.store, short_run(60)).uid for _ in range(2))
    until(lambda: world.store.get(uid).progress.epoch >= 1, "the first epoch")
    other = sqlite3.connect(world.home / "netloom.db", timeout=60, isolation_level=None)
    other.execute("BEGIN IMMEDIATE")
    released_at = time.monotonic() + HELD_S
    # Readers are not held up, and whoever wants to write is told what happened.
    assert world.store.get(uid).uid == uid
    with pytest.raises(StoreError, match="locked"):
        submit(world.store, short_run())
    while time.monotonic() < released_at:
        time.sleep(0.1)
    other.rollback()
    other.close()
    for each in (uid, next_uid):
        run = world.ended(each)
        assert (run.status, run.attempt) == ("finished", 1), (run.error, world.log(each))
        pd.testing.assert_frame_equal(curve(world.store, each), curve(world.store, calm.uid), check_exact=True)
    assert len(world.store.find()) == 3  # of the run that could not be queued nothing is left
    assert len(list((world.home / "runs").iterdir())) == 3
