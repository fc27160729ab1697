"""Queueing runs, and making sure that a supervisor is there to take them."""

from collections.abc import Sequence

from pipelines.launch import beginnings
from pipelines.launch.keeper import ensure_supervisor
from pipelines.runs.facts import Run
from pipelines.runs.store import RunStore
from pipelines.spec import RunSpec


def submit(
    store: RunStore,
    spec: RunSpec,
    priority: int = 0,
    parent_uid: str | None = None,
    held: bool = False,
    memory_bytes: int | None = None,
) -> Run:
    """Queue a run and make sure that a supervisor lives. Arguments as of `submit_all`."""
    return submit_all(store, [spec], priority, parent_uid, held, memory_bytes)[0]


def submit_all(
    store: RunStore,
    specs: Sequence[RunSpec],
    priority: int = 0,
    parent_uid: str | None = None,
    held: bool = False,
    memory_bytes: int | None = None,
) -> list[Run]:
    """Queue several runs, all or none, and make sure that a supervisor lives.

    Args:
        store: of the home.
        specs: one a run; one with a `start` makes a fork.
        priority: higher ones start first.
        parent_uid: of the run that they were made from.
        held: they wait until they are released.
        memory_bytes: that each is estimated to take on its device; without it a run shares no GPU.

    Raises:
        NetloomError: a fork cannot begin where its `start` says.
    """
    queued = beginnings.create_all(store, specs, parent_uid, priority, held, memory_bytes)
    ensure_supervisor(store.home)
    return queued
