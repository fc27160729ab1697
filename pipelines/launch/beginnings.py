"""Runs that begin with the state of another one: which states are kept, and how a new run gets its own copy."""

import contextlib
import os
import shutil
from collections.abc import Sequence
from pathlib import Path

from models.errors import NetloomError
from pipelines.data.files.unchanged import FILE as FINGERPRINT
from pipelines.data.files.unchanged import refuse_changed
from pipelines.runs.facts import Run
from pipelines.runs.specs import spec_of
from pipelines.runs.states import BACKUP, CHOICES, SNAPSHOTS, START, whole_epochs
from pipelines.runs.store import RunStore
from pipelines.schedules import settled
from pipelines.spec import RunSpec, StartSpec


def states(store: RunStore, uid: str) -> dict[int, Path]:
    """Of a run: numbers of finished epochs -> the file with the state after them; 0: before training."""
    backup, snapshots, start = (whole_epochs(store.run_dir(uid) / name) for name in (BACKUP, SNAPSHOTS, START))
    return dict(sorted((backup | snapshots | start).items()))  # a backup will soon be gone


def create_all(
    store: RunStore,
    specs: Sequence[RunSpec],
    parent_uid: str | None = None,
    priority: int = 0,
    held: bool = False,
    memory_bytes: int | None = None,
) -> list[Run]:
    """Queue runs as `RunStore.create_all` does; forks get the state that they begin with, and the curves up to there.

    Raises:
        RunNotFound: the run that one begins from is not there.
        NetloomError: no state is kept where one begins, no epochs would be left to train, or the data have changed.
    """
    if not any(spec.start for spec in specs):
        return store.create_all(specs, parent_uid, priority, held, memory_bytes)
    sources = [spec.start and _source(store, spec.start, parent_uid) for spec in specs]
    for spec, source in zip(specs, sources, strict=True):
        if spec.start and source:
            _check(store, spec, spec.start.epoch, source)
    specs = [_unbent(spec, source) if source else spec for spec, source in zip(specs, sources, strict=True)]
    # Held until all of it is there, so that nobody starts them before.
    queued = store.create_all(specs, parent_uid, priority, True, memory_bytes)
    try:
        for run, spec, source in zip(queued, specs, sources, strict=True):
            if spec.start and source:
                _begin(store, run, spec, spec.start.epoch, source)
    except BaseException:
        for run in queued:
            store.request(run.uid, "stop")
        store.delete([run.uid for run in queued])
        raise
    if not held:
        for run in queued:
            store.hold(run.uid, False)
    return [store.get(run.uid) for run in queued]


def _source(store: RunStore, start: StartSpec, parent_uid: str | None) -> Run:
    """The run that has the state: the one to begin from, or a fork of it that is cloned and has it too."""
    if parent_uid is not None and spec_of(parent := store.get(parent_uid)).start == start:
        return parent
    return store.get(start.run)


def _check(store: RunStore, spec: RunSpec, epoch: int, source: Run) -> None:
    _state(store, source, epoch)
    if spec.train.epochs <= epoch:
        raise NetloomError(
            f"After epoch {epoch} nothing is left to train. Received: epochs={spec.train.epochs}.",
            "The number counts all epochs, those done included, so give a greater one.",
        )
    if spec.data.source == spec_of(source).data.source:
        refuse_changed(spec.data.source, store.run_dir(source.uid))


def _unbent(spec: RunSpec, source: Run) -> RunSpec:
    """A fork that trains longer or shorter under the same schedule: that ends where it did, as the past has it."""
    theirs = spec_of(source).train
    if spec.train.schedule != theirs.schedule or spec.train.epochs == theirs.epochs:
        return spec
    return spec.replace(train=spec.train.replace(schedule=settled(theirs).schedule))


def _begin(store: RunStore, run: Run, spec: RunSpec, epoch: int, source: Run) -> None:
    """Give a queued fork the state, the curves up to there, the mark of the data that these are of, and the choices."""
    folder = store.run_dir(run.uid)
    state = _state(store, source, epoch)
    (folder / START).mkdir()
    whole = folder / START / state.name
    taken = whole.with_suffix(".tmp")  # a parent that is under way may let go of it
    _share(state, taken)
    if spec.data.source == spec_of(source).data.source:
        with contextlib.suppress(FileNotFoundError):  # data that cannot change have none
            shutil.copy(store.run_dir(source.uid) / FINGERPRINT, folder / FINGERPRINT)
    with contextlib.suppress(FileNotFoundError):  # without them, one that changes nothing could have another curve
        shutil.copy(store.run_dir(source.uid) / CHOICES, folder / CHOICES)
    store.copy_history(source.uid, run.uid, epoch)
    taken.replace(whole)  # last: whoever releases a fork that was killed on the way is told that it has no state


def _state(store: RunStore, source: Run, epoch: int) -> Path:
    kept = states(store, source.uid)
    if epoch not in kept:
        raise NetloomError(
            f"No state of run {source.uid} after epoch {epoch} is kept.",
            f"It can be forked after epoch {_listed(kept)}." if kept else "Train it with snapshots to fork it.",
        )
    return kept[epoch]


def _listed(kept: dict[int, Path]) -> str:
    """The numbers in words, the middle left out of many."""
    numbers = [str(epoch) for epoch in kept]
    return ", ".join(numbers if len(numbers) <= 8 else [*numbers[:4], "...", *numbers[-3:]])


def _share(state: Path, to: Path) -> None:
    """The same file under another name: states are never changed once they are whole, so no disk is spent on it."""
    try:
        os.link(state, to)
    except FileNotFoundError as error:
        raise NetloomError(f"{state.name} was removed meanwhile, so no run can begin from it.") from error
    except OSError:  # a file system without links
        shutil.copy(state, to)
