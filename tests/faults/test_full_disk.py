"""The disk is full while a checkpoint is written: a file-size limit that is put on the run's process."""

import resource

import pandas as pd
import pytest

from models.spec import Node
from pipelines.launch.again import resume
from pipelines.launch.submit import submit
from pipelines.runs.store import RunStore
from pipelines.spec import RunSpec
from tests.faults.world import World, curve, short_run, state, until

pytestmark = pytest.mark.slow
LIMIT_BYTES = 4 * 2**20  # the database and the log stay below it, the checkpoint does not


def wide_run() -> RunSpec:
    """A run with a checkpoint of 12 MB."""
    spec = short_run(30)
    first, *rest = spec.model.nodes
    wide = [Node(name=f"wide_{i}", kind="Dense", config={"units": 1000, "activation": "relu"}) for i in range(2)]
    return spec.replace(model=spec.model.replace(nodes=(first, *wide, *rest)))


def backups(store: RunStore, uid: str) -> set[str]:
    return {path.name for path in (store.run_dir(uid) / "backup").iterdir()}


def test_a_full_disk_is_told_and_the_run_goes_on_when_there_is_room(world: World) -> None:
    calm = world.ended(submit(world.store, wide_run()).uid)
    assert calm.status == "finished", calm.error
    uid = submit(world.store, wide_run()).uid
    until(lambda: world.store.get(uid).progress.epoch >= 3, "the third epoch")
    pid = world.store.get(uid).pid
    assert pid is not None
    resource.prlimit(pid, resource.RLIMIT_FSIZE, (LIMIT_BYTES, LIMIT_BYTES))
    run = world.ended(uid)
    assert (run.status, run.cause) == ("failed", "disk"), (run.error, world.log(uid))
    assert run.error is not None and "disk is full" in run.error and "resume" in run.error.lower()
    assert all(name.endswith(".npz") for name in backups(world.store, uid))  # nothing half written takes room
    resume(world.store, uid)
    run = world.ended(uid)
    assert run.status == "finished", run.error
    assert run.progress.resumed_from >= 2  # the checkpoint follows the points
    pd.testing.assert_frame_equal(curve(world.store, uid), curve(world.store, calm.uid), check_exact=True)
    mine, theirs = state(world.store, uid), state(world.store, calm.uid)
    assert all((mine[name] == value).all() for name, value in theirs.items())
