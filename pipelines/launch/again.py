"""Going on with runs: paused and resumed, with more epochs, from an epoch of theirs, or as new ones like them."""

from pydantic import ValidationError

from models.errors import NetloomError, SpecError
from pipelines.comparison.variants import outside_study
from pipelines.data.facts import facts
from pipelines.data.files.unchanged import refuse_changed
from pipelines.launch import beginnings
from pipelines.launch.keeper import ensure_supervisor
from pipelines.launch.submit import submit
from pipelines.runs.facts import Run
from pipelines.runs.specs import spec_of
from pipelines.runs.store import RunStore
from pipelines.schedules import settled
from pipelines.seeds import ended
from pipelines.spec import RunSpec, StartSpec


def pause(store: RunStore, uid: str) -> Run:
    """Have a run end once its epoch (or interval) is done, to be resumed later. One that waits is held instead.

    Raises:
        RunNotFound: there is no such run.
        NetloomError: it has ended.
    """
    run = store.get(uid)
    if not run.active and run.status != "paused":
        raise NetloomError(f"Run {run.uid} is {run.status}, so there is nothing to pause.")
    store.request(run.uid, "pause")
    if run.active:
        ensure_supervisor(store.home)  # a run whose supervisor is gone can be paused too
    return store.get(run.uid)


def resume(store: RunStore, uid: str) -> Run:
    """Queue a run that was paused, stopped, failed or lost again: it goes on from its last checkpoint.

    One that is held in the queue is released.

    Raises:
        RunNotFound: there is no such run.
        NetloomError: it is under way, or has finished.
    """
    run = store.get(uid)
    if run.held and run.status == "queued":
        store.hold(run.uid, False)
        ensure_supervisor(store.home)
        return store.get(run.uid)
    if run.status == "finished":
        raise NetloomError(
            f"Run {run.uid} has finished, so there is nothing left to resume.", "Extend it to train for more epochs."
        )
    return _again(store, run, spec_of(run))


def extend(store: RunStore, uid: str, epochs: int) -> Run:
    """Queue a run that has ended again, to train until `epochs` epochs are done in all.

    Args:
        epochs: the new total, as `train.epochs` of its spec.

    Raises:
        RunNotFound: there is no such run.
        NetloomError: it is under way, has done as many epochs already, or early stopping ended it before just as many.
    """
    run = store.get(uid)
    done = run.progress.epoch
    spec = spec_of(run)
    if epochs <= done:
        raise NetloomError(
            f"Run {run.uid} has done {done} epochs already. Received: epochs={epochs}.",
            "The number counts all of the run's epochs, so give a greater one.",
        )
    if run.stopped_epoch is not None and epochs == spec.train.epochs:
        # It would end again at once, as a run does that died after early stopping had ended it.
        raise NetloomError(
            f"Early stopping ended run {run.uid} after {done} of these {epochs} epochs.",
            "Any other number above that lets it train on, with new patience.",
        )
    try:
        # A schedule that was to end with the run ends where it did: the curve behind it is not bent.
        longer = spec.replace(train=settled(spec.train).replace(epochs=epochs))
    except ValidationError as error:
        raise SpecError.from_validation(error, "The longer run") from error
    return _again(store, run, longer)


def forkable(store: RunStore, uid: str) -> list[int]:
    """Numbers of finished epochs after which a run's state is kept, so that it can be forked there; 0: before training.

    Raises:
        RunNotFound: there is no such run.
    """
    return list(beginnings.states(store, store.get(uid).uid))


def fork(store: RunStore, uid: str, epoch: int, spec: RunSpec | None = None) -> Run:
    """Queue a new run that begins with the state of another one after `epoch` epochs, and has its curve up to there.

    Args:
        store: where both are.
        uid: of the run to begin from; it may be under way.
        epoch: one of `forkable`.
        spec: of the new run; its `start` is set here, and its `train.epochs` counts all epochs, those done included.
            It belongs to no study and to no launch of seeds. None: the other run's.

    Raises:
        RunNotFound: there is no such run.
        NetloomError: no state is kept there, no epochs would be left to train, or the data have changed.
    """
    run = store.get(uid)
    if epoch < 0:
        raise NetloomError(f"A run is forked after 0 epochs or more. Received: epoch={epoch}.")
    spec = outside_study(spec or spec_of(run))
    return submit(store, spec.replace(start=StartSpec(run=run.uid, epoch=epoch)), parent_uid=run.uid)


def clone(store: RunStore, uid: str, spec: RunSpec | None = None) -> Run:
    """Queue a new run like another one, from its beginning: for a forked run that is where it was forked.

    Args:
        store: where both are.
        uid: of the run.
        spec: the other one's with changes, which belongs to no study and to no launch of seeds; None: as it is, to
            stand in for the other one there.

    Raises:
        RunNotFound: there is no such run.
        NetloomError: the state that it began with is not kept any more.
    """
    run = store.get(uid)
    asked = spec_of(run)
    if spec is not None and spec != asked:
        asked = outside_study(spec)
    return submit(store, asked, parent_uid=run.uid)


def retry_smaller(store: RunStore, uid: str) -> Run:
    """Queue a run anew with half the rows in a batch: the cure where memory did not suffice.

    Raises:
        RunNotFound: there is no such run.
        NetloomError: a batch of it has one row only.
    """
    run = store.get(uid)
    spec = spec_of(run)
    rows = spec.train.batch_size if spec.train.batch_size != "all" else facts(spec.data).rows["train"]
    if rows < 2:
        raise NetloomError(
            f"A batch of run {run.uid} has one row only, so it cannot be halved.", "Train a smaller network."
        )
    half = rows // 2
    name = ended(spec.name, f", batch {half}")
    return clone(store, run.uid, spec.replace(name=name, train=spec.train.replace(batch_size=half)))


def _again(store: RunStore, run: Run, spec: RunSpec) -> Run:
    refuse_changed(spec.data.source, store.run_dir(run.uid))  # now, while the run is still what it was
    queued = store.extend(run.uid, spec)
    ensure_supervisor(store.home)
    return queued
